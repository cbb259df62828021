import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { progressOfRow } from './batch-progress.js';
import type { Claim } from './day-commit.js';
import { AT, D1, D2, D3, failedWith, makeDataset, rowsOf, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
let taskId: string;
beforeEach(async () => {
  sync = await ScratchSync.open(makeDataset({ concurrency: 3 }));
  taskId = (await sync.start(D1, D3)).task_id;
});
afterEach(() => sync.close());

async function begin(mayBegin: number): Promise<readonly Claim[]> {
  return (await sync.tryStep(taskId, { mayBegin })).claims;
}

async function finish(claim: Claim | undefined): Promise<void> {
  if (claim === undefined) throw new Error('expected a claim, got none');
  const finished = { claim, fetched: rowsOf(1), durationMs: 1 };
  await sync.step(taskId, { finished, mayBegin: 0 });
}

const states = async (): Promise<string[]> => (await sync.days(taskId)).map(({ state }) => state);

describe('after a crash', () => {
  it('the days in flight are given back, and that counts as a change', async () => {
    await begin(2);
    const { rev } = await sync.batch(taskId);
    const { active, suspects } = await sync.recover();
    expect(active).toMatchObject([
      { task_id: taskId, status: 'running', running: 0, rev: rev + 1 },
    ]);
    expect(suspects.map(({ day }) => day)).toEqual([D1, D2]);
    const [day] = await sync.days(taskId);
    expect(day).toMatchObject({ state: 'pending', token: null, attempts: 0, rev: rev + 1 });
  });

  it('they run one at a time, each with a claim of its own, and then the others beside each other', async () => {
    await begin(2);
    await sync.recover();
    const [first, ...others] = await begin(3);
    expect([first?.day, others]).toEqual([D1, []]);
    expect(await begin(2)).toEqual([]);
    await finish(first);
    expect(await states()).toEqual(['success', 'pending', 'pending']);
    const second = await begin(3);
    expect(second.map(({ day }) => day)).toEqual([D2]);
    await finish(second[0]);
    const third = await begin(3);
    expect(third.map(({ day }) => day)).toEqual([D3]);
    await finish(third[0]);
    expect(await sync.batch(taskId)).toMatchObject({ status: 'completed', success: 3 });
  });

  it('a suspect waits for the days of other batches, and they wait for it', async () => {
    const other = await sync.startOther(D1, D3);
    await begin(1);
    await sync.recover();
    const running = await sync.tryStep(other.task_id, { mayBegin: 1 });
    // The suspect's batch runs: nobody begins beside it.
    expect([running.claims, running.outlook.blocked]).toEqual([[], true]);
    const [suspect] = await begin(1);
    const meanwhile = await sync.tryStep(other.task_id, { mayBegin: 1 });
    expect([suspect?.day, meanwhile.claims]).toEqual([D1, []]);
    await finish(suspect);
    expect((await sync.step(other.task_id, { mayBegin: 1 })).claims).toHaveLength(1);
  });

  it('fails a day only if it was alone in flight at two of them', async () => {
    await begin(3);
    await sync.recover();
    for (let crash = 1; crash <= 2; crash++) {
      expect(await begin(3)).toMatchObject([{ day: D1 }]);
      const { crashed } = await sync.recover();
      expect(crashed?.day ?? null).toBe(crash === 2 ? D1 : null);
    }
    expect(await states()).toEqual(['failed', 'pending', 'pending']);
    const [day] = await sync.days(taskId);
    expect(day).toMatchObject({ error_code: 'DAY_CRASHED_PROCESS', attempts: 1 });
    const record = await sync.database.read
      .selectFrom('sync_record')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(record).toMatchObject({ day: D1, status: 'failed', error_code: 'DAY_CRASHED_PROCESS' });
    for (const day of [D2, D3]) {
      const [claim] = await begin(1);
      expect(claim?.day).toBe(day);
      await finish(claim);
    }
    expect(await sync.batch(taskId)).toMatchObject({
      status: 'completed',
      success: 2,
      failed: 1,
      running: 0,
    });
  });

  it('ends the batch with its last day, if that is the one that ends the process', async () => {
    for (const claims of [await begin(3)]) for (const claim of claims.slice(1)) await finish(claim);
    await sync.recover();
    await begin(1);
    const { active, crashed } = await sync.recover();
    expect([active, crashed?.day]).toEqual([[], D1]);
    expect(progressOfRow(await sync.batch(taskId))).toMatchObject({
      status: 'completed',
      failed: 1,
      success: 2,
      finished_at: AT,
    });
  });
});

describe('after a stop', () => {
  it('no day is under suspicion, however the process ended in the end', async () => {
    for (let times = 0; times < 3; times++) {
      const [claim] = await begin(1);
      expect(claim).toMatchObject({ day: D1, attempt: 1 });
      expect(await sync.recover(false)).toMatchObject({ suspects: [], crashed: null });
    }
    expect(await begin(3)).toHaveLength(3);
  });

  it('the days that it drops are given back, and a claim from before it holds no more', async () => {
    const claims = await begin(2);
    await sync.commit.giveBack(taskId, claims, AT);
    expect(await sync.batch(taskId)).toMatchObject({ status: 'running', running: 0 });
    expect(await sync.recover(false)).toMatchObject({ suspects: [] });
    await expect(finish(claims[0])).rejects.toThrow(/expected claim/);
  });

  it('a suspect that was in flight at it stays one', async () => {
    await begin(3);
    await sync.recover();
    expect(await begin(3)).toHaveLength(1);
    await sync.recover(false);
    expect(await begin(3)).toMatchObject([{ day: D1 }]);
  });
});

describe('a system clock that was set back while the program was down', () => {
  const NEXT_AT = '2025-10-18T16:00:00.000Z';
  /** The first day waits for a time that is a year ahead of the clock that the next process has. */
  async function waitInAYear(): Promise<void> {
    const [claim] = await begin(1);
    if (claim === undefined) throw new Error('expected a claim, got none');
    const fetched = failedWith('passing', { retryAfterMs: 60_000 });
    const steadyNow = Date.parse(AT) + 365 * 86_400_000;
    await sync.step(taskId, {
      finished: { claim, fetched, durationMs: 1 },
      steadyNow,
      mayBegin: 0,
    });
  }

  it('has no day wait for longer than any day waits', async () => {
    await waitInAYear();
    await sync.recover(false);
    const [day] = await sync.days(taskId);
    expect(day?.next_at).toBe(NEXT_AT);
  });

  it('changes the batch by that, so that who follows its days learns of it', async () => {
    await waitInAYear();
    const { rev } = await sync.batch(taskId);
    const { active } = await sync.recover(false);
    expect(active).toMatchObject([{ task_id: taskId, rev: rev + 1 }]);
    expect(await sync.store.days(taskId, rev)).toMatchObject({
      rev: rev + 1,
      days: [{ day: D1, next_at: NEXT_AT, rev: rev + 1 }],
    });
  });

  it('changes nothing at the next start, and no other batch', async () => {
    const other = await sync.startOther(D1, D3);
    await waitInAYear();
    await sync.recover(false);
    const { rev } = await sync.batch(taskId);
    await sync.recover(false);
    expect(await sync.batch(taskId)).toMatchObject({ rev });
    expect(await sync.batch(other.task_id)).toMatchObject({ rev: other.rev });
  });
});
