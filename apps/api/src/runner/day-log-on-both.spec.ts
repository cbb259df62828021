import { addDays } from '@daysync/progress';
import { describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { BatchLogs, type BatchLogPage, type LogFilter } from '../batches/store/batch-logs.js';
import { decodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { D1, D2, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { installationsOn, type ScratchInstallation } from './installation.fixture.js';

const MINUTE = 60_000;
const ALL: LogFilter = { known: START, kinds: null, limit: 1_000 };

const scratch = migratedDatabases();

describe.each(DIALECTS)('the log of a batch, on %s', (dialect) => {
  const it = testsOn(dialect);
  const open = installationsOn(dialect, scratch);

  function start(attempts = 2): Promise<ScratchInstallation> {
    return open({ datasets: [makeDataset({ concurrency: 1, attempts })] });
  }

  async function read(
    sync: ScratchInstallation,
    batchId: string,
    filter: Partial<LogFilter> = {},
  ): Promise<BatchLogPage> {
    const page = await new BatchLogs(sync.database).ofBatch(batchId, { ...ALL, ...filter });
    if (page === undefined) throw new Error(`expected the log of ${batchId}, got none`);
    return page;
  }

  function told({ items }: BatchLogPage): string[] {
    return items.map(({ attempt, by, code, day, kind, rows, until }) =>
      [day?.slice(-2), kind, attempt, code, rows, until?.slice(14, 19), by]
        .filter((part) => part != null)
        .join(' '),
    );
  }

  it('has each attempt, wait, control and outcome in the order of time', async () => {
    const sync = await start();
    const { batch_id } = await sync.startRunning(D1, D2);
    const first = await sync.begin();
    const second = await sync.goOn(first, failedWith('passing', { code: 'TIMEOUT' }));
    await sync.pass(1_000);
    await sync.control.apply(batch_id, { verb: 'pause', by: 'ana' });
    await sync.pass(1_000);
    await sync.finish(second, rowsOf(1, 2));
    await sync.pass(MINUTE);
    await sync.control.apply(batch_id, { verb: 'resume', by: 'bo' });
    await sync.admission.admit();
    await sync.runAll(() => failedWith('lasting', { code: 'VALUE_INVALID' }));
    const page = await read(sync, batch_id);
    const waits = told(page).find((line) => line.startsWith('01 waiting')) ?? '';
    expect(told(page)).toEqual([
      'created',
      'started',
      '01 started 1',
      '01 failed_attempt 1 TIMEOUT',
      waits,
      '02 started 1',
      'paused ana',
      '02 succeeded 1 2',
      'resumed bo',
      'started',
      '01 started 2',
      '01 failed 2 VALUE_INVALID',
      'ended completed',
    ]);
    expect(waits).toMatch(/^01 waiting retry 00:0[01]$/);
    expect(page.truncated).toBe(false);
  });

  it('tells a server-requested delay, a requeue and a source that is down', async () => {
    const sync = await start(1);
    const { batch_id } = await sync.startRunning(D1, D1);
    await sync.finish(await sync.begin(), failedWith('passing', { retryAfterMs: MINUTE }));
    await sync.pass(MINUTE);
    const { claim, lane } = await sync.begin();
    await sync.steps.requeue(lane, claim);
    await sync.runAll(() => failedWith('source_wide', { code: 'SOURCE_UNREACHABLE' }));
    expect(told(await read(sync, batch_id))).toEqual([
      'created',
      'started',
      '01 started 1',
      '01 waiting rate_limit 01:00',
      '01 started 1',
      '01 requeued process_stopped',
      '01 started 1',
      '01 failed_attempt 1 SOURCE_UNREACHABLE',
      '01 waiting source',
      '01 failed 1 SOURCE_UNREACHABLE',
      'ended completed',
    ]);
  });

  it('tells of a crash that the day was put back', async () => {
    const sync = await start();
    const { batch_id } = await sync.startRunning(D1, D1);
    await sync.begin();
    const next = await sync.restart();
    await next.runAll();
    expect(told(await read(next, batch_id))).toEqual([
      ...['created', 'started', '01 started 1', '01 requeued process_crashed'],
      ...['01 started 1', '01 succeeded 1 1', 'ended completed'],
    ]);
  });

  it('has the requests that a source has repeated by itself', async () => {
    const sync = await start(3);
    const { batch_id } = await sync.startRunning(D1, D2);
    const first = await sync.begin();
    const at = new Date(sync.clock.ms).toISOString();
    const failed = { at, kind: 'failed_attempt', code: 'SOURCE_UNAVAILABLE' } as const;
    const repeated = [
      { ...failed, attempt: 1 },
      { ...failed, attempt: 2 },
    ];
    const { claim, lane, laneRow } = first;
    const finished = { claim, fetched: rowsOf(1), repeats: 2, repeated, durationMs: 1 };
    await sync.step(lane, { laneRow, finished });
    expect(told(await read(sync, batch_id)).filter((line) => line.startsWith('01'))).toEqual([
      ...['01 started 1', '01 failed_attempt 1 SOURCE_UNAVAILABLE'],
      ...['01 failed_attempt 2 SOURCE_UNAVAILABLE', '01 succeeded 3 1'],
    ]);
  });

  it('names the new range of a batch that was extended', async () => {
    const sync = await start();
    const { batch_id } = await sync.startRunning(D1, D1);
    await sync.extend(batch_id, { end: D2 });
    const { items } = await read(sync, batch_id, { kinds: ['extended'] });
    expect(items).toMatchObject([{ day: null, text: `${D1}/${D2}` }]);
  });

  it('has the latest entries where there are more, and those of some kinds', async () => {
    const sync = await start();
    const { batch_id } = await sync.startRunning(D1, addDays(D1, 9));
    let day = await sync.begin();
    for (let n = 1; n < 10; n++) {
      await sync.pass(1_000);
      day = await sync.goOn(day, n === 4 ? failedWith('lasting') : undefined);
    }
    const whole = await read(sync, batch_id);
    expect(whole).toMatchObject({ truncated: false });
    for (const limit of [1, 2, 5, 8]) {
      const latest = await read(sync, batch_id, { limit });
      expect(latest.truncated).toBe(true);
      expect(latest.items).toEqual(whole.items.slice(-limit));
      expect(latest.cursor).toBe(whole.cursor);
    }
    const failed = await read(sync, batch_id, { kinds: ['failed', 'paused'] });
    expect(told(failed)).toEqual(['04 failed 1 BROKEN']);
  });

  it('has only the days that changed since, each with all its entries', async () => {
    const sync = await start();
    const { batch_id } = await sync.startRunning(D1, addDays(D1, 2));
    const first = await sync.begin();
    const before = await read(sync, batch_id);
    const known = decodeDaysCursor(before.cursor);
    if (known === undefined) throw new Error(`expected a cursor, got ${before.cursor}`);
    await sync.goOn(first);
    const after = await read(sync, batch_id, { known });
    expect(told(after)).toEqual([
      ...['created', 'started', '01 started 1', '01 succeeded 1 1', '02 started 1'],
    ]);
    const none = await read(sync, batch_id, { known: decodeDaysCursor(after.cursor) ?? START });
    expect(told(none)).toEqual(['created', 'started']);
  });

  it('is there for a day over its batches, and not for an unknown batch', async () => {
    const sync = await start();
    await sync.startRunning(D1, D2);
    await sync.runAll(() => failedWith('lasting'));
    await sync.pass(MINUTE);
    const { batch_id } = await sync.startRunning(D1, D1);
    await sync.runAll();
    const logs = new BatchLogs(sync.database);
    const entries = await logs.ofDay('readings', D1);
    expect(entries.map(({ batchId, kind }) => `${kind} ${batchId === batch_id}`)).toEqual([
      ...['started false', 'failed false', 'started true', 'succeeded true'],
    ]);
    expect(await logs.ofBatch('2025-10-01', ALL)).toBeUndefined();
  });
});
