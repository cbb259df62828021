import { addDays, type CalendarDay } from '@daysync/progress';
import type { FetchedDay } from '../dispatch/day-dispatcher.js';
import { BatchControl } from './batch-control.js';
import type { Claim } from './day-commit.js';
import { AT, D1, D2, D3, failedWith, rowsOf, type ScratchSync } from './sync.fixture.js';

const MINUTE = 60_000;
const EMPTY: FetchedDay = { kind: 'rows', rows: [] };
const NO_ROOM: FetchedDay = {
  kind: 'no_room',
  what: 'disk',
  error: { code: 'NO_ROOM', text: 'the disk is full', row: null, column: null },
};

/** The key of one of the starts. */
export const KEY = { identity: 'ana', key: 'k1', requestHash: 'h1' };
/** How all of them were asked for. */
export const ASKED = { at: AT, by: 'ana', unixSeconds: 1_760_716_800 };

/** A day by its number, from 0. */
export const dayAt = (index: number): CalendarDay => addDays(D1, index);

/** What days bring, one try after the other; the last of them again and again. */
type Script = Readonly<Record<CalendarDay, readonly (() => FetchedDay)[]>>;

/** Runs a batch until nothing of it may begin any more, its waits included. */
async function run(sync: ScratchSync, taskId: string, script: Script): Promise<void> {
  const tries = new Map<CalendarDay, number>();
  const claims: Claim[] = [];
  let steadyNow = Date.parse(AT);
  for (;;) {
    const claim = claims.shift();
    let finished = null;
    if (claim !== undefined) {
      const brings = script[claim.day] ?? [() => rowsOf(Number(claim.day.slice(-2)))];
      const index = tries.get(claim.day) ?? 0;
      tries.set(claim.day, index + 1);
      const fetched = (brings[index] ?? brings.at(-1))?.() ?? EMPTY;
      finished = { claim, fetched, durationMs: 10 + index };
    }
    const mayBegin = 2 - claims.length;
    const result = await sync.tryStep(taskId, { finished, mayBegin, steadyNow });
    claims.push(...result.claims);
    if (result.claims.length > 0 || claims.length > 0) continue;
    if (result.outlook.waiting === null) return;
    steadyNow = result.outlook.waiting.dueAt;
  }
}

/** All that can become of a day, in a few batches of a dataset with two attempts. */
export async function live(sync: ScratchSync): Promise<void> {
  const staged = (): FetchedDay => {
    const rows = sync.database.staging.create(1);
    rows.append(Array.from({ length: 5_000 }, (_, n) => [n]));
    return { kind: 'staged', rows };
  };
  const first = await sync.start(D1, dayAt(9));
  await run(sync, first.task_id, {
    [D1]: [() => rowsOf(1, 2, 3)],
    [D2]: [() => failedWith('lasting', { code: 'SOURCE_STATUS_UNEXPECTED' })],
    [D3]: [() => EMPTY],
    [dayAt(3)]: [() => failedWith('passing', { retryAfterMs: MINUTE }), () => rowsOf(4)],
    // Held until the next day is answered.
    [dayAt(4)]: [() => failedWith('source_wide', { code: 'SOURCE_UNREACHABLE' })],
    [dayAt(5)]: [staged],
    [dayAt(6)]: [() => ({ kind: 'rows', rows: [[1], ['no number']] })],
    [dayAt(7)]: [() => NO_ROOM, () => rowsOf(8)],
    // Tried twice, which is as often as it may be.
    [dayAt(8)]: [() => failedWith('passing', { code: 'TIMEOUT' })],
  });
  // Planned skips between the days that run, in the other order.
  const second = await sync.start(D1, dayAt(12), { order: 'desc' });
  await run(sync, second.task_id, { [dayAt(8)]: [() => failedWith('lasting')] });
  const retried = await sync.creation.retry(
    { parent: second.task_id, codes: null, ...ASKED },
    () => sync.dataset.fingerprint,
  );
  if (retried.kind !== 'created') throw new Error(`expected a batch, got ${retried.kind}`);
  await run(sync, retried.batch.task_id, {});
  // Cancelled with one day in flight, another one given back and waiting.
  const third = await sync.start(dayAt(20), dayAt(26));
  const { claims } = await sync.step(third.task_id, { mayBegin: 2 });
  await sync.commit.giveBack(third.task_id, claims.slice(1), AT);
  const control = new BatchControl(sync.database);
  await control.apply(third.task_id, { verb: 'cancel', by: 'ana', at: AT });
  const [claim] = claims;
  if (claim === undefined) throw new Error('expected a day in flight');
  await sync.step(third.task_id, { finished: { claim, fetched: rowsOf(20), durationMs: 7 } });
  // All that it tries is down: it pauses, and its days are held.
  const fourth = await sync.start(dayAt(30), dayAt(37));
  const down = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [dayAt(30 + n), [() => failedWith('source_wide')]]),
  );
  await run(sync, fourth.task_id, down);
  // One fails as a whole, one goes on where a crash has left it, one is in the queue by a key.
  const fifth = await sync.startOther(D1, D3);
  await sync.step(fifth.task_id);
  await sync.commit.fail(fifth.task_id, { code: 'DATASET_CHANGED', text: 'changed' }, AT);
  const sixth = await sync.startOther(dayAt(40), dayAt(42));
  await sync.step(sixth.task_id, { mayBegin: 2 });
  await sync.recover();
  const { dataset } = sync;
  await sync.creation.start(
    {
      dataset: dataset.name,
      fingerprint: dataset.fingerprint,
      start: dayAt(50),
      end: dayAt(51),
      mode: 'all',
      order: 'asc',
      key: KEY,
      ...ASKED,
    },
    () => [
      { day: dayAt(50), action: 'run', reason: 'synced' },
      { day: dayAt(51), action: 'skip', reason: 'future_date' },
    ],
  );
}
