// A source that counts: the wildlife strikes of the repository, and one line in a file for every day it is asked
// for. Daysync loads it into its own process, so what the file has survives that process.
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';

const DAY_COLUMN = 'Flight Date';
const GATE_POLL_MS = 2;

type Row = Readonly<Record<string, string>>;

export interface CountingOptions {
  readonly csv: string;
  /** Where each call is written down, as `day pid`. */
  readonly calls: string;
  /** A file that names a day: neither this day nor a later one is answered as long as it does. */
  readonly gate?: string;
  /** Says nothing to the source; to Daysync it is another dataset. */
  readonly edition?: number;
}

export default class CountingSource {
  private days: Map<string, Row[]> | undefined;

  private readonly options: CountingOptions;

  constructor(options: CountingOptions) {
    this.options = options;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Row> {
    const { calls, gate } = this.options;
    // Before anything else, and written when this returns: no call goes uncounted.
    appendFileSync(calls, `${day} ${process.pid}\n`);
    while (gate !== undefined && day >= readFileSync(gate, 'utf8')) {
      await sleep(GATE_POLL_MS, undefined, { signal });
    }
    this.days ??= readDays(this.options.csv);
    yield* this.days.get(day) ?? [];
  }
}

function readDays(csv: string): Map<string, Row[]> {
  const rows: Row[] = parse(readFileSync(csv), { columns: true });
  return Map.groupBy(rows, (row) => row[DAY_COLUMN] ?? '');
}
