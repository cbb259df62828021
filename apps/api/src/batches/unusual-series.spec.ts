// How well unusual numbers of rows are found, measured on public series. docs/quality.md has the figures.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addDays, calendarDay, toEpochDay, type CalendarDay } from '@daysync/progress';
import { isUnusual, median, usualOf, type PastFigure } from './unusual.js';

const TOP = path.resolve(import.meta.dirname, '../../../..');
const DAYS_A_YEAR = 365.25;
/** As far back as the program looks. */
const WEEKS = 12;
const HALVED = 100;

/** Days of a series with their counts. */
type Series = ReadonlyMap<CalendarDay, number>;

const linesOf = (file: string): readonly string[] =>
  readFileSync(path.join(TOP, file), 'utf8').trim().split(/\r?\n/).slice(1);

/** Births: year, month, day of the month, weekday, births. */
function births(years: string): Series {
  return new Map(
    linesOf(`test/series/us-births-${years}.csv`).map((line) => {
      const [year = '', month = '', date = '', , count] = line.split(',');
      const day = calendarDay(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
      return [day, Number(count)];
    }),
  );
}

/** The wildlife strikes of each day; a day without one is no day with rows. */
function birdstrikes(): Series {
  const days = linesOf('data/birdstrikes.csv').map((line) =>
    calendarDay(/,(\d{4}-\d\d-\d\d),/.exec(line)?.[1] ?? ''),
  );
  return new Map([...Map.groupBy(days, (day) => day)].map(([day, { length }]) => [day, length]));
}

const SERIES: readonly (readonly [name: string, series: Series])[] = [
  ['US births 1969–1988', births('1969-1988')],
  ['US births 1994–2003', births('1994-2003')],
  ['US births 2000–2014', births('2000-2014')],
  ['Wildlife strikes 1990–2002', birdstrikes()],
];

interface Measured {
  readonly years: number;
  readonly median: number;
  readonly falseAlarmsAYear: number;
  /** Of 100 days whose rows were halved, those that were found. */
  readonly found: number;
}

/** Runs through a series as syncs day by day would, and halves some of its days, each alone. */
function measure(series: Series): Measured {
  const days = [...series.keys()].sort();
  const marked = new Set<CalendarDay>();
  const usual = new Map<CalendarDay, ReturnType<typeof usualOf>>();
  for (const day of days) {
    const before = usualOf('rows', pastOf(day, series, marked));
    usual.set(day, before);
    if (before !== null && isUnusual(series.get(day) ?? 0, before)) marked.add(day);
  }
  const judged = days.filter((day) => usual.get(day) !== null);
  const halved = Array.from(
    { length: HALVED },
    (_, index) => judged[Math.floor(((index + 0.5) * judged.length) / HALVED)],
  );
  const found = halved.filter((day) => {
    const of = day && usual.get(day);
    return of && day && isUnusual(Math.round((series.get(day) ?? 0) / 2), of);
  });
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) throw new Error('expected days, got none');
  const years = (toEpochDay(last) - toEpochDay(first)) / DAYS_A_YEAR;
  return {
    years,
    median: median([...series.values()]),
    falseAlarmsAYear: marked.size / years,
    found: found.length,
  };
}

function pastOf(day: CalendarDay, series: Series, marked: ReadonlySet<CalendarDay>): PastFigure[] {
  return Array.from({ length: WEEKS }, (_, week) => addDays(day, -7 * (week + 1))).flatMap(
    (past) => {
      const value = series.get(past);
      return value === undefined ? [] : [{ value, unusual: marked.has(past) }];
    },
  );
}

describe.each(SERIES)('unusual days of %s', (name, series) => {
  const measured = measure(series);

  it('are at most one false alarm a year, over two years or more', () => {
    expect(measured.years).toBeGreaterThan(2);
    expect(measured.falseAlarmsAYear).toBeLessThanOrEqual(1);
  });

  it('are at least 95 of 100 days with half of their rows, where a day has 100 rows or more', () => {
    if (measured.median < 100) expect(measured.found).toBe(0);
    else expect(measured.found).toBeGreaterThanOrEqual(95);
  });

  it('are in docs/quality.md as they are measured', () => {
    const { falseAlarmsAYear, found, median: middle, years } = measured;
    const cells = [name, years.toFixed(1), String(middle), falseAlarmsAYear.toFixed(2), `${found}`];
    const page = readFileSync(path.join(TOP, 'docs/quality.md'), 'utf8');
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows).toContainEqual(['', ...cells, '']);
  });
});
