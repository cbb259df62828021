import { applyChange } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';

import { progressOfRow } from './batch-progress.js';
import { StaleClaimError, type Claim } from './day-commit.js';
import { AT, D1, D2, D3, failedWith, makeDataset, rowsOf, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open();
});
afterEach(() => sync.close());

function firstOf(claims: readonly Claim[]): Claim {
  const [claim] = claims;
  if (claim === undefined) throw new Error('expected a claim, got none');
  return claim;
}

describe('BatchCommit.step', () => {
  it('begins a queued batch with its first day, and ends it with its last', async () => {
    const { task_id } = await sync.start(D1, D2);
    const first = await sync.step(task_id);
    expect(first.change.events).toEqual([
      { type: 'batch_started' },
      { type: 'day_started', day: D1 },
    ]);
    const finished = { claim: firstOf(first.claims), fetched: rowsOf(7), durationMs: 3 };
    const second = await sync.step(task_id, { finished });
    expect(await sync.batch(task_id)).toMatchObject({ success: 1, running: 1, current_day: D2 });
    const last = { claim: firstOf(second.claims), fetched: rowsOf(8, 9), durationMs: 3 };
    await sync.step(task_id, { finished: last });
    expect(await sync.batch(task_id)).toMatchObject({
      status: 'completed',
      success: 2,
      running: 0,
      finished_at: AT,
      rev: 4,
    });
    expect(await sync.target()).toEqual(['2025-10-01:7', '2025-10-02:8', '2025-10-02:9']);
  });

  it('leaves the row of the batch as its events say', async () => {
    await sync.runAll((await sync.start(D2, D2)).task_id, () => rowsOf(1));
    const batch = await sync.start(D1, D3);
    const { task_id } = batch;
    let progress = progressOfRow(batch);
    let finished: Parameters<typeof sync.step>[1] = {};
    for (let steps = 0; progress.status !== 'completed' && steps < 9; steps++) {
      const { change, claims } = await sync.step(task_id, finished);
      progress = applyChange(progress, change);
      expect(progressOfRow(await sync.batch(task_id))).toEqual(progress);
      const [claim] = claims;
      finished = claim ? { finished: { claim, fetched: rowsOf(1), durationMs: 1 } } : {};
    }
    expect(progress).toMatchObject({ success: 2, skipped: 1, percent: 100 });
  });

  it('skips planned skips with the day that follows, and the last ones with the last day', async () => {
    await sync.runAll((await sync.start(D1, D1)).task_id, () => rowsOf(1));
    await sync.runAll((await sync.start(D3, D3)).task_id, () => rowsOf(1));
    const { task_id } = await sync.start(D1, D3);
    const first = await sync.step(task_id);
    expect(await sync.batch(task_id)).toMatchObject({ skipped: 1, running: 1 });
    const finished = { claim: firstOf(first.claims), fetched: rowsOf(1), durationMs: 1 };
    await sync.step(task_id, { finished });
    expect(await sync.batch(task_id)).toMatchObject({
      status: 'completed',
      success: 1,
      skipped: 2,
      rev: 3,
    });
    const days = await sync.days(task_id);
    expect(days.map(({ state, reason }) => reason ?? state)).toEqual([
      'already_synced',
      'success',
      'already_synced',
    ]);
  });

  it('completes a batch that has nothing to try in its first commit', async () => {
    await sync.runAll((await sync.start(D1, D3)).task_id, () => rowsOf(1));
    const batch = await sync.start(D1, D3);
    const { change } = await sync.step(batch.task_id);
    const ended = applyChange(progressOfRow(batch), change);
    expect(ended).toMatchObject({ status: 'completed', skipped: 3, started_at: AT });
    expect(progressOfRow(await sync.batch(batch.task_id))).toEqual(ended);
  });

  it('refuses a claim that no longer holds, and writes nothing of it', async () => {
    const { task_id } = await sync.start(D1, D2);
    const claim = firstOf((await sync.step(task_id)).claims);
    await sync.recover();
    const before = await sync.batch(task_id);
    const late = { claim, fetched: rowsOf(1), durationMs: 1 };
    await expect(sync.step(task_id, { finished: late })).rejects.toThrow(StaleClaimError);
    expect(await sync.batch(task_id)).toEqual(before);
    expect(await sync.target()).toEqual([]);
    const [again] = (await sync.step(task_id)).claims;
    await expect(sync.step(task_id, { finished: late })).rejects.toThrow(StaleClaimError);
    expect(again).toMatchObject({ day: D1 });
  });

  it('takes no day from who has begun it anew, neither for another attempt nor to give it back', async () => {
    const { task_id } = await sync.start(D1, D2);
    const claim = firstOf((await sync.step(task_id)).claims);
    await sync.recover();
    const again = firstOf((await sync.step(task_id)).claims);
    const before = await sync.days(task_id);
    const late = { claim, fetched: failedWith('passing'), durationMs: 1 };
    await expect(sync.step(task_id, { finished: late })).rejects.toThrow(StaleClaimError);
    await expect(sync.commit.giveBack(task_id, [claim], AT)).rejects.toThrow(StaleClaimError);
    expect(await sync.days(task_id)).toEqual(before);
    expect(again.day).toBe(claim.day);
  });

  it('fails the day alone whose rows the target does not take, and keeps those that it had', async () => {
    await sync.runAll((await sync.start(D1, D1)).task_id, () => rowsOf(1));
    await sync.database.write('targets', ({ db }) =>
      sql`create unique index readings_value on readings (value)`.execute(db),
    );
    const { task_id } = await sync.start(D1, D3, { mode: 'all' });
    await sync.runAll(task_id, (day) =>
      day === D1 ? rowsOf(5, 5) : day === D2 ? rowsOf(6) : rowsOf(7),
    );
    expect(await sync.batch(task_id)).toMatchObject({ status: 'completed', success: 2, failed: 1 });
    const [day] = await sync.days(task_id);
    expect(day).toMatchObject({ state: 'failed', rows: null, error_code: 'TARGET_REFUSED' });
    expect(day?.error_text).toMatch(/readings.*UNIQUE/);
    expect(await sync.target()).toEqual(['2025-10-01:1', '2025-10-02:6', '2025-10-03:7']);
  });

  it('keeps rows and last success through a failure', async () => {
    await sync.runAll((await sync.start(D1, D1)).task_id, () => rowsOf(1));
    const error = { code: 'VALUE_INVALID', text: 'no', row: 4, column: 'value' };
    const again = await sync.start(D1, D1, { mode: 'all' });
    await sync.runAll(again.task_id, () => ({
      kind: 'error',
      error,
      errorKind: 'lasting',
      retryAfterMs: null,
    }));
    const record = await sync.database.read
      .selectFrom('sync_record')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(record).toMatchObject({
      status: 'failed',
      error_code: 'VALUE_INVALID',
      error_row: 4,
      error_column: 'value',
      last_success_at: AT,
      last_task_id: again.task_id,
    });
    expect(await sync.target()).toEqual(['2025-10-01:1']);
  });

  it('does not empty a day that had rows', async () => {
    await sync.runAll((await sync.start(D1, D1)).task_id, () => rowsOf(1));
    const again = await sync.start(D1, D1, { mode: 'all' });
    await sync.runAll(again.task_id, () => rowsOf());
    expect(await sync.days(again.task_id)).toMatchObject([
      { state: 'failed', error_code: 'EMPTY_DAY_HAD_ROWS' },
    ]);
    expect(await sync.target()).toEqual(['2025-10-01:1']);
  });

  it('writes no record for a planned skip', async () => {
    await sync.runAll((await sync.start(D1, D1)).task_id, () => rowsOf(1));
    const first = await sync.database.read.selectFrom('sync_record').selectAll().execute();
    const again = await sync.start(D1, D1);
    await sync.step(again.task_id);
    const second = await sync.database.read.selectFrom('sync_record').selectAll().execute();
    expect(second).toEqual(first);
  });

  it('says what a batch waits for when no day may begin', async () => {
    const { task_id } = await sync.start(D1, D2);
    const waiting = { kind: 'throttle', until: AT, detail: null } as const;
    const { change, claims } = await sync.step(task_id, { mayBegin: 0, waiting });
    expect(claims).toEqual([]);
    expect(change.events).toContainEqual({ type: 'waiting_changed', waiting_for: waiting });
  });
});

describe('BatchCommit.fail', () => {
  it('skips the open days as not run, those in flight too', async () => {
    const batch = await sync.start(D1, D3);
    const { task_id } = batch;
    const begun = applyChange(progressOfRow(batch), (await sync.step(task_id)).change);
    const error = { code: 'DATASET_CHANGED', text: 'gone' };
    const change = await sync.commit.fail(task_id, error, AT);
    if (change === null) throw new Error('expected a change, got none');
    const ended = applyChange(begun, change);
    expect(progressOfRow(await sync.batch(task_id))).toEqual(ended);
    expect(ended).toMatchObject({ status: 'failed', skipped: 3, error });
    const days = await sync.days(task_id);
    expect(days.map(({ reason }) => reason)).toEqual(['not_run', 'not_run', 'not_run']);
    expect(await sync.tryStep(task_id)).toMatchObject({ change: null, status: 'failed' });
  });
});

describe('with another on_empty', () => {
  it('replaces the rows by none under success', async () => {
    await sync.close();
    sync = await ScratchSync.open(makeDataset({ onEmpty: 'success' }));
    await sync.runAll((await sync.start(D1, D1)).task_id, () => rowsOf(1));
    await sync.runAll((await sync.start(D1, D1, { mode: 'all' })).task_id, () => rowsOf());
    expect(await sync.target()).toEqual([]);
  });
});
