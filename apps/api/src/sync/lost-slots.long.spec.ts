import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { begun, finish, ScaledSync, type ScratchNode } from './scaled.fixture.js';
import type { BegunDay } from './slot-turn.js';
import { D1, D2, D3, makeDataset } from './sync.fixture.js';

const make = scratchPostgres();
const datasets = [makeDataset({ concurrency: 3 })];
let sync: ScaledSync;
describeWithPostgres('the days of a process that was lost', () => {
  beforeAll(async () => {
    sync = await ScaledSync.open(await make());
  });
  beforeEach(() => sync.reset());
  afterAll(() => sync.close());

  async function takeDays(node: ScratchNode, count: number): Promise<readonly BegunDay[]> {
    const days: BegunDay[] = [];
    for (let taken = 0; taken < count; taken += 1) {
      days.push(begun(await node.turns.take(taken === 0)));
    }
    return days;
  }

  it('several of them are suspects, and none is blamed: each runs alone in its process', async () => {
    const [lost, next] = [sync.node({ datasets }), sync.node({ datasets })];
    const { task_id } = await sync.startRunning(lost, D1, D3);
    await takeDays(lost, 3);
    await sync.lapse();
    const first = begun(await next.turns.take(true));
    expect(await sync.days(task_id)).toMatchObject([
      { state: 'running', attempts: 1, suspect: 1, crashes: 0 },
      { state: 'pending', attempts: 0, suspect: 1, crashes: 0 },
      { state: 'pending', attempts: 0, suspect: 1, crashes: 0 },
    ]);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'running', running: 1, failed: 0 });
    // Beside it this process begins none of the others; one that does nothing may.
    expect(await next.turns.take(false)).toMatchObject({ kind: 'spent', blocked: true });
    await finish(next, first);
    await sync.offerNow();
    for (const day of [D2, D3]) {
      const held = begun(await next.turns.take(true));
      expect(held.claim.day).toBe(day);
      await finish(next, held);
      await sync.offerNow();
    }
    expect(await sync.batch(task_id)).toMatchObject({ status: 'completed', success: 3 });
  });

  it('one that was alone fails the second time', async () => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D1);
    begun(await node.turns.take(true));
    await sync.lapse();
    const again = sync.node();
    begun(await again.turns.take(true));
    expect(await sync.days(task_id)).toMatchObject([{ attempts: 1, suspect: 1, crashes: 1 }]);
    await sync.lapse();
    const last = sync.node();
    expect(await last.turns.take(true)).toMatchObject({ kind: 'spent', freeInMs: null });
    expect(await sync.days(task_id)).toMatchObject([
      { state: 'failed', error_code: 'DAY_CRASHED_PROCESS', attempts: 1 },
    ]);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'completed', failed: 1, running: 0 });
    // What it has led to is told, and whose turn it is now.
    expect(sync.news.at(-1)).toEqual({ kind: 'batch_written', task_id, waits: true });
  });

  it('one whose lease alone has lapsed is no suspect: its process lives', async () => {
    const [slow, next] = [sync.node({ datasets }), sync.node({ datasets })];
    const { task_id } = await sync.startRunning(slow, D1, D2);
    const [late, kept] = await takeDays(slow, 2);
    if (late === undefined || kept === undefined) return;
    await sync.lapse(late);
    expect(begun(await next.turns.take(true)).claim.day).toBe(D1);
    expect(await sync.days(task_id)).toMatchObject([
      { state: 'running', attempts: 1, suspect: 0, crashes: 0 },
      { state: 'running', attempts: 1, suspect: 0, crashes: 0 },
    ]);
    await finish(slow, kept);
    expect(await sync.batch(task_id)).toMatchObject({ success: 1, running: 1 });
  });

  it('are none of its crashes where it had said that it ends, as often as that happens', async () => {
    for (let ends = 0; ends < 3; ends += 1) {
      const node = sync.node();
      if (ends === 0) await sync.startRunning(node, D1, D1);
      begun(await node.turns.take(true));
      await node.turns.leave();
      await sync.lapse();
    }
    const last = sync.node();
    const { claim, slot } = begun(await last.turns.take(true));
    expect(await sync.days(slot.taskId)).toMatchObject([
      { state: 'running', attempts: 1, suspect: 0, crashes: 0 },
    ]);
    expect(claim).toMatchObject({ day: D1, attempt: 1 });
  });

  it('are given back by itself too, where it has the time', async () => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D2);
    const first = begun(await node.turns.take(true));
    await node.turns.leave();
    await node.turns.giveBack(first);
    const again = begun(await node.turns.take(true));
    await node.turns.leave();
    await node.turns.release(again.slot);
    expect(await sync.batch(task_id)).toMatchObject({ running: 0 });
    const last = begun(await node.turns.take(true));
    await node.turns.leave();
    await finish(node, last);
    expect(await sync.batch(task_id)).toMatchObject({ running: 0, success: 1 });
  });

  it('end a batch that is cancelling: nothing of it is in flight any more', async () => {
    const [lost, next] = [sync.node({ datasets }), sync.node({ datasets })];
    const { task_id } = await sync.startRunning(lost, D1, D3);
    await takeDays(lost, 2);
    const at = '2025-10-17T16:00:00.000Z';
    await sync.control.apply(task_id, { verb: 'cancel', by: null, at });
    expect(await sync.batch(task_id)).toMatchObject({ status: 'cancelling', running: 2 });
    await sync.lapse();
    // Its third slot was free, and the others come back.
    for (let slots = 0; slots < 3; slots += 1) {
      expect(await next.turns.take(true)).toMatchObject({ kind: 'spent', freeInMs: null });
    }
    expect(await next.turns.take(true)).toEqual({ kind: 'none' });
    expect(await sync.batch(task_id)).toMatchObject({
      status: 'cancelled',
      running: 0,
      skipped: 3,
    });
  });

  it('are given back once, however many of its slots come back', async () => {
    const [lost, a, b] = [0, 1, 2].map(() => sync.node({ datasets }));
    if (lost === undefined || a === undefined || b === undefined) return;
    const { task_id } = await sync.startRunning(lost, D1, D3);
    await takeDays(lost, 3);
    await sync.lapse();
    const turns = await Promise.all([a.turns.take(true), b.turns.take(true)]);
    const held = turns.map(begun);
    expect(new Set(held.map(({ claim }) => claim.day)).size).toBe(2);
    expect(await sync.batch(task_id)).toMatchObject({ running: 2 });
    expect((await sync.days(task_id)).map(({ crashes }) => crashes)).toEqual([0, 0, 0]);
  });
});
