import { addDays, type CalendarDay } from '@daysync/progress';
import type { FetchedDay } from '../sources/day-source.js';
import { AT, D1, D2, D3, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { EMPTY_FINGERPRINT } from '../targets/fingerprint.js';
import type {
  InstallationOptions,
  RunningLane,
  ScratchInstallation,
} from './installation.fixture.js';

const MINUTE = 60_000;
/** Its rows find no room. */
export const NO_ROOM: FetchedDay = {
  ...{ kind: 'no_room', what: 'disk' },
  error: { code: 'NO_ROOM', text: 'the disk is full', row: null, column: null },
};

const READINGS = makeDataset({ concurrency: 2, attempts: 2 });
const OTHER = makeDataset({
  ...{ name: 'other', fingerprint: 'f2', concurrency: 2 },
  target: { ...READINGS.target, table: 'other' },
});
/** What {@link live} is to run in. */
export const EVERY_OUTCOME: InstallationOptions = {
  datasets: [READINGS, OTHER],
  maxActiveBatches: 9,
};

/** The key of one of the starts. */
export const KEY = { identity: 'ana', key: 'k1', requestHash: 'h1' };
/** How retries, and the start with that key, were asked for. */
export const ASKED = { at: AT, by: 'ana', unixSeconds: 1_760_716_800 };

/** A day by its number, from 0. */
export const dayAt = (index: number): CalendarDay => addDays(D1, index);

/** What days bring, one try after the other; the last of them again and again. */
type Script = Readonly<Record<CalendarDay, readonly (() => FetchedDay)[]>>;

/** Begins a day in each lane that is free, in the order of their numbers: databases enqueue them in different ones. */
async function beginAll(
  sync: ScratchInstallation,
  dataset = READINGS,
): Promise<{ days: RunningLane[]; isWaiting: boolean }> {
  const lanes = [];
  for (let lane = await sync.queue.acquire(); lane !== null; lane = await sync.queue.acquire()) {
    lanes.push(lane);
  }
  lanes.sort((one, other) => one.number - other.number);
  const days: RunningLane[] = [];
  let isWaiting = false;
  for (const lane of lanes) {
    const result = await sync.step(lane, { dataset });
    if (result.kind === 'claimed') days.push({ lane, ...result });
    else isWaiting ||= result.kind === 'released' && result.freeInMs !== null;
  }
  return { days, isWaiting };
}

/** Runs what is free until nothing of it may begin any more, its waits included. */
async function run(sync: ScratchInstallation, script: Script): Promise<void> {
  const tries = new Map<CalendarDay, number>();
  const days: RunningLane[] = [];
  let isWaiting = false;
  for (;;) {
    const day = days.shift();
    if (day === undefined) {
      const begun = await beginAll(sync);
      days.push(...begun.days);
      isWaiting ||= begun.isWaiting;
      if (days.length > 0) continue;
      if (!isWaiting) return;
      isWaiting = false;
      await sync.pass(MINUTE);
      continue;
    }
    const brings = script[day.claim.day] ?? [() => rowsOf(Number(day.claim.day.slice(-2)))];
    const index = tries.get(day.claim.day) ?? 0;
    tries.set(day.claim.day, index + 1);
    const fetched = (brings[index] ?? brings.at(-1))?.() ?? rowsOf();
    const result = await sync.finish(day, fetched);
    if (result.kind === 'claimed') days.push({ ...day, ...result });
    else isWaiting ||= result.kind === 'released' && result.freeInMs !== null;
  }
}

/**
 * All that can become of a day, in a few batches of two datasets.
 * @returns the process that goes on after a crash of the given one
 */
export async function live(sync: ScratchInstallation): Promise<ScratchInstallation> {
  const staged = (): FetchedDay => {
    const rows = sync.database.staging.create(1);
    rows.append(Array.from({ length: 5_000 }, (_, n) => [n]));
    return { kind: 'staged', rows, fingerprint: EMPTY_FINGERPRINT };
  };
  await sync.startRunning(D1, dayAt(9));
  await run(sync, {
    [D1]: [() => rowsOf(1, 2, 3)],
    [D2]: [() => failedWith('lasting', { code: 'SOURCE_STATUS_UNEXPECTED' })],
    [D3]: [() => rowsOf()],
    [dayAt(3)]: [() => failedWith('passing', { retryAfterMs: MINUTE }), () => rowsOf(4)],
    // Deferred until the next day is answered.
    [dayAt(4)]: [() => failedWith('source_wide', { code: 'SOURCE_UNREACHABLE' })],
    [dayAt(5)]: [staged],
    [dayAt(6)]: [
      () => ({ kind: 'rows', rows: [[1], ['no number']], fingerprint: EMPTY_FINGERPRINT }),
    ],
    [dayAt(7)]: [() => NO_ROOM, () => rowsOf(8)],
    // Tried twice, which is as often as it may be.
    [dayAt(8)]: [() => failedWith('passing', { code: 'TIMEOUT' })],
  });
  // Planned skips between the days that run, in the other order.
  const second = await sync.startRunning(D1, dayAt(12), { order: 'desc' });
  await run(sync, { [dayAt(8)]: [() => failedWith('lasting')] });
  const retried = await sync.creation.retry(
    { parent: second.batch_id, codes: null, ...ASKED },
    () => READINGS,
  );
  if (retried.kind !== 'created') throw new Error(`expected a batch, got ${retried.kind}`);
  await sync.admission.admit();
  await run(sync, {});
  // Cancelled with one day in flight, another one requeued.
  const third = await sync.startRunning(dayAt(20), dayAt(26));
  const [inFlight, requeued] = (await beginAll(sync)).days;
  if (inFlight === undefined || requeued === undefined) throw new Error('expected two days');
  await sync.steps.requeue(requeued.lane, requeued.claim);
  await sync.control.apply(third.batch_id, { verb: 'cancel', by: 'ana' });
  await sync.finish(inFlight, rowsOf(20));
  // All that it tries is down: it pauses, and its days are deferred.
  await sync.startRunning(dayAt(30), dayAt(37));
  const down = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [dayAt(30 + n), [() => failedWith('source_wide')]]),
  );
  await run(sync, down);
  // One fails as a whole, one goes on where a crash has left it, one is in the queue by a key.
  const fifth = await sync.startRunning(D1, D3, { dataset: OTHER });
  await beginAll(sync, OTHER);
  await sync.control.fail(fifth.batch_id, { code: 'DATASET_CHANGED', text: 'changed' });
  await sync.startRunning(dayAt(40), dayAt(42), { dataset: OTHER });
  await beginAll(sync, OTHER);
  const next = await sync.restart();
  await next.creation.start(
    {
      ...{ dataset: READINGS.name, fingerprint: READINGS.fingerprint, target: READINGS.target },
      ...{ start: dayAt(50), end: dayAt(51), mode: 'all', verify: null, expected: null },
      ...{ order: 'asc', key: KEY, ...ASKED },
    },
    () => [
      { day: dayAt(50), action: 'run', reason: 'synced' },
      { day: dayAt(51), action: 'skip', reason: 'future_date' },
    ],
  );
  return next;
}
