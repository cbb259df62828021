// The days of a source that tests change, with a log of its calls. Each row has a number and a city.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fingerprint } from '../../apps/api/src/targets/fingerprint.js';
import { providerSource, type DatasetYaml } from '../scratch.js';
import { CallLog } from './call-log.js';

const DAY_MS = 86_400_000;
const COLUMNS = [
  { name: 'n', type: 'integer' },
  { name: 'city', type: 'text' },
] as const;

type Row = readonly [n: number, city: string];
export type RowsByDay = ReadonlyMap<string, readonly Row[]>;

export interface JsonDaysOptions {
  /** In which the files and the log lie. */
  readonly folder: string;
  readonly days: readonly string[];
  readonly rowsADay: number;
  readonly delayMs: number;
}

export class JsonDays {
  readonly calls: CallLog;
  private readonly rows = new Map<string, readonly Row[]>();

  /** Every day has the city `first`. */
  constructor(private readonly options: JsonDaysOptions) {
    this.calls = new CallLog(path.join(options.folder, 'calls.txt'));
    mkdirSync(this.folder);
    for (const day of options.days) this.change(day, 'first');
  }

  static before(instant: number, count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) =>
      new Date(instant - (count - index) * DAY_MS).toISOString().slice(0, 10),
    );
  }

  get days(): readonly string[] {
    return this.options.days;
  }

  get range(): { readonly start_date: string; readonly end_date: string } {
    return { start_date: this.days[0] ?? '', end_date: this.days.at(-1) ?? '' };
  }

  get source(): DatasetYaml['source'] {
    const { delayMs } = this.options;
    return providerSource('json-day', { folder: this.folder, calls: this.calls.file, delayMs });
  }

  get now(): RowsByDay {
    return new Map(this.rows);
  }

  change(day: string, city: string): void {
    const rows = Array.from({ length: this.options.rowsADay }, (_, n): Row => [n, city]);
    this.rows.set(day, rows);
    const text = JSON.stringify(rows.map(([n, name]) => ({ n, city: name })));
    writeFileSync(path.join(this.folder, `${day}.json`), text);
  }

  private get folder(): string {
    return path.join(this.options.folder, 'days');
  }
}

export const JSON_DAY_COLUMNS = { n: 'integer', city: 'text' } as const;

/** The rows of a target by their days, in the order of `n`. */
export function daysOf(rows: readonly Readonly<Record<string, unknown>>[]): RowsByDay {
  const byDay = Map.groupBy(rows, (row) => String(row['sync_day']));
  return new Map(
    [...byDay].map(([day, ofDay]) => [
      day,
      ofDay
        .map((row): Row => [Number(row['n']), String(row['city'])])
        .sort(([one], [other]) => one - other),
    ]),
  );
}

export function textOf(day: string, rows: RowsByDay): string {
  return `${day}: ${JSON.stringify(rows.get(day) ?? [])}`;
}

export function fingerprintOf(rows: RowsByDay, day: string): string {
  const fingerprint = new Fingerprint(COLUMNS);
  for (const row of rows.get(day) ?? []) void fingerprint.add(row);
  return fingerprint.value;
}
