import { compareDays, toEpochDay, type CalendarDay } from '@daysync/progress';
import {
  createDayReader,
  dayColumnName,
  FORMAT_OF_PARTS,
  isListOfNames,
  type DayColumn,
  type DayReader,
} from '../../sources/values/day-column.js';
import { writtenForm } from '../../sources/values/column-values.js';
import { candidateFormats } from '../../sources/values/day-format-candidates.js';
import { shortenText } from '../../config/redact.js';
import type { SourceRow } from '../../sources/day-source.js';
import { findDayParts } from './dates-in-part.js';
import { showSteps, type SeenColumn } from './seen-columns.js';

/** From how many different values of a column its formats are taken. */
const MOST_VALUES = 100;
/** A format that does not read more of the values is none. */
const LEAST_READABLE = 0.9;
/** Rows before a format is given up. */
const LEAST_ROWS = 50;

/** A column in one format, and what came of its rows. */
export interface DayReading {
  readonly column: DayColumn;
  /** Its name, the pointer to it, or the names of all columns. */
  readonly name: string;
  readonly readable: number;
  readonly unreadable: number;
  /** The first of these rows, each with what stands in place of its day. */
  readonly unreadableRows: readonly string[];
  /** Rows of days after today, which a sync skips. */
  readonly ahead: number;
  readonly first: CalendarDay;
  readonly last: CalendarDay;
  /** How many different days there are; a bound where there are many. */
  readonly days: number;
  /** Other orders of day and month that read each row as the same day, so far. */
  readonly otherFormats: readonly string[];
  /** The first values beside their days, for a reader who has to decide. */
  readonly examples: readonly string[];
}

/** A column that may have the day, with the formats that fit; several where they mean different days. */
export interface DayCandidate {
  readonly name: string;
  readonly readings: readonly DayReading[];
}

export interface DayColumnOptions {
  /** The column that the user has named, or several with commas between them. */
  readonly column?: string | undefined;
  /** Whether the day may be in several columns. */
  readonly inSeveral: boolean;
  readonly format?: string | undefined;
  readonly timeZone: string;
  readonly today: CalendarDay;
}

/** Finds the column with the day of a row by reading all rows in every format that their values may have. */
export class DayColumnGuess {
  private readonly trials: readonly DayFormatTrial[];

  constructor(
    columns: readonly SeenColumn[],
    private readonly options: DayColumnOptions,
  ) {
    const { column, format, timeZone, today, inSeveral } = options;
    const ofOne = columns
      .filter((seen) => column === undefined || showSteps(seen.steps) === column)
      .flatMap((seen) =>
        formatsOf(seen, format).map((one) => {
          const read = dayColumnOf(seen, one, timeZone);
          return new DayFormatTrial(read, isNumeric(seen), today);
        }),
      );
    const lists = column === undefined ? findDayParts(columns) : [namedParts(column, columns)];
    const ofSeveral = (inSeveral ? lists : []).flatMap((from) =>
      formatsOfParts(from, format).map(
        (one) => new DayFormatTrial({ from, format: one, timeZone }, false, today),
      ),
    );
    this.trials = [...ofOne, ...ofSeveral];
  }

  add(row: SourceRow): void {
    for (const trial of this.trials) trial.add(row);
  }

  /** The columns that may have the day, the likeliest first. */
  candidates(): readonly DayCandidate[] {
    const byColumn = new Map<string, DayFormatTrial[]>();
    for (const trial of this.trials) {
      if (!trial.fits) continue;
      byColumn.set(trial.name, [...(byColumn.get(trial.name) ?? []), trial]);
    }
    const isNamed = this.options.column !== undefined || this.options.format !== undefined;
    const all = [...byColumn].map(([name, trials]) => ({ name, trials: ofDifferentDays(trials) }));
    const likely = all.filter(({ trials }) => isNamed || trials.some((trial) => trial.isLikely));
    const found =
      likely.length > 0
        ? likely
        : all.filter(({ trials }) => trials.some((trial) => trial.isEpoch));
    return withoutParts(found)
      .toSorted((a, b) => rank(b.trials) - rank(a.trials))
      .map(({ name, trials }) => ({ name, readings: trials.map((trial) => trial.reading()) }));
  }

  /** The columns whose numbers may be days, although no name says so: such as years in `start`. */
  unnamed(): readonly { readonly name: string; readonly format: string }[] {
    return this.trials.filter((trial) => trial.fits && !trial.isLikely);
  }
}

/** Whether of two columns neither is likelier. */
export function areAlike(one: DayCandidate, other: DayCandidate): boolean {
  return partsOf(one) === partsOf(other) && nameRank(one.name) === nameRank(other.name);
}

function partsOf({ readings: [reading] }: DayCandidate): number {
  return reading === undefined || typeof reading.column.from === 'string'
    ? 1
    : reading.column.from.length;
}

/** The columns that an option names with commas between them; none where it names one, or others. */
export function namedParts(named: string, columns: readonly SeenColumn[]): readonly string[] {
  const all = columns.map(({ steps }) => showSteps(steps));
  const names = named.split(',').map((name) => name.trim());
  const areColumns = !all.includes(named) && names.every((name) => all.includes(name));
  return areColumns && isListOfNames(names) ? names : [];
}

function dayColumnOf({ steps }: SeenColumn, format: string, timeZone: string): DayColumn {
  const [from = ''] = steps;
  const column = { from, format, timeZone };
  return steps.length > 1 ? { ...column, pointer: showSteps(steps) } : column;
}

function isNumeric({ values }: SeenColumn): boolean {
  return values.every((value) => /^[+-]?\d*(?:\.\d+)?$/.test(writtenForm(value) ?? ''));
}

/** A year, a month and a day, of which the month may be a name; or a year and a month. */
function formatsOfParts(names: readonly string[], format: string | undefined): readonly string[] {
  if (names.length === 0) return [];
  if (format !== undefined) return [format];
  if (names.length === 2) return ['year_month'];
  return names.length === 3 ? [FORMAT_OF_PARTS, 'yyyy-MMM-d', 'yyyy-MMMM-d'] : [];
}

function formatsOf({ values }: SeenColumn, format: string | undefined): readonly string[] {
  if (format !== undefined) return [format];
  const sample = values.slice(0, MOST_VALUES).map(candidateFormats);
  const counts = new Map<string, number>();
  for (const one of sample.flat()) counts.set(one, (counts.get(one) ?? 0) + 1);
  const filled = values
    .slice(0, MOST_VALUES)
    .filter((value) => (writtenForm(value) ?? '').trim() !== '');
  return [...counts]
    .filter(([, count]) => count >= filled.length * LEAST_READABLE)
    .map(([one]) => one);
}

/** Of trials that read each row as the same day only the first one: the others are other ways to write its format. */
function ofDifferentDays(trials: readonly DayFormatTrial[]): readonly DayFormatTrial[] {
  const best = Math.max(...trials.map(({ readable }) => readable));
  const all = trials.filter(({ readable }) => readable === best);
  return all.filter((trial, index) => {
    const first = all.findIndex(({ sum }) => sum === trial.sum);
    if (first !== index) all[first]?.addOther(trial.format);
    return first === index;
  });
}

interface TriedColumn {
  readonly name: string;
  readonly trials: readonly DayFormatTrial[];
}

/** Several columns count where no single one has days; then theirs are no columns with a day of their own. */
function withoutParts(found: readonly TriedColumn[]): readonly TriedColumn[] {
  const columnsOf = ({ trials: [trial] }: TriedColumn): readonly string[] => trial?.columns ?? [];
  const hasDays = (one: TriedColumn): boolean =>
    columnsOf(one).length === 1 && one.trials.some((trial) => trial.isDay);
  if (found.some(hasDays)) return found.filter((one) => columnsOf(one).length === 1);
  return found.filter((one) => {
    const parts = columnsOf(one);
    return !found.some((other) => {
      const all = columnsOf(other);
      return all.length > parts.length && parts.every((name) => all.includes(name));
    });
  });
}

/** The finer the format and the plainer the name, the likelier. */
function rank(trials: readonly DayFormatTrial[]): number {
  const [first] = trials;
  if (first === undefined) return 0;
  const [isDay, isOne] = [first.isDay, first.columns.length === 1];
  return (
    (isDay ? (isOne ? 100 : 75) : first.format === 'year_month' ? 50 : 0) + nameRank(first.name)
  );
}

const NAMES: readonly (readonly [RegExp, number])[] = [
  [/^(?:date|day|datum|fecha|data|tag|jour|日期|日)$/i, 10],
  [/(?:^|[^a-z])(?:date|day|datum|fecha|tag|jour)(?:[^a-z]|$)|日期|date$|day$/i, 8],
  [/^(?:time|timestamp|datetime|ts|zeit|时间)$/i, 7],
  [/(?:^|[^a-z])(?:time|timestamp|datetime|ts|at)(?:[^a-z]|$)|时间|time$/i, 6],
  [/^(?:month|period|year|yr|jahr|monat|année|año|年|月)$/i, 5],
  [/created|updated|modified|published|year|month|epoch/i, 4],
];

/** What has a beginning and an end belongs to the day of its beginning. */
const OF_AN_END =
  /(?:^|[^a-z])(?:end(?:ed)?|finish(?:ed)?|closed?|resolved|dropoff|due|until|expir(?:es|ed|y)|updated|modified)(?:$|[^a-z]|date|day|time|at$)/i;

function nameRank(name: string): number {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const found = NAMES.find(([pattern]) => pattern.test(last))?.[1] ?? 0;
  return OF_AN_END.test(last) ? found - 0.5 : found;
}

const COARSE = ['year', 'year_month'];
const MOST_EXAMPLES = 3;
const MOST_EXAMPLE = 60;
const MOST_DAYS = 100_000;

/** One column, or several, read in one format. */
class DayFormatTrial {
  readonly name: string;
  readonly format: string;
  readonly columns: readonly string[];
  readable = 0;
  /** The same for two formats that read each row as the same day. */
  sum = 0;
  private unreadable = 0;
  private readonly unreadableRows: string[] = [];
  private readonly otherFormats: string[] = [];
  private ahead = 0;
  private first: CalendarDay | undefined;
  private last: CalendarDay | undefined;
  private readonly days = new Set<CalendarDay>();
  private readonly examples = new Map<CalendarDay, string>();
  private readonly reader: DayReader;

  constructor(
    private readonly column: DayColumn,
    private readonly isNumeric: boolean,
    private readonly today: CalendarDay,
  ) {
    this.name = dayColumnName(column);
    this.format = column.format;
    this.reader = createDayReader(column);
    this.columns = this.reader.columns;
  }

  get isDay(): boolean {
    return !COARSE.includes(this.format);
  }

  get fits(): boolean {
    return this.readable > 0 && this.readable >= (this.readable + this.unreadable) * LEAST_READABLE;
  }

  /** Numbers are days only by the name of their column. */
  get isLikely(): boolean {
    return !this.isNumeric || nameRank(this.name) > 0;
  }

  get isEpoch(): boolean {
    return this.format.startsWith('epoch_');
  }

  add({ row, values }: SourceRow): void {
    const seen = this.readable + this.unreadable;
    if (seen >= LEAST_ROWS && !this.fits) return;
    const value = this.reader.valueOf(values);
    const day = this.reader.day(value);
    if (day === undefined) {
      this.unreadable += 1;
      if (this.unreadableRows.length < MOST_EXAMPLES) {
        const text = shortenText(writtenForm(value) ?? '', MOST_EXAMPLE);
        this.unreadableRows.push(`row ${row} ${JSON.stringify(text)}`);
      }
      return;
    }
    this.readable += 1;
    if (compareDays(day, this.today) > 0) this.ahead += 1;
    this.sum = (Math.imul(this.sum, 31) + toEpochDay(day)) | 0;
    if (this.first === undefined || compareDays(day, this.first) < 0) this.first = day;
    if (this.last === undefined || compareDays(day, this.last) > 0) this.last = day;
    if (this.days.size < MOST_DAYS) this.days.add(day);
    if (this.examples.size < MOST_EXAMPLES && !this.examples.has(day)) {
      this.examples.set(day, `${writtenForm(value) ?? ''} → ${day}`);
    }
  }

  /** Adds a format that reads the same days: of interest if it has another order of day and month, as for 1/1/2025. */
  addOther(format: string): void {
    const known = [this.format, ...this.otherFormats].map(order);
    const other = order(format);
    if (known.every((one) => one.length === other.length && one !== other)) {
      this.otherFormats.push(format);
    }
  }

  reading(): DayReading {
    const { column, name, readable, unreadable, unreadableRows, ahead, first, last } = this;
    if (first === undefined || last === undefined) throw new TypeError('expected a readable row');
    const examples = [...this.examples.values()];
    const days = this.days.size;
    return {
      ...{ column, name, readable, unreadable, unreadableRows, ahead },
      ...{ first, last, days, examples, otherFormats: this.otherFormats },
    };
  }
}

/** The fields of a pattern that make a date, in their order: `dMy`. */
function order(format: string): string {
  return format.replace(/'[^']*'|[^yMd]/g, '').replace(/(.)\1+/g, '$1');
}
