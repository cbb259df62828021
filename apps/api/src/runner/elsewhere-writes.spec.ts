import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TargetUnavailableError, type DayTarget } from '../targets/day-target.js';
import { openTarget } from '../targets/elsewhere/open-target.js';
import { OpenTargets } from '../targets/open-targets.js';
import { TargetRefusedError } from '../targets/target-rows.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { D1, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import type { DecidedDay } from './day-commit.js';
import { ElsewhereWrites } from './elsewhere-writes.js';
import { ScratchInstallation, type RunningLane } from './installation.fixture.js';
import { readUnfinished } from './unfinished-writes.js';

const SIGNAL = new AbortController().signal;
const away = (): Error => new TargetUnavailableError('TARGET_UNREACHABLE', 'expected an answer');
const refused = (): Error => new TargetRefusedError('readings', 'a column was dropped', undefined);

let sync: ScratchInstallation;
let dataset: Dataset;
let running: RunningLane;
let writes: ElsewhereWrites;
/** What becomes of the next writes: they get in or not, and an error is the answer or not. */
let fates: { readonly getsIn: boolean; readonly error?: Error }[];
let tokens: number[];
/** How many of the next fences get in without an answer. */
let lostFences: number;

/** A folder of Parquet files whose answers may be lost. */
function unreliable(target: DayTarget): DayTarget {
  return Object.assign(Object.create(target) as DayTarget, {
    replaceDay: async (...write: Parameters<DayTarget['replaceDay']>) => {
      tokens.push(write[0].token);
      const { error, getsIn } = fates.shift() ?? { getsIn: true };
      if (getsIn) await target.replaceDay(...write);
      if (error !== undefined) throw error;
    },
    fence: async (...fence: Parameters<DayTarget['fence']>) => {
      const written = await target.fence(...fence);
      if (lostFences === 0) return written;
      lostFences -= 1;
      throw away();
    },
  });
}

beforeEach(async () => {
  const { target } = makeDataset();
  // Its folder is made when it is first written.
  sync = await ScratchInstallation.open(null, { datasets: [makeDataset()] });
  const folder = path.join(sync.folder, 'readings');
  const place = { kind: 'parquet', path: folder, writtenPath: folder } as const;
  dataset = makeDataset({ target: { ...target, place } });
  [fates, tokens, lostFences] = [[], [], 0];
  const open = new OpenTargets((opened) => unreliable(openTarget(opened)));
  writes = new ElsewhereWrites(sync.database, open, sync.targets, sync.clock);
  await sync.startRunning(D1, D1);
  running = await sync.begin();
});
afterEach(() => sync.close());

async function decided(): Promise<DecidedDay> {
  const version = await sync.targets.current(dataset);
  const { claim } = running;
  const verdict = { state: 'success', rows: 1 } as const;
  return { claim, fetched: rowsOf(1), repeats: 0, durationMs: 1, verdict, version };
}

function write(day: DecidedDay): Promise<void> {
  return writes.write({ dataset, lane: running.lane }, day, SIGNAL);
}

/** The days that have a record once what is left is finished. */
async function recordedDays(): Promise<readonly string[]> {
  const { read } = sync.database;
  for (const left of await read.selectFrom('unfinished_write').selectAll().execute()) {
    await writes.finishRecord(dataset, readUnfinished(left));
  }
  const records = await read.selectFrom('sync_record').select('day').execute();
  return records.map(({ day }) => day);
}

it('a write whose answer was lost is known to be in, also if the next tries do not get through', async () => {
  const day = await decided();
  fates = [
    { getsIn: true, error: away() },
    { getsIn: false, error: away() },
  ];
  await expect(write(day)).rejects.toThrow(TargetUnavailableError);
  await expect(write(day)).rejects.toThrow(TargetUnavailableError);
  expect(await recordedDays()).toEqual([D1]);
});

it('a write that did not get in is not recorded', async () => {
  fates = [{ getsIn: false, error: away() }];
  await expect(write(await decided())).rejects.toThrow(TargetUnavailableError);
  expect(await recordedDays()).toEqual([]);
});

it.each([
  ['the next try is refused', 0],
  ['the answer to the fence after it is lost, too', 1],
])('a write whose answer was lost is in, though %s', async (_, lost) => {
  const day = await decided();
  fates = [
    { getsIn: true, error: away() },
    { getsIn: false, error: refused() },
  ];
  lostFences = lost;
  for (let tries = 0; tries <= lost; tries += 1) {
    await expect(write(day)).rejects.toThrow(TargetUnavailableError);
  }
  await write(day);
  // With a lost fence, the last one was refused by the fence.
  expect(new Set(tokens).size).toBe(1);
});

it('no token is given twice, also after a backup of the time before was restored', async () => {
  await write(await decided());
  await sync.database.write('targets', ({ db }) => db.deleteFrom('target_place').execute());
  await sync.pass(1);
  fates = [{ getsIn: false, error: away() }];
  await expect(write(await decided())).rejects.toThrow(TargetUnavailableError);
  expect(await recordedDays()).toEqual([]);
  expect(new Set(tokens).size).toBe(2);
});

it.each([
  ['at once', []],
  ['after a try that did not get in', [{ getsIn: false, error: away() }]],
])('a write that is refused %s is not in', async (_, before) => {
  const day = await decided();
  fates = [...before, { getsIn: false, error: refused() }];
  for (const { error } of before) await expect(write(day)).rejects.toBe(error);
  await expect(write(day)).rejects.toThrow(TargetRefusedError);
});

it('a write that is tried again is the same one, and is not repeated once it is in', async () => {
  const day = await decided();
  fates = [{ getsIn: false, error: away() }];
  await expect(write(day)).rejects.toThrow(TargetUnavailableError);
  await write(day);
  await write(day);
  expect(tokens).toEqual([tokens[0], tokens[0]]);
});

it('a day whose token no installation can have given is refused with the fix, and written after it', async () => {
  const day = await decided();
  await write(day);
  await sync.open.use(dataset.target, (target) => target.fence(D1, Number.MAX_SAFE_INTEGER));
  const next = { ...day, fetched: rowsOf(2) };
  await expect(write(next)).rejects.toThrow(
    /have a fencing token below 4503599627370496 for 2025-10-01, got: 9007199254740991.*delete what has it/,
  );
  const { token } = await sync.database.read
    .selectFrom('target_place')
    .select('token')
    .where('place', 'like', '%readings%')
    .executeTakeFirstOrThrow();
  // It has not become one of ours.
  expect(token).toBeLessThan(Date.parse('2100-01-01'));
  const { place } = dataset.target;
  const folder = place?.kind === 'parquet' ? place.path : '';
  for (const file of await readdir(folder, { recursive: true })) {
    if (file.includes('.fence.')) await rm(path.join(folder, file));
  }
  await write({ ...day, fetched: rowsOf(3) });
});
