import { candidateFormats } from '../../sources/values/day-format-candidates.js';
import {
  createNumberRewriter,
  PLAIN_VALUES,
  type ValueDialect,
} from '../../sources/values/value-dialect.js';
import { BOOLEAN_WORDS, NULL_WORDS, NUMBER_MARKS } from '../../sources/values/value-hints.js';
import { createConverter } from '../../targets/column-types.js';
import type { DecimalMark } from './decimal-mark.js';
import type { SeenColumn } from './seen-columns.js';

/** Different values of a column that have to be dates before a word beside them stands for a missing one. */
const MOST_DATES = 50;

export interface ValueGuess {
  readonly dialect: ValueDialect;
  /** What a reader of the guess should check. */
  readonly doubts: readonly string[];
}

/** The texts of a column, without empty ones and those that often stand for a missing value. */
interface Texts {
  readonly name: string;
  readonly rest: readonly string[];
  readonly nullWords: readonly string[];
}

/**
 * How the texts of a CSV file write numbers, missing values, and true and false.
 * @param decimal the decimal mark, where it is known
 */
export function guessValues(columns: readonly SeenColumn[], decimal?: DecimalMark): ValueGuess {
  const texts = columns.map(textsOf).filter(({ rest }) => rest.length > 0);
  const marks = guessMarks(texts, decimal);
  const isNumeric = numberTest(marks.found);
  const typed = texts.filter(({ rest }) => isNumeric(rest) || areBooleans(rest) || areDates(rest));
  const words = [...new Set(typed.flatMap(({ nullWords }) => nullWords))];
  const booleans = guessBooleans(texts);
  const lost = texts.filter(
    (column) => !typed.includes(column) && column.nullWords.some((word) => words.includes(word)),
  );
  return {
    dialect: {
      ...{ decimal: '.', thousands: null, ...marks.found },
      nulls: words.length === 0 ? null : ['', ...words],
      booleans,
    },
    doubts: [
      ...marks.doubts,
      ...lost.map(
        ({ name, nullWords }) =>
          `${listed(nullWords)} in column ${JSON.stringify(name)} becomes NULL too, because of \`nulls\``,
      ),
    ],
  };
}

function textsOf({ steps, values }: SeenColumn): Texts {
  const all = values
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  const isNull = (value: string): boolean => NULL_WORDS.includes(value.toLowerCase());
  const nullWords = [...new Set(all.filter(isNull))];
  return { name: steps.join('/'), rest: all.filter((value) => !isNull(value)), nullWords };
}

type Marks = (typeof NUMBER_MARKS)[number];

/** The marks with which most columns are numbers. */
function guessMarks(texts: readonly Texts[], decimal: DecimalMark | undefined) {
  const count = (marks: Marks): number => {
    const isNumeric = numberTest(marks);
    return texts.filter(({ rest }) => isNumeric(rest)).length;
  };
  const mayBe = (marks: Marks): boolean =>
    decimal === undefined || (marks.decimal ?? '.') === decimal;
  const plain = mayBe({}) ? count({}) : 0;
  const counts = NUMBER_MARKS.filter(mayBe).map((marks) => ({ marks, numbers: count(marks) }));
  const most = Math.max(plain, ...counts.map(({ numbers }) => numbers));
  if (most === plain) return { found: {}, doubts: [] };
  const best = counts.filter(({ numbers }) => numbers === most).map(({ marks }) => marks);
  const fewest = Math.min(...best.map((marks) => Object.keys(marks).length));
  const [first = {}, ...others] = best
    .filter((marks) => Object.keys(marks).length === fewest)
    // If all fractions had three digits, they are likelier groups of digits.
    .toSorted((a, b) => Number(a.decimal === ',') - Number(b.decimal === ','));
  const doubts = others.map(
    (marks) =>
      `numbers could also be written with ${describe(marks)} instead of ${describe(first)}`,
  );
  return { found: first, doubts };
}

function describe(marks: Marks): string {
  return Object.entries(marks)
    .map(([key, mark]) => `\`${key}: '${mark.replace("'", "''")}'\``)
    .join(' and ');
}

function numberTest(marks: Marks): (texts: readonly string[]) => boolean {
  const rewrite = createNumberRewriter({ ...PLAIN_VALUES, ...marks });
  const convert = createConverter('real', false);
  return (texts) =>
    texts.every((text) => {
      const number = rewrite === undefined ? text : rewrite(text);
      return number !== undefined && convert(number, true) !== undefined;
    });
}

function areDates(texts: readonly string[]): boolean {
  return texts.slice(0, MOST_DATES).every((text) => candidateFormats(text).length > 0);
}

function areBooleans(texts: readonly string[]): boolean {
  return pairOf(texts) !== undefined;
}

type Pair = (typeof BOOLEAN_WORDS)[number];

/** The pair of words that are all values of a column. */
function pairOf(texts: readonly string[]): Pair | undefined {
  const words = new Set(texts.map((text) => text.toLowerCase()));
  return words.size === 2
    ? BOOLEAN_WORDS.find(([yes, no]) => words.has(yes) && words.has(no))
    : undefined;
}

function guessBooleans(texts: readonly Texts[]): ValueDialect['booleans'] {
  const yes = new Map<string, string>();
  const no = new Map<string, string>();
  for (const { rest } of texts) {
    const pair = pairOf(rest);
    for (const text of pair === undefined ? [] : rest) {
      (text.toLowerCase() === pair?.[0] ? yes : no).set(text.toLowerCase(), text);
    }
  }
  if (yes.size === 0) return null;
  // The words that are read without `booleans` are listed too, where a column has them.
  const plain = texts.filter(({ rest }) => rest.every((text) => /^(?:true|false)$/i.test(text)));
  if (plain.length > 0) {
    yes.set('true', 'true');
    no.set('false', 'false');
  }
  return { true: [...yes.values()], false: [...no.values()] };
}

function listed(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(', ');
}
