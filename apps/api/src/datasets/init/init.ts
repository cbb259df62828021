import { calendarDayAt, type CalendarDay } from '@daysync/progress';
import { systemClock } from '../../config/clock.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import type { RowChunk } from '../../sources/day-source.js';
import { FORMAT_OF_PARTS } from '../../sources/values/day-column.js';
import { DEFAULT_FORMAT } from '../../sources/values/time-format.js';
import { PLAIN_VALUES, valueDialectKeys } from '../../sources/values/value-dialect.js';
import { isTableName } from '../file/dataset-shape.js';
import { BadRows, draftOnBadRow } from './bad-rows.js';
import { draftColumns } from './column-draft.js';
import { freeName, nameFrom } from './column-names.js';
import type { DatasetDraft } from './dataset-yaml.js';
import {
  areAlike,
  DayColumnGuess,
  namedParts,
  type DayCandidate,
  type DayReading,
} from './day-column-guess.js';
import { chooseDecimalMark } from './decimal-mark.js';
import { InitError } from './init-failure.js';
import type { AskUser, InitOptions } from './init-options.js';
import type { InitSource } from './init-source.js';
import { SeenColumns, showSteps, type SeenColumn } from './seen-columns.js';
import { findDayParts, findShortYears, findYearless } from './dates-in-part.js';
import { TypeGuess } from './type-guess.js';
import { guessValues } from './value-guess.js';

/** A dataset that reads the source, and what was found out about it. */
export interface InitProposal {
  readonly draft: DatasetDraft;
  readonly rowCount: number;
  readonly day: DayReading;
  /** In the dataset's zone. */
  readonly today: CalendarDay;
  readonly notes: readonly string[];
  /** What was not certain. */
  readonly doubts: readonly string[];
}

/**
 * Finds the dataset that reads a source: its day, its columns and how it is written.
 * @param taken names and tables of other datasets
 * @throws {InitError} where there is none, or a name is taken
 */
export async function proposeDataset(
  source: InitSource,
  options: InitOptions,
  taken: { readonly names: ReadonlySet<string>; readonly tables: ReadonlySet<string> },
  ask: AskUser,
  signal: AbortSignal,
): Promise<InitProposal> {
  const { name, table } = chooseNames(source.name, options, taken);
  const timeZone = options.timeZone ?? 'UTC';
  const seen = new SeenColumns();
  const bad = new BadRows();
  await eachRow(source.rows(signal), (row) => {
    if (row.bad === undefined) seen.add(row);
    else bad.add(row.bad);
  });
  bad.refuseMost(seen.rowCount);
  if (seen.rowCount === 0) throw new InitError('expected rows, got none below the header');
  const columns = seen.list();
  const { format } = source;
  const values =
    format?.format === 'csv'
      ? guessValues(columns, await chooseDecimalMark(columns, format.dialect, options.decimal, ask))
      : { dialect: PLAIN_VALUES, doubts: [] };
  const today = calendarDayAt(systemClock.now(), timeZone);
  const days = new DayColumnGuess(columns, {
    ...{ column: options.dayColumn, format: options.dayFormat, timeZone, today },
    // The query that is written finds a day in one column.
    inSeveral: source.query === undefined,
  });
  const types = columns.map((column) => new TypeGuess(column, values.dialect, timeZone));
  await eachRow(source.rows(signal), (row) => {
    if (row.bad !== undefined) return;
    days.add(row);
    for (const type of types) type.add(row);
  });
  const { day, doubts } = await chooseDay(days, options, columns, ask);
  const guesses = types
    .map((type) => type.result(seen.rowCount, day))
    .map((guess) => {
      const type = source.declared?.get(guess.source);
      if (type === undefined) return guess;
      const { format, ...others } = guess;
      // What is declared to be a text may be written as a date.
      const isTime = type === 'date' || type === 'timestamp';
      return isTime && format !== undefined ? { ...others, type, format } : { ...others, type };
    });
  const drafted = draftColumns(source.isWhole ? guesses : guesses.map(mayBeMissing));
  const draft: DatasetDraft = {
    name,
    source: {
      ...source.keys,
      ...(source.query === undefined
        ? { day_column: draftDay(day) }
        : { query: source.query(day) }),
      ...valueDialectKeys(values.dialect),
    },
    target: { table, columns: drafted.columns },
    ...(options.timeZone === undefined ? {} : { time_zone: options.timeZone }),
    // A query finds the rows of its day alone.
    ...draftOnBadRow(bad.count + (source.query === undefined ? day.unreadable : 0)),
  };
  return {
    ...{ draft, day, today, rowCount: seen.rowCount },
    notes: format?.notes ?? [],
    doubts: [
      ...(source.isWhole ? [] : ['not all rows were read, so every column is nullable']),
      ...(format?.doubts ?? []),
      ...doubts,
      ...bad.doubts(seen.rowCount),
      ...unreadableDoubt(day, source.query !== undefined),
      ...aheadDoubt(day),
      ...orderDoubt(day),
      // What the user has named is no guess.
      ...(options.dayColumn === undefined ? severalDoubt(day) : []),
      ...(options.dayColumn === undefined && options.dayFormat === undefined
        ? partsDoubt(day, columns)
        : []),
      ...shortYearsDoubt(day, columns),
      ...values.doubts,
      ...drafted.doubts,
    ],
  };
}

/** Rows that were not read may have no value. */
function mayBeMissing<Guess extends { readonly nullable: boolean }>(guess: Guess): Guess {
  return { ...guess, nullable: true };
}

async function eachRow(
  chunks: AsyncGenerator<RowChunk>,
  add: (row: RowChunk[number]) => void,
): Promise<void> {
  for await (const chunk of chunks) {
    for (const row of chunk) {
      add(row);
      if (isTurnDue()) await takeTurn();
    }
  }
}

function chooseNames(
  found: string,
  options: InitOptions,
  { names, tables }: { readonly names: ReadonlySet<string>; readonly tables: ReadonlySet<string> },
): { readonly name: string; readonly table: string } {
  const name = options.name ?? nameFrom(found) ?? 'dataset';
  if (nameFrom(name) !== name) {
    throw new InitError(
      `expected a name that matches [a-z][a-z0-9_]{0,62}, got ${JSON.stringify(name)}`,
    );
  }
  if (names.has(name)) {
    const free = freeName(name, (one) => !names.has(one));
    throw new InitError(
      `the datasets file has a dataset ${name} already`,
      `Give this one another name: --name ${free}`,
    );
  }
  const isFree = (one: string): boolean => isTableName(one) && !tables.has(one);
  const { table } = options;
  if (table === undefined) return { name, table: freeName(name, isFree) };
  if (isFree(table)) return { name, table };
  throw new InitError(
    tables.has(table)
      ? `another dataset of the file has the table ${table}: give another --table`
      : `expected a table name that matches [a-z][a-z0-9_]{0,62} and is not Daysync's own, got ${JSON.stringify(table)}`,
  );
}

function isYear({ readings: [reading] }: DayCandidate): boolean {
  return reading?.column.format === 'year';
}

async function chooseDay(
  guess: DayColumnGuess,
  options: InitOptions,
  columns: readonly SeenColumn[],
  ask: AskUser,
): Promise<{ readonly day: DayReading; readonly doubts: readonly string[] }> {
  const candidates = guess.candidates();
  const [first, second] = candidates;
  if (first === undefined) throw noDay(guess, options, columns);
  let chosen = first;
  if (second !== undefined && areAlike(first, second)) {
    const alike = candidates.filter((one) => areAlike(first, one));
    const answer = await ask({
      question: 'Several columns may have the day of a row. Which one has it?',
      choices: alike.map(({ name, readings: [reading] }) => ({
        ...{ value: name, text: reading === undefined ? name : describeReading(reading) },
      })),
      option: '--day-column',
    });
    chosen = alike.find(({ name }) => name === answer) ?? first;
  }
  // Where a column has whole days, years alone are another thing.
  const others = candidates
    .filter((one) => one.name !== chosen.name && (isYear(chosen) || !isYear(one)))
    .map(({ name }) => name);
  const doubts =
    others.length === 0
      ? []
      : [
          `the day could also be in ${others.join(' or ')}: to take it from there, run init again with --day-column '${others[0] ?? ''}'`,
        ];
  const [reading] = chosen.readings;
  if (reading === undefined) throw noDay(guess, options, columns);
  if (chosen.readings.length === 1) return { day: reading, doubts };
  const format = await ask({
    question: `The dates in ${JSON.stringify(chosen.name)} can be read in ${chosen.readings.length} ways. Which one is right?`,
    choices: chosen.readings.map((one) => ({
      ...{ value: one.column.format, text: describeReading(one) },
    })),
    option: '--day-format',
  });
  const day = chosen.readings.find((one) => one.column.format === format) ?? reading;
  return { day, doubts };
}

function describeReading({ column, name, days, first, last, examples }: DayReading): string {
  const range = `${days} ${days === 1 ? 'day' : 'days'}, ${first} to ${last}`;
  return `${name} as ${column.format}: ${range} (${examples.join(', ')})`;
}

function noDay(
  guess: DayColumnGuess,
  { dayColumn, dayFormat }: InitOptions,
  columns: readonly SeenColumn[],
): InitError {
  const names = columns.map(({ steps }) => showSteps(steps));
  const list = names.slice(0, 20).join(', ');
  const parts = dayColumn === undefined ? [] : namedParts(dayColumn, columns);
  if (dayColumn !== undefined && !names.includes(dayColumn) && parts.length === 0) {
    return new InitError(`expected one of the columns ${list}, got --day-column ${dayColumn}`);
  }
  const format = dayFormat === undefined ? '' : ` written ${dayFormat}`;
  const what = parts.length === 0 ? 'a column' : 'columns';
  const where = dayColumn === undefined ? what : `${what} ${dayColumn}`;
  const missing = `expected ${where} with the day of each row${format}, got none in the columns ${list}`;
  const asked = columns.filter(
    ({ steps }) => dayColumn === undefined || showSteps(steps) === dayColumn,
  );
  const short = findShortYears(asked);
  if (short !== undefined) {
    return new InitError(
      missing,
      `${JSON.stringify(short.name)} has dates such as ${JSON.stringify(short.example)}: a year of two digits does not say the century. Write it with four.`,
    );
  }
  const yearless = findYearless(asked);
  if (yearless !== undefined) {
    return new InitError(
      missing,
      `${JSON.stringify(yearless.name)} has dates such as ${JSON.stringify(yearless.example)}, without a year. Write them with it.`,
    );
  }
  const [unnamed] = guess.unnamed();
  if (unnamed !== undefined) {
    const { name, format } = unnamed;
    return new InitError(
      missing,
      `If the numbers in ${JSON.stringify(name)} are days, say so: --day-column '${name}' --day-format ${format}`,
    );
  }
  return new InitError(
    missing,
    'If one has it, name it and its format: --day-column NAME --day-format dd.MM.yyyy',
    'Formats: iso, epoch_s, epoch_ms, year, year_month, or a pattern of yyyy, MM, dd, MMM, HH, mm, ss.',
  );
}

function unreadableDoubt(
  { readable, unreadable, unreadableRows, name }: DayReading,
  isQuery: boolean,
): readonly string[] {
  if (unreadable === 0) return [];
  const more = unreadable - unreadableRows.length;
  const examples = `${unreadableRows.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const rows = `${unreadable} of ${readable + unreadable} rows have no readable day in ${JSON.stringify(name)}: ${examples}`;
  return [
    isQuery
      ? `${rows}. The query finds them on no day`
      : `${rows}. They belong to no day: \`on_bad_row\` keeps them in quarantine, and each sync lists them`,
  ];
}

function aheadDoubt({ readable, ahead, last }: DayReading): readonly string[] {
  if (ahead === 0) return [];
  return [
    `${ahead} of ${readable} rows have a day after today, up to ${last}: they are not synced yet, because a sync skips such days until they come`,
  ];
}

/** Dates such as 1.1.2025 in all rows don't show which number is the month. */
function orderDoubt({ column, otherFormats }: DayReading): readonly string[] {
  return otherFormats.map(
    (format) =>
      `the dates could also be written ${format}, which reads these rows as the same days as ${column.format}: if so, use --day-format '${format}'`,
  );
}

/** Several columns were found by their names: how many of their rows make dates. */
function severalDoubt({ column, readable, unreadable }: DayReading): readonly string[] {
  const { from, format } = column;
  if (typeof from === 'string') return [];
  const all = readable + unreadable;
  const rows = unreadable === 0 ? `all ${all} rows` : `${readable} of ${all} rows`;
  const [what, effect] =
    format === 'year_month'
      ? ['a month', ', whose first day all rows of it have']
      : ['a real date', ''];
  return [
    `the day is put together from the columns ${from.join(', ')}, by their names: in ${rows} they make ${what}${effect}`,
  ];
}

/** A year alone, where other columns seem to have the month and the day. */
function partsDoubt(
  { column, name }: DayReading,
  columns: readonly SeenColumn[],
): readonly string[] {
  if (column.format !== 'year') return [];
  const parts = findDayParts(columns).find((names) => names.includes(name));
  if (parts === undefined) return [];
  return [
    `the day seems to be in several columns, ${parts.join(', ')}, but in many rows they make no date: it is taken from ${name} alone, so all rows of a year are in one day. For their own days, write the date into a column of its own`,
  ];
}

/** A year or a month alone, where another column has whole dates that are not read. */
function shortYearsDoubt(
  { column, name }: DayReading,
  columns: readonly SeenColumn[],
): readonly string[] {
  const { format } = column;
  if (format !== 'year' && format !== 'year_month') return [];
  const short = findShortYears(columns);
  if (short === undefined) return [];
  return [
    `${short.name} has dates such as ${JSON.stringify(short.example)}, whose year of two digits does not say the century: the day is taken from ${name}, so all rows of a ${format === 'year' ? 'year' : 'month'} are in one day`,
  ];
}

function draftDay({ column, name }: DayReading): unknown {
  const { from, format, pointer } = column;
  if (pointer === undefined && from === name && format === DEFAULT_FORMAT) return name;
  const usual = typeof from === 'string' ? DEFAULT_FORMAT : FORMAT_OF_PARTS;
  return {
    ...(pointer === undefined ? { from } : { pointer }),
    ...(format === usual ? {} : { format }),
  };
}
