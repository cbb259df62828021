import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { StaleClaimError } from './day-commit.js';
import { begun, finish, ScaledSync } from './scaled.fixture.js';
import { D1, D2, D3, failedWith, makeDataset, rowsOf } from './sync.fixture.js';

const D4 = calendarDay('2025-10-04');

const make = scratchPostgres();
let sync: ScaledSync;
describeWithPostgres('turns of several processes', () => {
  beforeAll(async () => {
    sync = await ScaledSync.open(await make());
  });
  beforeEach(() => sync.reset());
  afterAll(() => sync.close());

  it('run a batch to its end: each takes what the other has passed on', async () => {
    const [a, b] = [sync.node(), sync.node()];
    const { task_id } = await sync.startRunning(a, D1, D3);
    for (const node of [a, b, a]) {
      const day = begun(await node.turns.take(true));
      // The batch has one slot: nobody else begins a day.
      expect(await (node === a ? b : a).turns.take(true)).toEqual({ kind: 'none' });
      await finish(node, day);
    }
    expect(await sync.batch(task_id)).toMatchObject({ status: 'completed', success: 3 });
    expect(await sync.target()).toEqual(['2025-10-01:1', '2025-10-02:2', '2025-10-03:3']);
    expect(await a.turns.take(true)).toEqual({ kind: 'none' });
    const revs = sync.news.flatMap((news) => (news.kind === 'batch_moved' ? [news.rev] : []));
    expect(revs).toEqual(revs.map((_, index) => (revs[0] ?? 0) + index));
  });

  it('hold a slot for one day after another, each begun by the commit of the one before', async () => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D3);
    let day = begun(await node.turns.take(true));
    for (const next of [D2, D3]) {
      const { next: held } = await finish(node, day, { goesOn: true });
      expect(held?.claim.day).toBe(next);
      expect(held?.slot).toBe(day.slot);
      if (held !== null) day = held;
    }
    expect(await finish(node, day, { goesOn: true })).toMatchObject({ next: null, freeInMs: null });
    expect(await sync.batch(task_id)).toMatchObject({ status: 'completed', success: 3 });
  });

  it('have as many days in flight as the dataset allows, whoever asks', async () => {
    const datasets = [makeDataset({ concurrency: 2 })];
    const nodes = [sync.node({ datasets }), sync.node({ datasets }), sync.node({ datasets })];
    const [first] = nodes;
    if (first === undefined) return;
    const { task_id } = await sync.startRunning(first, D1, D4);
    const turns = await Promise.all(nodes.map(({ turns }) => turns.take(true)));
    expect(turns.map(({ kind }) => kind).sort()).toEqual(['begun', 'begun', 'none']);
    expect(await sync.batch(task_id)).toMatchObject({ running: 2 });
  });

  it('refuse the commit of one who was taken for lost, and write nothing of it', async () => {
    const [slow, quick] = [sync.node(), sync.node()];
    const { task_id } = await sync.startRunning(slow, D1, D1);
    const lost = begun(await slow.turns.take(true));
    await sync.lapse(lost);
    const day = begun(await quick.turns.take(true));
    expect(day.claim.day).toBe(D1);
    const before = await sync.batch(task_id);
    const told = sync.news.length;
    const late = { fetched: rowsOf(666) };
    await expect(finish(slow, lost, late)).rejects.toThrow(StaleClaimError);
    await expect(finish(slow, lost, { ...late, goesOn: true })).rejects.toThrow(StaleClaimError);
    await expect(slow.turns.giveBack(lost)).rejects.toThrow(StaleClaimError);
    await slow.turns.release(lost.slot);
    expect(await sync.target()).toEqual([]);
    expect(await sync.batch(task_id)).toEqual(before);
    expect(sync.news).toHaveLength(told);
    await finish(quick, day);
    expect(await sync.days(task_id)).toMatchObject([{ state: 'success', attempts: 1 }]);
    expect(await sync.target()).toEqual(['2025-10-01:1']);
  });

  it('refuse it also where nobody has begun the day anew yet', async () => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D2);
    const lost = begun(await node.turns.take(true));
    await sync.lapse(lost);
    await expect(finish(node, lost, { goesOn: true })).rejects.toThrow(StaleClaimError);
    await expect(finish(node, lost)).rejects.toThrow(StaleClaimError);
    expect(await sync.target()).toEqual([]);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'running', running: 1, success: 0 });
  });

  it('give a day back for whoever is next, and it costs no attempt', async () => {
    const [a, b] = [sync.node(), sync.node()];
    const { task_id } = await sync.startRunning(a, D1, D2);
    await a.turns.giveBack(begun(await a.turns.take(true)));
    expect(await sync.days(task_id)).toMatchObject([
      { state: 'pending', attempts: 0, suspect: 0 },
      { state: 'pending' },
    ]);
    expect(begun(await b.turns.take(true)).claim).toMatchObject({ day: D1, attempt: 1 });
  });

  it('give back what a slot holds that is let go of', async () => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D2);
    const day = begun(await node.turns.take(true));
    await node.turns.release(day.slot);
    expect(await sync.batch(task_id)).toMatchObject({ running: 0 });
    expect(begun(await node.turns.take(true)).claim).toMatchObject({ day: D1, attempt: 1 });
  });

  it('begin throttled days evenly, over all of them', async () => {
    const datasets = [makeDataset({ throttle: { daysPerMinute: 60 }, concurrency: 2 })];
    const [a, b] = [sync.node({ datasets }), sync.node({ datasets })];
    const { task_id } = await sync.startRunning(a, D1, D3);
    const first = begun(await a.turns.take(true));
    const early = await b.turns.take(true);
    expect(early).toMatchObject({ kind: 'spent', freeInMs: 1_000, broken: null });
    expect(sync.changesOf(task_id).at(-1)?.events).toContainEqual({
      type: 'waiting_changed',
      waiting_for: { kind: 'throttle', until: '2025-10-17T16:00:01.000Z', detail: null },
    });
    sync.clock.ms += 250;
    // A day that ends begins none itself: its place is not come yet.
    expect(await finish(a, first, { goesOn: true })).toMatchObject({ next: null, freeInMs: 750 });
    sync.clock.ms += 750;
    const offered = await sync.offered();
    expect(offered.map(({ startAfter }) => startAfter)).toEqual([
      '2025-10-17T16:00:01.000Z',
      '2025-10-17T16:00:01.000Z',
    ]);
    await sync.offerNow();
    const turns = [await a.turns.take(true), await b.turns.take(true)];
    expect(turns).toMatchObject([{ kind: 'begun' }, { kind: 'spent', freeInMs: 1_000 }]);
  });

  it('wait for an attempt that is due later, and offer the slot for that moment', async () => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D1);
    const day = begun(await node.turns.take(true));
    const finished = await finish(node, day, {
      goesOn: true,
      fetched: failedWith('passing', { retryAfterMs: 5_000 }),
    });
    expect(finished).toMatchObject({ next: null, freeInMs: 5_000 });
    await sync.offerNow();
    expect(await node.turns.take(true)).toMatchObject({ kind: 'spent', freeInMs: 5_000 });
    sync.clock.ms += 5_000;
    await sync.offerNow();
    expect(begun(await node.turns.take(true)).claim.day).toBe(D1);
    expect(await sync.batch(task_id)).toMatchObject({ running: 1 });
  });

  it('leave a batch to others that a later process started on what this one does not know', async () => {
    const changed = makeDataset({ fingerprint: 'f2' });
    const old = sync.node();
    sync.clock.ms += 1_000;
    const later = sync.node({ datasets: [changed] });
    sync.clock.ms += 1_000;
    const { task_id } = await sync.start(D1, D2, { dataset: changed });
    await later.admission.admit();
    expect(await old.turns.take(true)).toMatchObject({
      kind: 'spent',
      broken: null,
      freeInMs: 5_000,
    });
    await sync.offerNow();
    expect(begun(await later.turns.take(true)).claim.day).toBe(D1);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'running' });
  });

  it('end what was started before on a dataset that is another one now', async () => {
    const first = sync.node();
    await sync.startRunning(first, D1, D2);
    sync.clock.ms += 1_000;
    const later = sync.node({ datasets: [makeDataset({ fingerprint: 'f2' })] });
    expect(await later.turns.take(true)).toMatchObject({
      kind: 'spent',
      broken: { code: 'DATASET_CHANGED' },
      freeInMs: 5_000,
    });
  });

  it.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('spend the slot of a batch after a %s, and begin nothing', async (verb, status) => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D3);
    await sync.control.apply(task_id, { verb, by: null, at: '2025-10-17T16:00:00.000Z' });
    expect(await node.turns.take(true)).toMatchObject({ kind: 'spent', freeInMs: null });
    expect(await node.turns.take(true)).toEqual({ kind: 'none' });
    expect(await sync.batch(task_id)).toMatchObject({ status, running: 0 });
  });

  it('begin nothing after a pause in mid-day, whoever goes on', async () => {
    const node = sync.node();
    const { task_id } = await sync.startRunning(node, D1, D3);
    const day = begun(await node.turns.take(true));
    const at = '2025-10-17T16:00:00.000Z';
    await sync.control.apply(task_id, { verb: 'pause', by: null, at });
    expect(await finish(node, day, { goesOn: true })).toMatchObject({ next: null, freeInMs: null });
    await sync.control.apply(task_id, { verb: 'resume', by: null, at });
    await node.admission.admit();
    expect(begun(await node.turns.take(true)).claim.day).toBe(D2);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'running', success: 1, running: 1 });
  });
});
