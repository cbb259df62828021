import { COLUMN_TYPES, type TargetValue } from '../../targets/column-types.js';
import type { TargetColumn } from '../../targets/target.js';
import { createColumnConverter, writtenForm } from './column-values.js';
import { candidateFormats } from './day-format-candidates.js';
import { createTimeReader, DEFAULT_FORMAT } from './time-format.js';
import { PLAIN_VALUES, type ValueDialect } from './value-dialect.js';

/** A value that did not fit its column. */
interface UnfitValue {
  readonly column: TargetColumn;
  /** Null where the source converts its values itself, and has no keys for them. */
  readonly dialect: ValueDialect | null;
  readonly received: unknown;
  /** As a {@link ValueConverter} has it. */
  readonly typed: boolean;
}

/** What a column expects of a value that is written in a dialect. */
export function expectedValue(column: TargetColumn, dialect: ValueDialect | null): string {
  const { type, format, timeZone } = column;
  if (format !== undefined && timeZone !== undefined) {
    return createTimeReader({ format, timeZone }).expected;
  }
  const { expected } = COLUMN_TYPES[type];
  if (dialect === null) return expected;
  const { decimal, thousands, booleans } = dialect;
  switch (type) {
    case 'integer':
    case 'real':
    case 'decimal': {
      const marks = [
        ...(decimal === '.' ? [] : [`decimal: ${quote(decimal)}`]),
        ...(thousands === null ? [] : [`thousands: ${quote(thousands)}`]),
      ];
      return marks.length === 0 ? expected : `${expected}, written with ${marks.join(' and ')}`;
    }
    case 'boolean':
      return booleans === null ? expected : `one of ${listWords(allWords(booleans))}`;
    case 'text':
    case 'json':
    case 'date':
    case 'timestamp':
      return expected;
  }
}

/** Which key of the datasets file would let the value fit, for the end of an error; empty where none is likely. */
export function valueHint(unfit: UnfitValue): string {
  const hint =
    missingHint(unfit) ??
    nullHint(unfit) ??
    numberHint(unfit) ??
    booleanHint(unfit) ??
    timeHint(unfit);
  return hint === undefined ? '' : `: ${hint}`;
}

/** The value is missing, by itself or by a key, and the column has to have one. */
function missingHint({ column, dialect, received, typed }: UnfitValue): string | undefined {
  const { default: _default, ...required } = column;
  const convert = createColumnConverter({ ...required, nullable: true }, dialect);
  return !column.nullable && convert(received, typed) === null
    ? 'set `nullable: true` or a `default`'
    : undefined;
}

/** Texts that stand for a missing value in many files. */
export const NULL_WORDS: readonly string[] = [
  ...['na', 'n/a', '#n/a', 'nan', 'null', 'nil', 'none', 'undefined', 'missing', 'unknown'],
  ...['-', '--', '–', '—', '.', '..', '...', '?', '*', ':', '\\n'],
];

function nullHint({ column, dialect, received, typed }: UnfitValue): string | undefined {
  if (dialect === null || typeof received !== 'string' || column.type === 'text') return undefined;
  const word = received.trim();
  if (!NULL_WORDS.includes(word.toLowerCase())) return undefined;
  const nulls = [...(dialect.nulls ?? (typed ? [] : [''])), word];
  const nullable = column.nullable ? '' : ', and `nullable: true` or a `default` in the column';
  return `set \`nulls: [${listWords(nulls)}]\` in the source${nullable}`;
}

type NumberMarks = Partial<{
  readonly [Key in 'decimal' | 'thousands']: NonNullable<ValueDialect[Key]>;
}>;

/** From the likely to the less likely; a pair comes after each of its keys alone. */
export const NUMBER_MARKS: readonly NumberMarks[] = [
  { decimal: ',' },
  { thousands: ',' },
  { thousands: '.' },
  { thousands: ' ' },
  { thousands: "'" },
  { thousands: '’' },
  { decimal: ',', thousands: '.' },
  { decimal: ',', thousands: ' ' },
  { decimal: ',', thousands: "'" },
];

function numberHint({ column, dialect, received }: UnfitValue): string | undefined {
  if (dialect === null || typeof received !== 'string') return undefined;
  if (!['integer', 'real', 'decimal'].includes(column.type)) return undefined;
  const fitting = NUMBER_MARKS.filter((marks) => {
    const tried = { ...dialect, ...marks };
    // A key that is set is right for other values.
    return (
      tried.decimal !== tried.thousands &&
      isUnsetOrSame(dialect.decimal, PLAIN_VALUES.decimal, tried.decimal) &&
      isUnsetOrSame(dialect.thousands, PLAIN_VALUES.thousands, tried.thousands) &&
      createColumnConverter(column, tried)(received, true) !== undefined
    );
  });
  const fewest = Math.min(...fitting.map((marks) => Object.keys(marks).length));
  const hints = fitting
    .filter((marks) => Object.keys(marks).length === fewest)
    .map((marks) =>
      Object.entries(marks)
        .map(([key, mark]) => `\`${key}: ${quote(mark)}\``)
        .join(' and '),
    );
  const inSource = hints.length === 0 ? [] : [`${hints.join(' or ')} in the source`];
  const asReal = createColumnConverter({ ...column, type: 'real' }, dialect)(received, true);
  const inColumn = column.type === 'integer' && asReal !== undefined ? ['`type: real`'] : [];
  const all = [...inColumn, ...inSource];
  return all.length === 0 ? undefined : `set ${all.join(', or ')}`;
}

function isUnsetOrSame(set: unknown, unset: unknown, tried: unknown): boolean {
  return set === unset || set === tried;
}

/** Words for true and false in many files. */
export const BOOLEAN_WORDS: readonly (readonly [yes: string, no: string])[] = [
  ['yes', 'no'],
  ['y', 'n'],
  ['t', 'f'],
  ['on', 'off'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['是', '否'],
];

function booleanHint({ column, dialect, received }: UnfitValue): string | undefined {
  if (dialect === null || column.type !== 'boolean' || dialect.booleans !== null) return undefined;
  const word = writtenForm(received)?.trim().toLowerCase();
  const pair = BOOLEAN_WORDS.find((words) => words.some((one) => one === word));
  if (pair === undefined) return undefined;
  const [yes, no] = pair;
  return `set \`booleans: { true: [${yes}], false: [${no}] }\` in the source`;
}

/** The column has no format yet, and the value has one, or several that mean different days. */
function timeHint({ column, received }: UnfitValue): string | undefined {
  const isTime = column.type === 'date' || column.type === 'timestamp';
  const isSet = column.format !== undefined && column.format !== DEFAULT_FORMAT;
  const written = writtenForm(received);
  if (!isTime || isSet || written === undefined) return undefined;
  const byMeaning = new Map<TargetValue, string>();
  for (const format of candidateFormats(written)) {
    const convert = createColumnConverter({ ...column, format, timeZone: 'UTC' }, null);
    const meant = convert(received, true);
    if (meant != null && !byMeaning.has(meant)) byMeaning.set(meant, format);
  }
  const [first, ...others] = byMeaning.values();
  if (first === undefined) return undefined;
  // Only its offset is missing.
  if (first === DEFAULT_FORMAT && column.type === 'timestamp') {
    return 'set `time_zone` to the zone that the time is in';
  }
  return `set ${[first, ...others].map((format) => `\`format: ${format}\``).join(' or ')}`;
}

const MOST_WORDS_SHOWN = 10;

function allWords({ true: yes, false: no }: NonNullable<ValueDialect['booleans']>): string[] {
  return [...yes, ...no];
}

function listWords(words: readonly string[]): string {
  const shown = words.slice(0, MOST_WORDS_SHOWN).map(writeWord).join(', ');
  return words.length > MOST_WORDS_SHOWN ? `${shown}, …` : shown;
}

/** A word as YAML may have it: without quotes where it is a text all the same. */
function writeWord(word: string): string {
  return /^\p{L}[\p{L}\p{N}/]*$/u.test(word) && !/^(?:true|false|null)$/i.test(word)
    ? word
    : quote(word);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
