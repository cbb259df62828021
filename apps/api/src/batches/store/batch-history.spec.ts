import { setImmediate as nextTurn } from 'node:timers/promises';
import { addDays } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { pino } from 'pino';
import { toInstant } from '../../config/clock.js';
import { readStates } from './batch-reading.js';
import type { BatchRow, DeliveryState } from '../../database/schema.js';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { BatchHistory } from './batch-history.js';
import { EndedBatches } from './ended-batches.js';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { AT, D1, D2 } from '../../sync/sync.fixture.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HISTORY_DAYS = 2;
/** In each of them a batch ends. */
const HOURS = draws(60, 300);

let sync: ScratchInstallation;
let now: number;
let ended: EndedBatches;
let logged: unknown[];
beforeEach(async () => {
  logged = [];
  sync = await ScratchInstallation.open();
  ended = new EndedBatches(sync.database);
  now = Date.parse(AT);
});
afterEach(() => sync.close());

describe('BatchHistory', () => {
  it('keeps of many batches those of its days, and every record', async () => {
    for (let hour = 0; hour < HOURS; hour += 1) {
      now = Date.parse(AT) + hour * HOUR;
      await endedBatch(hour, hour);
    }
    now += HOUR;
    expect(await historyOf().prune()).toBe(HOURS - 48);
    const { items, total } = await sync.store.list({ limit: 500, offset: 0 });
    expect(total).toBe(48);
    expect(items.map(({ finished_at }) => finished_at).sort()[0]).toBe(toInstant(now - 2 * DAY));
    expect(await count('batch_day')).toBe(48);
    expect(await count('sync_record')).toBe(HOURS);
    expect(await sync.target()).toHaveLength(HOURS);
    expect(await historyOf().prune()).toBe(0);
  });

  it('forgets what is held of a batch as well', async () => {
    const batchId = await endedBatch(0, 0);
    expect(await ended.find(batchId)).toMatchObject({ status: 'completed' });
    now += 2 * DAY;
    await historyOf().prune();
    expect(await ended.find(batchId)).toMatchObject({ status: 'completed' });
    now += 1;
    await historyOf().prune();
    expect(await ended.find(batchId)).toBeUndefined();
  });

  it('forgets no batch that has not ended, however old it is', async () => {
    const { batch_id } = await sync.start(D1, D2);
    now += 400 * DAY;
    expect(await historyOf().prune()).toBe(0);
    expect(await sync.batch(batch_id)).toMatchObject({ status: 'queued' });
    expect(await count('batch_day')).toBe(2);
  });

  it.each([
    [0, 4],
    // A long one alone; others of a thousand days together.
    [1, 3],
    [2, 1],
    [3, 0],
  ])(
    'that fails after %i transactions leaves %i batches, with all their days',
    async (transactions, left) => {
      const batches = [await endedBatch(0, 4_999), await endedBatch(6_000, 6_899)];
      batches.push(await endedBatch(8_000, 8_099), await endedBatch(9_000, 9_000));
      now += 3 * DAY;
      const write = sync.database.write.bind(sync.database);
      const failing = vi.spyOn(sync.database, 'write');
      for (let time = 0; time < transactions; time += 1) failing.mockImplementationOnce(write);
      failing.mockRejectedValueOnce(new DatabaseUnavailableError('disk', 'the disk is full'));
      await expect(historyOf().prune()).rejects.toThrow('the disk is full');
      for (const batchId of batches) {
        expect(await sync.days(batchId)).toHaveLength((await find(batchId))?.total ?? 0);
      }
      expect(await count('batch')).toBe(left);
      // What was left goes with the next turn.
      await historyOf().prune();
      expect(await count('batch')).toBe(0);
      expect(await count('batch_day')).toBe(0);
    },
  );

  it('forgets keys after their 25 hours, and with their batch before that', async () => {
    const old = await endedBatch(0, 0);
    const keys = Array.from({ length: 2_500 }, (_, index) => `old ${index}`);
    await keepKeys(keys, old, AT);
    now += 10 * HOUR;
    const later = toInstant(now);
    await keepKeys(['younger'], old, later);
    now += 15 * HOUR;
    await historyOf().prune();
    expect(await keptKeys()).toEqual(['younger']);
    expect(await sync.batch(old)).toMatchObject({ status: 'completed' });

    const batch = await sync.batch(old);
    await keepKeys(['of the batch'], old, batch.created_at);
    now = Date.parse(AT) + 24 * HOUR + 1;
    await historyOf(1).prune();
    expect(await keptKeys()).toEqual(['younger']);
    expect(await find(old)).toBeUndefined();
  });
});

describe('deliveries', () => {
  it('leave when they are as old, but those that wait stay', async () => {
    const [early, late] = [AT, toInstant(now + HOUR)];
    await keepWebhooks(1_500, 'delivered', early);
    await keepWebhooks(1, 'failed', early);
    await keepWebhooks(1, 'pending', early);
    await keepWebhooks(1, 'delivered', late);
    now = Date.parse(AT) + HISTORY_DAYS * DAY + 1;
    await historyOf().prune();
    const kept = await sync.database.read
      .selectFrom('webhook_delivery')
      .select(['state', 'created_at'])
      .orderBy('state')
      .execute();
    expect(kept).toEqual([
      { state: 'delivered', created_at: late },
      { state: 'pending', created_at: early },
    ]);
  });
});

describe('the turns of BatchHistory', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('come at once, every hour, and no more after the stop', async () => {
    const history = historyOf();
    const first = await endedBatch(0, 0);
    now += 3 * DAY;
    history.start();
    await gone(first);
    const second = await endedBatch(0, 0);
    now += 3 * DAY;
    vi.advanceTimersByTime(HOUR - 1);
    await aWhile();
    expect(await sync.batch(second)).toMatchObject({ status: 'completed' });
    vi.advanceTimersByTime(1);
    await gone(second);

    const third = await endedBatch(0, 0);
    now += 3 * DAY;
    await history.stop();
    vi.advanceTimersByTime(10 * HOUR);
    await aWhile();
    expect(await sync.batch(third)).toMatchObject({ status: 'completed' });
  });

  it('that the database refuses are logged, and the next one goes on', async () => {
    const batchId = await endedBatch(0, 0);
    now += 3 * DAY;
    const full = new DatabaseUnavailableError('disk', 'the disk is full');
    vi.spyOn(sync.database, 'write').mockRejectedValueOnce(full);
    const history = historyOf();
    history.start();
    while (logged.length === 0) await nextTurn();
    expect(logged).toEqual([expect.objectContaining({ level: 50 })]);
    expect(JSON.stringify(logged)).toContain('the disk is full');
    expect(await sync.batch(batchId)).toMatchObject({ status: 'completed' });
    vi.advanceTimersByTime(HOUR);
    await gone(batchId);
    await history.stop();
  });

  /** As long as a turn would take, and longer. */
  async function aWhile(): Promise<void> {
    for (let turns = 0; turns < 20; turns += 1) await nextTurn();
  }

  async function gone(batchId: string): Promise<void> {
    while ((await find(batchId)) !== undefined) await nextTurn();
  }
});

function historyOf(historyDays = HISTORY_DAYS): BatchHistory {
  const clock = { now: () => now, monotonic: () => now, steady: () => now };
  const logger = pino({}, { write: (line: string) => logged.push(JSON.parse(line)) });
  return new BatchHistory(sync.database, { historyDays }, clock, logger);
}

/** A batch over days that are counted from the first, which ends now. */
async function endedBatch(first: number, last: number): Promise<string> {
  sync.clock.ms = now;
  const { batch_id } = await sync.start(addDays(D1, first), addDays(D1, last), { mode: 'all' });
  if (last > first) await sync.control.fail(batch_id, { code: 'A', text: 'A' });
  else await sync.runQueued();
  return batch_id;
}

async function find(batchId: string): Promise<BatchRow | undefined> {
  const [state] = await readStates(sync.database.read, { batchIds: [batchId] });
  return state?.batch;
}

async function count(table: 'batch' | 'batch_day' | 'sync_record'): Promise<number> {
  const { rows } = await sync.database.read
    .selectFrom(table)
    .select((select) => select.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
}

async function keepKeys(
  keys: readonly string[],
  batch_id: string,
  created_at: string,
): Promise<void> {
  const led = { identity: 'local', request_hash: 'h', batch_id, created_at };
  const rows = keys.map((key) => ({ key, ...led }));
  await sync.database.write('start', ({ db }) =>
    db.insertInto('idempotency_key').values(rows).execute(),
  );
}

async function keptKeys(): Promise<string[]> {
  const rows = await sync.database.read.selectFrom('idempotency_key').select('key').execute();
  return rows.map(({ key }) => key);
}

async function keepWebhooks(
  count: number,
  state: DeliveryState,
  created_at: string,
): Promise<void> {
  const sent = { endpoint: 'ops', event: 'completed' as const, batch_id: 'a', dataset: 'readings' };
  const rows = Array.from({ length: count }, (_, number) => ({
    ...{ ...sent, id: `${state} ${created_at} ${number}`, state, created_at },
    ...{ payload: '{}', attempts: 1 },
  }));
  await sync.database.write('step', ({ db }) =>
    db.insertInto('webhook_delivery').values(rows).execute(),
  );
}
