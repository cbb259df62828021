import { writtenForm } from '../../sources/values/column-values.js';
import { candidateFormats } from '../../sources/values/day-format-candidates.js';
import { showSteps, type SeenColumn } from './seen-columns.js';

/** The most values of a column that are looked at. */
const MOST_VALUES = 100;
/** The share of them that have to be such dates. */
const LEAST_READABLE = 0.9;

/** Two numbers, or a number and a name of a month, and two digits after them: `6/9/17`, `28-May-15`, `7/10/14 18:37`. */
const SHORT_YEAR =
  /^((?:\d{1,2}|\p{L}{3,9})[-/. ](?:\d{1,2}|\p{L}{3,9}),?[-/. ])(\d{2})(?=$|[ ,T])/u;

/** The same two without a year after them: `9-Nov`, `03/04`. Dots are left out: `3.4` is a number. */
const NO_YEAR = /^(?:\d{1,2}|\p{L}{3,9})([-/ ])(?:\d{1,2}|\p{L}{3,9})$/u;

/** A column of dates that are not read, because their years are incomplete. */
export interface DatesInPart {
  /** Its name, or the pointer to it. */
  readonly name: string;
  /** One of its dates, as it is written. */
  readonly example: string;
}

/** The first column whose dates have years of two digits, which do not say the century. */
export function findShortYears(columns: readonly SeenColumn[]): DatesInPart | undefined {
  return findColumn(columns, hasShortYear);
}

/** The first column whose dates have no year. */
export function findYearless(columns: readonly SeenColumn[]): DatesInPart | undefined {
  return findColumn(columns, hasNoYear);
}

function findColumn(
  columns: readonly SeenColumn[],
  isSuch: (text: string) => boolean,
): DatesInPart | undefined {
  for (const { steps, values } of columns) {
    const texts = values.map((value) => (writtenForm(value) ?? '').trim());
    const filled = texts.filter((text) => text !== '').slice(0, MOST_VALUES);
    const found = filled.filter(isSuch);
    const [example] = found;
    if (example !== undefined && found.length >= filled.length * LEAST_READABLE) {
      return { name: showSteps(steps), example };
    }
  }
  return undefined;
}

/** Whether a text would be a date with a century before its last number. */
function hasShortYear(text: string): boolean {
  return SHORT_YEAR.test(text) && candidateFormats(text.replace(SHORT_YEAR, '$120$2')).length > 0;
}

/** Whether a text would be a date with a year after it. */
function hasNoYear(text: string): boolean {
  const separator = NO_YEAR.exec(text)?.[1];
  return separator !== undefined && candidateFormats(`${text}${separator}2000`).length > 0;
}
