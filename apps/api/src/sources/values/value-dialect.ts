import {
  Expected,
  ExpectedOneOf,
  isMapping,
  isWrittenText,
  OptionalOrNull,
  writtenTextSchema,
} from '../../config/expectation.js';
import { VARIABLE, type JsonSchema } from '../../config/json-schema.js';

/** How the texts of a source write numbers, missing values, and true and false. */
export interface ValueDialect {
  /** Between the whole digits of a number and its fraction. */
  readonly decimal: DecimalMark;
  /** Between groups of digits; null where numbers have none. */
  readonly thousands: ThousandsMark | null;
  /** The values that stand for a missing one; null for what the kind of the source has. */
  readonly nulls: readonly string[] | null;
  /** The words of a `boolean` column; null for true, false, 1 and 0. */
  readonly booleans: BooleanWords | null;
}

interface BooleanWords {
  readonly true: readonly string[];
  readonly false: readonly string[];
}

const DECIMAL_MARKS = ['.', ','] as const;
type DecimalMark = (typeof DECIMAL_MARKS)[number];

const THOUSANDS_MARKS = ['.', ',', "'", '’', '_', ' '] as const;
type ThousandsMark = (typeof THOUSANDS_MARKS)[number];

export const PLAIN_VALUES: ValueDialect = {
  decimal: '.',
  thousands: null,
  nulls: null,
  booleans: null,
};

/** The keys of a source that say how its values are written. */
export const VALUE_KEYS = ['decimal', 'thousands', 'nulls', 'booleans'] as const;

const MOST_WORDS = 100;
const MOST_WORD = 1_000;
const WORDS = {
  type: 'array',
  minItems: 1,
  maxItems: MOST_WORDS,
  items: writtenTextSchema(MOST_WORD),
  uniqueItems: true,
};

const NAMED_WORDS = { ...WORDS, items: { ...writtenTextSchema(MOST_WORD), minLength: 1 } };

/** As {@link isNotTheDecimalMark} has it. */
const OTHER_MARK: JsonSchema = {
  allOf: [
    {
      anyOf: [
        { properties: { thousands: { not: { const: '.' } } } },
        { required: ['decimal'], properties: { decimal: { anyOf: [{ const: ',' }, VARIABLE] } } },
      ],
    },
    {
      anyOf: [
        { properties: { thousands: { not: { const: ',' } } } },
        { properties: { decimal: { not: { const: ',' } } } },
      ],
    },
  ],
};

/** The keys of a source that say how its values are written; every kind whose values are texts has them. */
export abstract class ValueDialectShape {
  @OptionalOrNull(ExpectedOneOf(DECIMAL_MARKS)) decimal?: DecimalMark;

  @OptionalOrNull(ExpectedOneOf(THOUSANDS_MARKS))
  @Expected(
    "another sign than decimal, which is '.' unless it is set: write decimal: ',' beside thousands: '.'",
    isNotTheDecimalMark,
    { mapping: OTHER_MARK },
  )
  thousands?: ThousandsMark;

  @OptionalOrNull()
  @Expected(
    `a list of 1 to ${MOST_WORDS} different texts, such as ['', NA, '-']`,
    (value) => isWordList(value),
    { value: WORDS },
  )
  @Expected(
    'texts that booleans does not have',
    (value, shape) => !isWordList(value) || !hasBooleanWord(value, shape),
  )
  nulls?: readonly unknown[];

  @OptionalOrNull()
  @Expected(
    `{ true: [Yes, Y], false: [No, N] } with 1 to ${MOST_WORDS} different words each`,
    isBooleans,
    {
      value: {
        type: 'object',
        required: ['true', 'false'],
        properties: { true: NAMED_WORDS, false: NAMED_WORDS },
        additionalProperties: false,
      },
    },
  )
  @Expected(
    'words that are either true or false, not both; small and capital letters are the same',
    (value) => !isBooleans(value) || !haveCommonWord(value.true, value.false),
  )
  booleans?: Readonly<Record<keyof BooleanWords, readonly unknown[]>>;
}

/** The dialect that a source's keys make, as a part of its configuration; nothing where none is set. */
export function readValueDialect({ decimal, thousands, nulls, booleans }: ValueDialectShape): {
  readonly values?: ValueDialect;
} {
  if ([decimal, thousands, nulls, booleans].every((value) => value == null)) return {};
  const values: ValueDialect = {
    decimal: decimal ?? '.',
    thousands: thousands ?? null,
    // What is no list has been reported.
    nulls: isWordList(nulls) ? nulls.map(String) : null,
    booleans: isBooleans(booleans)
      ? { true: booleans.true.map(String), false: booleans.false.map(String) }
      : null,
  };
  return { values };
}

type ValueDialectKeys = Partial<{
  readonly [Key in keyof ValueDialect]: NonNullable<ValueDialect[Key]>;
}>;

/** The keys that are set, with their values, for people and the fingerprint. */
export function valueDialectKeys(dialect: ValueDialect | undefined): ValueDialectKeys {
  if (dialect === undefined) return {};
  const { decimal, thousands, nulls, booleans } = dialect;
  return {
    ...(decimal === '.' ? {} : { decimal }),
    ...(thousands === null ? {} : { thousands }),
    ...(nulls === null ? {} : { nulls }),
    ...(booleans === null ? {} : { booleans }),
  };
}

/**
 * Rewrites a number as digits with a point.
 * @returns undefined for a text that is not a number in this dialect
 */
export type NumberRewriter = (text: string) => string | undefined;

/** Undefined where numbers are written that way already. */
export function createNumberRewriter({
  decimal,
  thousands,
}: Pick<ValueDialect, 'decimal' | 'thousands'>): NumberRewriter | undefined {
  if (decimal === '.' && thousands === null) return undefined;
  const mark = decimal === '.' ? '\\.' : ',';
  const end = `(?:${mark}(\\d*))?(e[+-]?\\d+)?$`;
  const plain = new RegExp(`^([+-]?)(\\d*)${end}`, 'i');
  if (thousands === null) return (text) => join(plain.exec(text));
  const group = GROUP_MARKS[thousands];
  // 1.234.567, or 12.34.567 as it is written in India.
  const grouped = new RegExp(
    `^([+-]?)(\\d{1,3}(?:${group}\\d{3})+|\\d{1,2}(?:${group}\\d{2})+${group}\\d{3})${end}`,
    'i',
  );
  const marks = new RegExp(group, 'g');
  return (text) => join(plain.exec(text)) ?? join(grouped.exec(text), marks);
}

/** A blank between digits is often one that breaks no line. */
const GROUP_MARKS: Readonly<Record<ThousandsMark, string>> = {
  '.': '\\.',
  ',': ',',
  "'": "'",
  '’': '’',
  _: '_',
  ' ': '[ \\u00A0\\u202F]',
};

function join(match: RegExpExecArray | null, marks?: RegExp): string | undefined {
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction, exponent = ''] = match;
  const digits = marks === undefined ? whole : whole.replace(marks, '');
  return `${sign}${digits}${fraction === undefined ? '' : `.${fraction}`}${exponent}`;
}

function isNotTheDecimalMark(value: unknown, shape: object): boolean {
  return value !== ((shape as ValueDialectShape).decimal ?? '.');
}

function isWordList(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= MOST_WORDS &&
    value.every((word) => isWrittenText(word, MOST_WORD)) &&
    new Set(value.map(String)).size === value.length
  );
}

function isBooleans(
  value: unknown,
): value is Readonly<Record<keyof BooleanWords, readonly unknown[]>> {
  return (
    isMapping(value) &&
    Object.keys(value).length === 2 &&
    [value['true'], value['false']].every((words) => isWordList(words) && !words.includes(''))
  );
}

function hasBooleanWord(nulls: readonly unknown[], { booleans }: ValueDialectShape): boolean {
  return isBooleans(booleans) && haveCommonWord(nulls, [...booleans.true, ...booleans.false]);
}

function haveCommonWord(some: readonly unknown[], others: readonly unknown[]): boolean {
  const words = new Set(some.map((word) => String(word).toLowerCase()));
  return others.some((word) => words.has(String(word).toLowerCase()));
}
