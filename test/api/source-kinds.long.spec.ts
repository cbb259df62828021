// Each kind of source with each kind of day, side by side in one process.
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryRows, type StoredRow } from '../database-queries.js';
import { dataOf } from '../daysync.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { HAS_POSTGRES, startPostgres } from '../postgres.js';
import { scratchFolder } from '../scratch.js';
import { fileKinds } from '../source-kinds/files.js';
import { postgresKind } from '../source-kinds/postgres-views.js';
import { requestKinds } from '../source-kinds/requests.js';
import {
  BAD_ROW,
  COLUMNS,
  DAY,
  MANY,
  NEXT_DAY,
  ROWS,
  type SourceKind,
} from '../source-kinds/source-kind.js';
import { sqliteKind } from '../source-kinds/sqlite.js';
import type { BatchDay, Progress } from '../wire.js';

/** The cases of a day. Each has a dataset of each kind, named after it, with its own table. */
// The large days come last, because they keep two processors busy.
const CASES = ['rows', 'none', 'bad', 'cut', 'silent', 'cancel', 'many', 'stop'] as const;
type Case = (typeof CASES)[number];
/** The cases that begin with a day that is already in the target. */
const REPLACED: readonly Case[] = ['bad', 'cut', 'silent', 'cancel', 'stop'];

const KINDS = [
  'csv_one_file',
  'csv_day_files',
  'json',
  'ndjson',
  'http',
  'provider',
  'sql_sqlite',
  // The package has no PostgreSQL for other machines.
  ...(HAS_POSTGRES ? ['sql_postgres'] : []),
];

const ONE_DAY = { start_date: DAY, end_date: DAY, mode: 'all' };
const TWO_DAYS = { ...ONE_DAY, end_date: NEXT_DAY };
/** Long enough for a slow day on a busy machine; silent days have a shorter timeout. */
const TIMEOUT_SECONDS = 120;
const SILENT_SECONDS = 3;

interface EndedBatch {
  readonly progress: Progress;
  readonly days: readonly BatchDay[];
}

let daysync: DaysyncProcess;
/** The program's folder for temporary files. */
let temporary: string;
const kinds = new Map<string, SourceKind>();
/** By dataset. The test that awaits a promise reports its failure. */
const ended = new Map<string, Promise<EndedBatch>>();
let stopServer: () => void = () => undefined;

beforeAll(async () => {
  const folder = await scratchFolder();
  temporary = path.join(folder, 'temporary');
  await mkdir(temporary);
  const pid = (): number => daysync.pid;
  const [requests, postgres] = await Promise.all([
    requestKinds(),
    HAS_POSTGRES ? startPostgres() : undefined,
  ]);
  stopServer = requests.stop;
  for (const kind of [
    ...fileKinds(folder, pid),
    ...requests.kinds,
    sqliteKind(folder, pid),
    ...(postgres === undefined ? [] : [postgresKind(postgres)]),
  ]) {
    kinds.set(kind.name, kind);
  }
  const datasets = [...kinds.values()].flatMap((kind) =>
    CASES.map((name) => ({
      name: nameOf(kind, name),
      source: kind.source(nameOf(kind, name)),
      target: { table: nameOf(kind, name), columns: COLUMNS },
      attempts: 1,
      timeout_seconds: name === 'silent' ? SILENT_SECONDS : TIMEOUT_SECONDS,
    })),
  );
  daysync = await startDaysync({
    folder,
    datasets,
    env: {
      TMPDIR: temporary,
      MAX_ACTIVE_BATCHES: `${datasets.length}`,
      ...(postgres === undefined ? {} : { WAREHOUSE_URL: postgres.url() }),
    },
  });
  // The kinds run side by side, the cases of each one after another.
  await Promise.all([...kinds.values()].map(async (kind) => fillTargets(kind)));
  for (const kind of kinds.values()) begin(kind);
});
afterAll(() => stopServer());

function nameOf(kind: SourceKind, name: Case): string {
  return `${kind.name}_${name}`;
}

/** Syncs the days that will be replaced. */
async function fillTargets(kind: SourceKind): Promise<void> {
  for (const name of REPLACED) {
    const dataset = nameOf(kind, name);
    await kind.serve(dataset, 'rows');
    expect(await daysync.sync({ ...ONE_DAY, dataset })).toMatchObject({ success: 1 });
  }
}

function begin(kind: SourceKind): void {
  let before: Promise<unknown> = Promise.resolve();
  for (const name of CASES.filter((other) => other !== 'stop')) {
    const end = before.then(async () => run(kind, name));
    before = end.catch(() => undefined);
    ended.set(nameOf(kind, name), end);
  }
}

async function run(kind: SourceKind, name: Exclude<Case, 'stop'>): Promise<EndedBatch> {
  const dataset = nameOf(kind, name);
  if (name === 'cancel') return cancelInTheMiddle(kind, dataset);
  await kind.serve(dataset, name);
  return endOf(await daysync.startBatch({ ...ONE_DAY, dataset }));
}

async function cancelInTheMiddle(kind: SourceKind, dataset: string): Promise<EndedBatch> {
  await kind.serve(dataset, 'slow');
  const batch = await daysync.startBatch({ ...TWO_DAYS, dataset });
  await untilAtWork(kind, dataset, batch.task_id);
  const cancelled = await daysync.post(`sync/batch/${batch.task_id}/cancel`, undefined);
  // If the day were not being fetched any more, the test would show nothing.
  expect(dataOf(cancelled)).toMatchObject({ status: 'cancelling', running: 1 });
  kind.release(dataset);
  return endOf(batch);
}

/** Waits until a day is being fetched. */
async function untilAtWork(kind: SourceKind, dataset: string, taskId: string): Promise<void> {
  for (;;) {
    const { finished_at, running } = await daysync.progress(taskId);
    expect(finished_at).toBeNull();
    if (running === 1 && (await kind.atWork(dataset)) > 0) return;
    await sleep(5);
  }
}

async function endOf({ task_id }: Progress): Promise<EndedBatch> {
  const progress = await daysync.ended(task_id);
  return { progress, days: await daysync.days(task_id) };
}

/** The rows that the target has for the day, by their number. */
function rowsOf(table: string): Promise<readonly StoredRow[]> {
  return queryRows(
    daysync.database,
    `select n, name, price from ${table} where sync_day = '${DAY}' order by n`,
  );
}

/** Of a large day: the number of rows, of different rows, and of rows with correct values. */
async function sumOf(table: string): Promise<unknown> {
  const [sum] = await queryRows(
    daysync.database,
    `select count(*) as count, count(distinct n) as numbers, min(n) as first, max(n) as last,
       count(*) filter (where name = 'row ' || n) as names,
       count(*) filter (where cast(price as text) = n || '.50') as prices
     from ${table} where sync_day = '${DAY}'`,
  );
  return sum;
}

const EXPECTED_ROWS = ROWS.map((row) => ({ ...row, n: BigInt(row.n) })).toSorted((a, b) =>
  a.n < b.n ? -1 : 1,
);
const EXPECTED_MANY = {
  count: BigInt(MANY),
  numbers: BigInt(MANY),
  first: 1n,
  last: BigInt(MANY),
  names: BigInt(MANY),
  prices: BigInt(MANY),
};

/** Waits until everything of the source is closed. */
async function untilLetGo(kind: SourceKind, dataset: string): Promise<void> {
  while ((await kind.atWork(dataset)) > kind.kept) await sleep(20);
}

describe.each(KINDS)('a source of the kind %s', (kindName) => {
  const get = async (name: Case): Promise<EndedBatch & { kind: SourceKind; table: string }> => {
    const kind = kinds.get(kindName);
    if (kind === undefined) throw new Error(`expected the kind ${kindName}, got none`);
    const table = nameOf(kind, name);
    const end = await ended.get(table);
    if (end === undefined) throw new Error(`expected a batch of ${table}, got none`);
    return { ...end, kind, table };
  };
  const record = async (dataset: string): Promise<unknown> =>
    (await daysync.records(`dataset=${dataset}`)).items[0];

  it('syncs a normal day with exact values', async () => {
    const { days, kind, table } = await get('rows');
    expect(days).toMatchObject([{ state: 'success', rows: ROWS.length, error: null }]);
    expect(await rowsOf(table)).toEqual(EXPECTED_ROWS);
    expect(await record(table)).toMatchObject({ status: 'success', rows: ROWS.length });
    await untilLetGo(kind, table);
  });

  it('skips a day without data', async () => {
    const { days, progress, table } = await get('none');
    expect(progress).toMatchObject({ status: 'completed', skipped: 1 });
    expect(days).toMatchObject([{ state: 'skipped', reason: 'no_data', error: null }]);
    expect(await rowsOf(table)).toEqual([]);
    expect(await record(table)).toMatchObject({ status: 'skipped', reason: 'no_data' });
  });

  it(`syncs a day of ${MANY} rows, all of them correct`, async () => {
    const { days, table } = await get('many');
    expect(days).toMatchObject([{ state: 'success', rows: MANY, error: null }]);
    expect(await sumOf(table)).toEqual(EXPECTED_MANY);
  });

  /** A day that fails, with the rows of its last success. */
  async function expectFailure(name: Case, error: object): Promise<void> {
    const { days, progress, kind, table } = await get(name);
    expect(progress).toMatchObject({ status: 'completed', failed: 1 });
    expect(days).toMatchObject([{ state: 'failed', attempts: 1, error }]);
    expect(await rowsOf(table)).toEqual(EXPECTED_ROWS);
    expect(await record(table)).toMatchObject({
      status: 'failed',
      error,
      last_success_at: expect.stringMatching(/^2/) as unknown,
    });
    await untilLetGo(kind, table);
  }

  it('fails a day with a bad value, with row and column, and the old rows stay', async () => {
    await expectFailure('bad', { code: 'VALUE_INVALID', row: BAD_ROW, column: 'price' });
  });

  it('fails a day that is cut off in the middle, and the old rows stay', async () => {
    await expectFailure('cut', (await get('cut')).kind.cut);
  });

  it('fails a day that never ends, closes its source, and the old rows stay', async () => {
    await expectFailure('silent', (await get('silent')).kind.silent);
  });

  it('completes the day in flight when its batch is cancelled, and begins no other', async () => {
    const { days, progress, kind, table } = await get('cancel');
    expect(progress).toMatchObject({ status: 'cancelled', success: 1, skipped: 1 });
    expect(days).toMatchObject([
      { day: DAY, state: 'success', rows: kind.slowRows },
      { day: NEXT_DAY, state: 'skipped', reason: 'cancelled' },
    ]);
    if (kind.slowRows === MANY) expect(await sumOf(table)).toEqual(EXPECTED_MANY);
    else expect(await rowsOf(table)).toEqual(EXPECTED_ROWS);
  });
});

it('a stop requeues the days in flight of every kind, and closes their sources', async () => {
  await Promise.allSettled(ended.values());
  const inFlight = await Promise.all(
    [...kinds.values()].map(async (kind) => {
      const dataset = nameOf(kind, 'stop');
      await kind.serve(dataset, 'long');
      const { task_id } = await daysync.startBatch({ ...ONE_DAY, dataset });
      await untilAtWork(kind, dataset, task_id);
      return { kind, dataset, task_id };
    }),
  );
  expect(await daysync.stop()).toBe(0);
  for (const { kind, dataset, task_id } of inFlight) {
    const days = await queryRows(
      daysync.database,
      `select state, attempts from batch_day where batch_id = '${task_id}'`,
    );
    expect([dataset, days]).toEqual([dataset, [{ state: 'pending', attempts: 0n }]]);
    expect(await rowsOf(dataset)).toEqual(EXPECTED_ROWS);
    while ((await kind.atWork(dataset)) > 0) await sleep(20);
  }
  expect(await readdir(temporary)).toEqual([]);
});
