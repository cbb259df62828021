// Runs mutated files through the built program: each file is a day of one of three datasets.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addDays, calendarDay, type CalendarDay } from '@daysync/progress';
import { DAY_ERROR_CODES } from '../../apps/api/src/sources/day-errors.js';
import { openReader } from '../database-queries.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { pollUntil, type SlowestPoll } from '../held-poller.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { expectedRows, sorted, storedRow, type ExpectedRows } from './expected-rows.js';
import { FILE_FORMATS, mutatedFile, type FileFormat } from './mutated-files.js';

const PROGRESS_MS = 50;
const IDLE_MS = 100;
const FIRST_DAY = calendarDay('1990-01-01');
const CODES: readonly string[] = DAY_ERROR_CODES.filter((code) => code !== 'INTERNAL');

interface FuzzedDay {
  readonly seed: number;
  readonly mutations: readonly string[];
  readonly expected: ExpectedRows;
}

export interface FuzzReport {
  /** Cases that came to something else than expected, with their seeds. */
  readonly wrong: string[];
  /** How many days ended with which code, or as a success. */
  readonly outcomes: Record<string, number>;
}

/** The program with a dataset for each format. */
export class FileFuzz {
  readonly report: FuzzReport = { wrong: [], outcomes: {} };
  private readonly next = new Map<FileFormat, CalendarDay>();

  private constructor(
    private readonly folder: string,
    readonly daysync: DaysyncProcess,
  ) {}

  static async start(): Promise<FileFuzz> {
    const folder = await scratchFolder();
    for (const format of FILE_FORMATS) await mkdir(path.join(folder, format));
    const env = {
      MAX_ACTIVE_BATCHES: `${FILE_FORMATS.length}`,
      LIMIT_STARTS: '0',
      LIMIT_POLLS: '0',
    };
    const datasets = FILE_FORMATS.map((format) => datasetOf(folder, format));
    return new FileFuzz(folder, await startDaysync({ folder, datasets, env }));
  }

  /** Runs the files of some seeds, and adds to the report what came of them. @returns the slowest poll meanwhile */
  async run(seeds: readonly number[]): Promise<SlowestPoll> {
    const days = new Map(FILE_FORMATS.map((format) => [format, new Map<string, FuzzedDay>()]));
    for (const seed of seeds) {
      const file = mutatedFile(seed);
      const day = this.next.get(file.format) ?? FIRST_DAY;
      this.next.set(file.format, addDays(day, 1));
      const { mutations } = file;
      days.get(file.format)?.set(day, { seed, mutations, expected: expectedRows(file) });
      await writeFile(path.join(this.folder, file.format, day), file.bytes);
    }
    const used = FILE_FORMATS.filter((format) => (days.get(format)?.size ?? 0) > 0);
    // The program closes connections that were idle meanwhile, and they must not be used for the next request.
    await sleep(IDLE_MS);
    let isDone = false;
    const polling = pollUntil(this.daysync, () => isDone);
    try {
      await Promise.all(
        used.map((format) => this.sync(format, [...(days.get(format)?.keys() ?? [])])),
      );
    } finally {
      isDone = true;
      await polling;
    }
    for (const format of used) {
      await this.compare(format, days.get(format) ?? new Map());
      await rm(path.join(this.folder, format), { recursive: true });
      await mkdir(path.join(this.folder, format));
    }
    return polling;
  }

  private async sync(dataset: FileFormat, days: readonly string[]): Promise<void> {
    const range = { start_date: days[0], end_date: days.at(-1) };
    const { task_id } = await this.daysync.startBatch({ dataset, ...range });
    for (;;) {
      const { status, finished_at } = await this.daysync.progress(task_id);
      if (finished_at !== null) return;
      // It pauses by itself where five files in a row concern the whole source, or fail alike.
      if (status === 'paused') await this.daysync.post(`sync/batch/${task_id}/resume`, undefined);
      else await sleep(PROGRESS_MS);
    }
  }

  private async compare(format: FileFormat, days: ReadonlyMap<string, FuzzedDay>): Promise<void> {
    const [first, last] = [[...days.keys()][0] ?? '', [...days.keys()].at(-1) ?? ''];
    const reader = await openReader(this.daysync.database);
    const between = (column: string): string => `${column} between '${first}' and '${last}'`;
    try {
      const rows = new Map<string, string[]>();
      for (const { sync_day, ...row } of await reader.rows(
        `select * from fuzz_${format} where ${between('sync_day')}`,
      )) {
        const day = String(sync_day);
        rows.set(day, [...(rows.get(day) ?? []), storedRow(row)]);
      }
      const records = await reader.rows(
        `select day, status, error_code, error_text from sync_record where dataset = '${format}' and ${between('day')}`,
      );
      for (const { day, status, error_code, error_text } of records) {
        const fuzzed = days.get(String(day));
        if (fuzzed === undefined) continue;
        const outcome = status === 'failed' ? String(error_code) : String(status);
        this.report.outcomes[outcome] = (this.report.outcomes[outcome] ?? 0) + 1;
        const fault = faultOf(fuzzed, outcome, sorted(rows.get(String(day)) ?? []));
        if (fault === undefined) continue;
        const what = `${format}, seed ${fuzzed.seed} (${fuzzed.mutations.join(', ')})`;
        this.report.wrong.push(`${what}: ${fault}; ${String(error_text ?? '')}`);
      }
      if (records.length !== days.size) {
        this.report.wrong.push(`${format}: ${days.size} days, and ${records.length} records`);
      }
    } finally {
      await reader.close();
    }
  }
}

function faultOf(
  { expected }: FuzzedDay,
  outcome: string,
  rows: readonly string[],
): string | undefined {
  if (expected === undefined) {
    if (CODES.includes(outcome)) return undefined;
    return `expected an error with a code, got ${outcome} with ${rows.length} rows`;
  }
  if (outcome !== 'success') return `expected ${expected.length} rows, got ${outcome}`;
  const different = expected.findIndex((row, at) => row !== rows[at]);
  if (different === -1 && rows.length === expected.length) return undefined;
  const shown = (row = ''): string => row.slice(0, 200);
  return `expected ${expected.length} rows, got ${rows.length}; at ${different}: ${shown(expected[different])}, got ${shown(rows[different])}`;
}

function datasetOf(folder: string, format: FileFormat): DatasetYaml {
  const data = format === 'csv' ? {} : { data: { type: 'json', nullable: true } };
  return {
    name: format,
    source: { kind: format, path: path.join(folder, format, '{day}') },
    target: {
      table: `fuzz_${format}`,
      columns: { id: 'text', note: { type: 'text', nullable: true }, ...data },
    },
    attempts: 1,
    on_empty: 'success',
    concurrency: 2,
  };
}
