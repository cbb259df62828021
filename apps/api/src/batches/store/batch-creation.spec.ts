import { addDays, type CalendarDay } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewRetry, RetryResult } from './batch-creation.js';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { AT, D1, D2, D3, failedWith, rowsOf } from '../../sync/sync.fixture.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

describe('a start', () => {
  it('takes the next free second for the id of a batch', async () => {
    const first = await sync.start(D1, D1);
    await sync.runQueued();
    const second = await sync.start(D1, D1);
    expect([first.batch_id, second.batch_id]).toEqual([
      '2025-10-01_2025-10-01_1760716800',
      '2025-10-01_2025-10-01_1760716801',
    ]);
  });

  it('refuses a range that an active batch has days of, and takes its neighbour', async () => {
    const { batch_id } = await sync.start(D1, D2);
    await expect(sync.start(D2, D3)).rejects.toThrow(batch_id);
    await expect(sync.start(D3, D3)).resolves.toMatchObject({ status: 'queued' });
    await sync.runQueued();
    await expect(sync.start(D2, D2)).resolves.toMatchObject({ status: 'queued' });
  });

  it('writes as many days as a range has, and yields to other work meanwhile', async () => {
    const before = sync.database.advances;
    const { batch_id, total } = await sync.start(D1, addDays(D1, 3_649));
    // 500 days at a time.
    expect(sync.database.advances - before).toBeGreaterThanOrEqual(8);
    const days = await sync.days(batch_id);
    expect([total, days.length]).toEqual([3_650, 3_650]);
    expect(days.map(({ position }) => position)).toEqual(days.map((_, index) => index));
  });
});

describe('a retry', () => {
  const D4 = addDays(D3, 1);

  it('has the failed days, from the first of them to the last, and runs them all', async () => {
    const parent = await endedBatch({ [D2]: 'TIMEOUT', [D4]: 'GONE' });
    const child = await retried(parent, {}, 'f2');
    expect(child).toMatchObject({
      status: 'queued',
      retry_of: parent,
      total: 2,
      start_date: D2,
      end_date: D4,
      mode: 'missing_and_failed',
      fingerprint: 'f2',
    });
    const days = await sync.days(child.batch_id);
    // The reason of a day that runs is the plan's: in a batch, a reason says why a day was skipped.
    expect(
      days.map(({ day, action, reason, position }) => [day, action, reason, position]),
    ).toEqual([
      [D2, 'run', null, 0],
      [D4, 'run', null, 1],
    ]);
  });

  it('skips failed days that are no longer expected', async () => {
    const parent = await endedBatch({ [D2]: 'A', [D4]: 'A' });
    const expected = {
      ...{ rule: 'FREQ=DAILY', from: null, until: null, except: [D2], writtenExcept: 'days.txt' },
    };
    const result = await sync.creation.retry(request(parent), () => ({
      ...sync.dataset,
      expected,
    }));
    if (result.kind !== 'created') throw new Error(`expected a batch, got ${result.kind}`);
    const days = await sync.days(result.batch.batch_id);
    expect(days.map(({ day, action, reason }) => [day, action, reason])).toEqual([
      [D2, 'skip', 'not_expected'],
      [D4, 'run', null],
    ]);
  });

  it('goes the way that its parent went', async () => {
    const parent = await endedBatch({ [D1]: 'A', [D3]: 'A' }, { order: 'desc', mode: 'all' });
    const child = await retried(parent);
    expect(child).toMatchObject({ mode: 'all', start_date: D1, end_date: D3 });
    const days = await sync.days(child.batch_id);
    expect(days.map(({ day }) => day)).toEqual([D3, D1]);
  });

  it('has only the days that failed with one of the codes asked for', async () => {
    const parent = await endedBatch({ [D1]: 'TIMEOUT', [D2]: 'GONE', [D3]: 'TIMEOUT' });
    expect(await retried(parent, { codes: ['GONE', 'OTHER'] })).toMatchObject({
      total: 1,
      start_date: D2,
      end_date: D2,
    });
  });

  it('leaves out the days that another batch has synced since', async () => {
    const parent = await endedBatch({ [D1]: 'A', [D2]: 'A' });
    await sync.start(D1, D1);
    await sync.runQueued();
    expect(await retried(parent)).toMatchObject({ total: 1, start_date: D2 });
  });

  it('is refused where nothing is left, or nothing with such a code', async () => {
    const parent = await endedBatch({ [D1]: 'A' });
    expect(await retry(parent, { codes: ['B'] })).toEqual({ kind: 'nothing_left' });
    const good = await sync.start(D2, D2);
    await sync.runQueued();
    expect(await retry(good.batch_id)).toEqual({ kind: 'nothing_left' });
  });

  it('twice at once makes one child', async () => {
    const parent = await endedBatch({ [D1]: 'A' });
    const results = await Promise.all([retry(parent), retry(parent), retry(parent)]);
    expect(results.map(({ kind }) => kind)).toEqual(['created', 'active_child', 'active_child']);
    const ids = results.map((result) => 'batch' in result && result.batch.batch_id);
    expect(new Set(ids).size).toBe(1);
  });

  it('of a batch that has not ended, or that there is not, is refused', async () => {
    const { batch_id } = await sync.start(D1, D1);
    expect(await retry(batch_id)).toEqual({ kind: 'parent_active', state: 'queued' });
    expect(await retry('nothing')).toEqual({ kind: 'unknown_parent' });
  });

  it('is refused where its dataset is gone', async () => {
    const parent = await endedBatch({ [D1]: 'A' });
    const result = await sync.creation.retry(request(parent), () => undefined);
    expect(result).toEqual({ kind: 'unknown_dataset', dataset: 'readings' });
  });

  it('overlaps by the range of its days, not by that of its parent', async () => {
    const parent = await endedBatch({ [D2]: 'A', [D3]: 'A' });
    await sync.start(D1, D1);
    const inTheWay = await sync.start(D3, D4);
    expect(await retry(parent)).toMatchObject({ kind: 'overlaps', batchId: inTheWay.batch_id });
    await sync.runQueued();
    await sync.start(D1, D1);
    expect(await retry(parent)).toMatchObject({ kind: 'created' });
  });

  /** A batch over four days, of which those in `failures` fail with a code. */
  async function endedBatch(
    failures: Readonly<Record<CalendarDay, string>>,
    options: { mode?: 'all'; order?: 'desc' } = {},
  ): Promise<string> {
    const { batch_id } = await sync.start(D1, D4, options);
    await sync.runQueued((day) => {
      const code = failures[day];
      return code === undefined ? rowsOf(1) : failedWith('lasting', { code });
    });
    return batch_id;
  }

  function request(parent: string, changes: Partial<NewRetry> = {}): NewRetry {
    return { parent, codes: null, at: AT, by: null, unixSeconds: 1_760_716_800, ...changes };
  }

  function retry(
    parent: string,
    changes: Partial<NewRetry> = {},
    fingerprint = sync.dataset.fingerprint,
  ): Promise<RetryResult> {
    return sync.creation.retry(request(parent, changes), () => ({ ...sync.dataset, fingerprint }));
  }

  async function retried(
    parent: string,
    changes: Partial<NewRetry> = {},
    fingerprint?: string,
  ): Promise<Extract<RetryResult, { kind: 'created' }>['batch']> {
    const result = await retry(parent, changes, fingerprint);
    if (result.kind !== 'created') throw new Error(`expected a batch, got ${result.kind}`);
    return result.batch;
  }
});
