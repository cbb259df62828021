// The wildlife strikes of the repository, with one line in a file for every fetch. Daysync loads this source into its
// own process, and the file survives that process.
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';

const DAY_COLUMN = 'Flight Date';
const GATE_POLL_MS = 2;

export type StrikeRow = Readonly<Record<string, string>>;

export interface CountingOptions {
  readonly csv: string;
  /** The log of calls, with lines `day pid`. */
  readonly calls: string;
  /** A file with a day: neither this day nor a later one is answered while it contains it. */
  readonly gate?: string;
  /** Unused by the source; another value makes it another dataset to Daysync. */
  readonly edition?: number;
}

export default class CountingSource {
  private days: Map<string, StrikeRow[]> | undefined;

  private readonly options: CountingOptions;

  constructor(options: CountingOptions) {
    this.options = options;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<StrikeRow> {
    const { calls, gate } = this.options;
    // First and synchronously, so that no call is lost.
    appendFileSync(calls, `${day} ${process.pid}\n`);
    while (gate !== undefined && day >= readFileSync(gate, 'utf8')) {
      await sleep(GATE_POLL_MS, undefined, { signal });
    }
    this.days ??= readStrikes(this.options.csv);
    yield* this.days.get(day) ?? [];
  }
}

/** One of so many rows does not fit: its speed is no number. The first one is among the earliest days. */
const ROWS_A_BAD_ONE = 100;
const FIRST_BAD_ROW = 19;

/** The rows of each day, 1 % of which do not fit. */
export function readStrikes(csv: string): Map<string, StrikeRow[]> {
  const rows = parse<StrikeRow>(readFileSync(csv), { columns: true }).map((row, index) =>
    index % ROWS_A_BAD_ONE === FIRST_BAD_ROW ? { ...row, 'Speed IAS in knots': 'fast' } : row,
  );
  return Map.groupBy(rows, (row) => row[DAY_COLUMN] ?? '');
}
