import { candidateFormats } from '../../sources/values/day-format-candidates.js';
import type { CsvDialect } from '../../sources/formats/csv-dialect.js';
import { PLAIN_VALUES } from '../../sources/values/value-dialect.js';
import { NULL_WORDS } from '../../sources/values/value-hints.js';
import { TypeInference } from '../check/type-inference.js';
import type { AskUser } from './init-options.js';
import { showSteps, type SeenColumn } from './seen-columns.js';

export type DecimalMark = '.' | ',';

/** A column whose numbers have two readings, a thousand times apart: 1.093 is 1,093 in German. */
interface UnclearColumn {
  readonly name: string;
  readonly example: string;
  readonly mark: DecimalMark;
}

interface Hint {
  readonly mark: DecimalMark;
  readonly text: string;
}

const MARKED = /[.,]/;
const NUMBER = /^[+-]?\d*(?:[.,]\d*)*$/;
/** 1.093 or 1,093. With a zero before it, or four digits, the mark is that of decimals. */
const TWO_READINGS = /^[+-]?[1-9]\d{0,2}([.,])\d{3}$/;
const DECIMAL = /^[+-]?\d*([.,])\d*$/;
/** 1.093.000 or 1.093,5. */
const GROUPED = /^[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d*|\1\d{3})$/;
/** Letters that few English words have: where people write them, most write a decimal comma. */
const NOT_ENGLISH = /[äöüßéèêàçñåøæąęłčř]/i;

/**
 * The decimal mark of a CSV file, where its columns show it. Where numbers have two readings and no other column settles
 * it, the user is asked.
 * @param option what the user has said
 * @returns undefined where the columns show nothing
 */
export async function chooseDecimalMark(
  columns: readonly SeenColumn[],
  { delimiter }: Pick<CsvDialect, 'delimiter'>,
  option: string | undefined,
  ask: AskUser,
): Promise<DecimalMark | undefined> {
  if (option !== undefined) return option === ',' ? ',' : '.';
  const texts = columns.map((column) => ({
    name: showSteps(column.steps),
    values: column.values
      .filter((value) => typeof value === 'string')
      .map((value) => value.trim())
      .filter((value) => value !== '' && !NULL_WORDS.includes(value.toLowerCase())),
  }));
  const numbers = texts.filter(({ values }) => areNumbers(values));
  const shown = new Set(numbers.flatMap(({ values }) => shownMarks(values)));
  const [only] = shown;
  if (only !== undefined) return shown.size === 1 ? only : undefined;
  const unclear = numbers.flatMap(({ name, values }) => unclearColumn(name, values));
  const [first] = unclear;
  if (first === undefined) return undefined;
  const hints = hintsOf(
    texts.flatMap(({ name, values }) => [name, ...values]),
    delimiter,
  );
  const likelier = hints.filter(({ mark }) => mark === ',').length * 2 > hints.length ? ',' : '.';
  const marks = likelier === ',' ? ([',', '.'] as const) : (['.', ','] as const);
  const others = unclear.slice(1).map(({ name }) => name);
  const names = [first.name, ...others].map((name) => JSON.stringify(name)).join(', ');
  const because = hints.map(({ mark, text }) => `${text}, which is usual with ${nameOf(mark)}`);
  const answer = await ask({
    question: `The numbers in ${names} can be read in two ways${because.length === 0 ? '' : ` (${because.join('; ')})`}. Which one is right?`,
    choices: marks.map((mark) => ({
      value: mark,
      text: `${nameOf(mark)}: ${JSON.stringify(first.example)} is ${readAs(first, mark)}`,
    })),
    option: '--decimal',
  });
  return answer === ',' ? ',' : '.';
}

function areNumbers(values: readonly string[]): boolean {
  const isNumber = (value: string): boolean => NUMBER.test(value) && /\d/.test(value);
  return (
    values.length > 0 &&
    values.every(isNumber) &&
    // 01.02.2025 is a date.
    !values.every((value) => candidateFormats(value).length > 0)
  );
}

/** What a column says of the decimal mark; nothing if it would be a text, as versions are. */
function shownMarks(values: readonly string[]): readonly DecimalMark[] {
  const marks = [...new Set(values.flatMap(shownMark))];
  return marks.filter((decimal) => {
    const thousands = decimal === '.' ? ',' : '.';
    const inference = new TypeInference({ ...PLAIN_VALUES, decimal, thousands });
    for (const value of values) inference.add(value, false);
    return inference.found.type !== 'text';
  });
}

/** What a number alone says of the decimal mark: nothing where it has none, or two readings. */
function shownMark(value: string): readonly DecimalMark[] {
  if (!MARKED.test(value) || TWO_READINGS.test(value)) return [];
  const decimal = DECIMAL.exec(value)?.[1];
  if (decimal !== undefined) return [decimal as DecimalMark];
  const group = GROUPED.exec(value)?.[1];
  return group === undefined ? [] : [group === '.' ? ',' : '.'];
}

function unclearColumn(name: string, values: readonly string[]): readonly UnclearColumn[] {
  const marked = values.filter((value) => MARKED.test(value));
  const [example = ''] = marked;
  const mark = TWO_READINGS.exec(example)?.[1] as DecimalMark | undefined;
  // Another mark in the same column: no reading takes both, and it is a text.
  if (mark === undefined || !marked.every((value) => value.includes(mark))) return [];
  return [{ name, example, mark }];
}

function hintsOf(texts: readonly string[], delimiter: string): readonly Hint[] {
  const hints: Hint[] = [];
  if (delimiter === ';') hints.push({ mark: ',', text: 'the fields are separated by ;' });
  if (delimiter === ',') hints.push({ mark: '.', text: 'the fields are separated by commas' });
  const date = texts.find((text) => /^\d{1,2}\.\d{1,2}\.\d{4}/.test(text));
  if (date !== undefined) hints.push({ mark: ',', text: `dates are written ${date}` });
  const word = texts.find((text) => NOT_ENGLISH.test(text));
  if (word !== undefined) hints.push({ mark: ',', text: `${JSON.stringify(word)} is not English` });
  return hints;
}

function nameOf(mark: DecimalMark): string {
  return mark === '.' ? 'a decimal point' : 'a decimal comma';
}

function readAs({ example, mark }: UnclearColumn, decimal: DecimalMark): string {
  return mark === decimal ? example.replace(mark, '.') : example.replace(mark, '');
}
