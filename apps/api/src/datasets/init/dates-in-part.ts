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

type DatePart = 'year' | 'month' | 'day';
const DATE_PARTS: readonly DatePart[] = ['year', 'month', 'day'];

const PART_WORDS: Readonly<Record<DatePart, RegExp>> = {
  year: /^(?:year|yr|yyyy|y|jahr|año|ano|année|annee|anno|年|年份)$/u,
  month: /^(?:month|mon|mth|mo|mm|m|monat|mes|mois|mese|月|月份)$/u,
  day: /^(?:day|dy|dd|d|dom|mday|tag|día|dia|jour|giorno|日)$/u,
};

/** Values of a part as numbers. */
const PART_NUMBERS: Readonly<Record<DatePart, RegExp>> = {
  year: /^\d{4}$/,
  month: /^(?:0?[1-9]|1[0-2])$/,
  day: /^(?:0?[1-9]|[12]\d|3[01])$/,
};

const DAY_OF_MONTH = /(?:day|date)[\W_]*of[\W_]*(?:the[\W_]*)?month/giu;

/**
 * Columns that have the parts of a day by their names, such as `year`, `month` and `date_of_month`, or `start_yr` and
 * `start_mo`: lists of a year, a month and perhaps a day, the longer ones first.
 */
export function findDayParts(columns: readonly SeenColumn[]): readonly (readonly string[])[] {
  const groups = new Map<string, Map<DatePart, SeenColumn>>();
  for (const column of columns) {
    const [name = '', ...others] = column.steps;
    const named = others.length > 0 ? undefined : partOf(name);
    if (named === undefined) continue;
    const { part, rest } = named;
    const group = groups.get(rest) ?? new Map<DatePart, SeenColumn>();
    groups.set(rest, group);
    // A month may be there twice, as a number and as a name.
    const known = group.get(part);
    if (known === undefined || (!hasNumbers(known, part) && hasNumbers(column, part))) {
      group.set(part, column);
    }
  }
  const lists = [...groups.values()].flatMap((group): (readonly (string | undefined)[])[] => {
    const names = DATE_PARTS.map((part) => group.get(part)?.steps[0]);
    return [names, names.slice(0, 2)];
  });
  return lists
    .filter((names) => isComplete(names))
    .toSorted((one, other) => other.length - one.length);
}

function isComplete(names: readonly (string | undefined)[]): names is readonly string[] {
  return !names.includes(undefined);
}

/** Which part of a date a name says, and what else it says. */
function partOf(name: string): { readonly part: DatePart; readonly rest: string } | undefined {
  const words = name
    .replace(DAY_OF_MONTH, ' dom ')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => !/^(?:num|number|no|nr)?$/.test(word));
  const parts = words.map((word) => DATE_PARTS.find((part) => PART_WORDS[part].test(word)));
  const [part, ...others] = parts.filter((one) => one !== undefined);
  if (part === undefined || others.length > 0) return undefined;
  return { part, rest: words.filter((_, place) => parts[place] === undefined).join(' ') };
}

function hasNumbers({ values }: SeenColumn, part: DatePart): boolean {
  const texts = values.map((value) => (writtenForm(value) ?? '').trim());
  return texts.every((text) => text === '' || PART_NUMBERS[part].test(text));
}
