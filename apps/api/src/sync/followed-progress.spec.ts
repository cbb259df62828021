import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { isTerminal, type Progress } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { pino } from 'pino';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { systemClock } from '../clock.js';
import type { BatchMoved } from '../database/news.js';
import type { PostgresDatabase } from '../database/postgres-database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { progressOfRow } from './batch-progress.js';
import { BatchStore, type BatchState } from './batch-store.js';
import { FollowedProgress } from './followed-progress.js';
import { begun, finish, ScaledSync } from './scaled.fixture.js';
import { D1, D2, D3, makeDataset } from './sync.fixture.js';

const AT = '2025-10-17T16:00:00.000Z';

/** Batches as they are read, where a spec says when, and how often it fails. */
class HeldStore extends BatchStore {
  reads = 0;
  failures = 0;
  /** Called with what was read, before that is given. */
  afterRead: () => Promise<void> = () => Promise.resolve();

  override async state(taskId: string): Promise<BatchState | undefined> {
    this.reads += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('away');
    }
    const state = await super.state(taskId);
    await this.afterRead();
    return state;
  }
}

/** A node that hears what a spec lets it hear. */
class Follower {
  readonly registry = new ProgressRegistry({
    ttlSeconds: 3_600,
    maxFinished: 1_000,
    clock: { now: () => systemClock.monotonic() },
  });
  readonly store: HeldStore;
  readonly followed: FollowedProgress;
  /** What a watcher has seen. */
  readonly seen: Progress[] = [];

  constructor(database: PostgresDatabase) {
    this.store = new HeldStore(database);
    const catalog = new DatasetCatalog([makeDataset()]);
    const logger = pino({ level: 'silent' });
    this.followed = new FollowedProgress(this.registry, this.store, catalog, logger);
  }

  watch(taskId: string): void {
    this.registry.watch(taskId).subscribe((progress) => this.seen.push(progress));
  }

  hear(...news: readonly BatchMoved[]): void {
    for (const moved of news) this.followed.hear(moved);
  }

  /** Waits until it knows a `rev`. */
  async knows(taskId: string, rev: number): Promise<Progress> {
    for (;;) {
      const progress = this.registry.get(taskId);
      if (progress?.rev === rev) return progress;
      await sleep(2);
    }
  }
}

const make = scratchPostgres();
let sync: ScaledSync;
let node: Follower;
describeWithPostgres('the progress of batches that any process may move', () => {
  beforeAll(async () => {
    sync = await ScaledSync.open(await make());
  });
  beforeEach(async () => {
    await sync.reset();
    node = new Follower(sync.database);
  });
  afterAll(() => sync.close());

  /** Runs a batch elsewhere to its end, and gives what that has told. */
  async function told(taskId: string): Promise<readonly BatchMoved[]> {
    const runner = sync.node();
    await runner.admission.admit();
    for (;;) {
      const turn = await runner.turns.take(true);
      if (turn.kind === 'none') break;
      await finish(runner, begun(turn));
    }
    return movesOf(taskId);
  }

  const movesOf = (taskId: string): readonly BatchMoved[] =>
    sync.news.flatMap((news) =>
      news.kind === 'batch_moved' && news.task_id === taskId ? [news] : [],
    );

  it('is what they tell, change by change, and nothing is read', async () => {
    const batch = await sync.start(D1, D3);
    await node.followed.catchUp();
    node.watch(batch.task_id);
    const { reads } = node.store;
    const moves = await told(batch.task_id);
    node.hear(...moves);
    expect(node.seen.map(({ rev }) => rev)).toEqual([batch.rev, ...moves.map(({ rev }) => rev)]);
    const { eta: _eta, ...shown } = node.registry.get(batch.task_id) ?? { eta: null };
    expect(shown).toEqual(
      (({ eta: _, ...row }) => row)(progressOfRow(await sync.batch(batch.task_id))),
    );
    expect(node.store.reads).toBe(reads);
  });

  it('is read once of a batch that was never heard of, and followed from there', async () => {
    const { task_id } = await sync.start(D1, D3);
    const [first, ...moves] = await told(task_id);
    if (first === undefined) return;
    node.hear(first, ...moves);
    const last = moves.at(-1);
    expect(await node.knows(task_id, last?.rev ?? 0)).toMatchObject({
      status: 'completed',
      finished: 3,
    });
    expect(node.store.reads).toBe(1);
  });

  it('never goes back, whatever comes twice or late', async () => {
    const early = await sync.start(D1, D3);
    const { task_id } = early;
    await node.followed.catchUp();
    node.watch(task_id);
    const moves = await told(task_id);
    node.hear(...moves.slice(0, 3), ...moves.slice(0, 2));
    node.followed.know(early);
    node.hear(...moves);
    node.followed.know(await sync.batch(task_id));
    const revs = node.seen.map(({ rev }) => rev);
    expect(revs).toEqual(revs.toSorted((a, b) => a - b));
    expect(new Set(revs).size).toBe(revs.length);
  });

  it('is read where a change is missing', async () => {
    const { task_id } = await sync.start(D1, D3);
    await node.followed.catchUp();
    const moves = await told(task_id);
    node.hear(...moves.filter((_, index) => index !== 2));
    expect(await node.knows(task_id, moves.at(-1)?.rev ?? 0)).toMatchObject({ success: 3 });
  });

  it('takes in what is told while it is being read', async () => {
    const runner = sync.node();
    const { task_id } = await sync.startRunning(runner, D1, D3);
    const gate = Promise.withResolvers<undefined>();
    node.store.afterRead = () => gate.promise;
    const read = node.followed.catchUp();
    while (node.store.reads === 0) await sleep(2);
    await finish(runner, begun(await runner.turns.take(true)));
    node.hear(...movesOf(task_id));
    expect(node.registry.get(task_id)).toBeUndefined();
    gate.resolve(undefined);
    await read;
    const { rev } = await sync.batch(task_id);
    expect(node.registry.get(task_id)).toMatchObject({ rev, success: 1 });
    expect(node.store.reads).toBe(1);
  });

  it('is read again where it was written while it was being read', async () => {
    const runner = sync.node();
    const { task_id } = await sync.startRunning(runner, D1, D3);
    const day = begun(await runner.turns.take(true));
    const gate = Promise.withResolvers<undefined>();
    node.store.afterRead = () => gate.promise;
    const read = node.followed.catchUp();
    while (node.store.reads === 0) await sleep(2);
    await sleep(20);
    // Of this nobody hears but that it was written.
    await runner.turns.release(day.slot);
    node.followed.readLater(task_id);
    gate.resolve(undefined);
    await read;
    const { rev } = await sync.batch(task_id);
    expect(node.registry.get(task_id)).toMatchObject({ rev, running: 0 });
  });

  it('is read until that succeeds', async () => {
    const { task_id } = await sync.start(D1, D3);
    const moves = await told(task_id);
    node.store.failures = 1;
    node.hear(...moves.slice(0, 1));
    expect(await node.knows(task_id, moves.at(-1)?.rev ?? 0)).toMatchObject({ success: 3 });
    expect(node.store.reads).toBe(2);
  });

  it('is caught up with after a connection that was lost: what ran on, what began, and what has ended', async () => {
    const { task_id: ended } = await sync.start(D1, D1);
    await node.followed.catchUp();
    await told(ended);
    const { task_id: begunSince } = await sync.start(D2, D3);
    await node.followed.catchUp();
    expect(node.registry.get(ended)).toMatchObject({ status: 'completed', success: 1 });
    expect(node.registry.get(begunSince)).toMatchObject({ status: 'queued' });
  });

  it('says no more that the database is away, once it could be read', async () => {
    const { task_id } = await sync.start(D1, D3);
    await node.followed.catchUp();
    const before = node.registry.get(task_id)?.waiting_for;
    node.registry.setWaiting(task_id, { kind: 'database', until: null, detail: 'away' });
    await node.followed.catchUp();
    expect(node.registry.get(task_id)?.waiting_for).toEqual(before);
  });

  it('is seen by who has changed it, when it is heard or else is read', async () => {
    const { task_id } = await sync.start(D1, D3);
    await node.followed.catchUp();
    await sync.control.apply(task_id, { verb: 'pause', by: null, at: AT });
    const { rev } = await sync.batch(task_id);
    const seen = node.followed.seen(task_id, rev);
    node.hear(...movesOf(task_id));
    await seen;
    expect(node.store.reads).toBe(1);
    await sync.control.apply(task_id, { verb: 'cancel', by: null, at: AT });
    await node.followed.seen(task_id, rev + 1);
    expect(node.registry.get(task_id)).toMatchObject({ status: 'cancelled' });
  });

  it('has an estimate from the days that have ended, and none any more at its end', async () => {
    const runner = sync.node();
    const end = D3.replace('03', '06') as typeof D3;
    const { task_id } = await sync.startRunning(runner, D1, end);
    await node.followed.catchUp();
    for (let days = 1; days <= 4; days += 1) {
      await finish(runner, begun(await runner.turns.take(true)));
      node.hear(...movesOf(task_id));
      const eta = node.registry.get(task_id)?.eta;
      expect([days, eta === null]).toEqual([days, days < 3]);
    }
    // One that comes to it later knows the same.
    const late = new Follower(sync.database);
    await late.followed.catchUp();
    const known = movesOf(task_id).length;
    await finish(runner, begun(await runner.turns.take(true)));
    for (const follower of [node, late]) follower.hear(...movesOf(task_id).slice(known));
    expect(late.registry.get(task_id)?.eta).toEqual(node.registry.get(task_id)?.eta);
    expect(late.registry.get(task_id)?.eta).not.toBeNull();
    await finish(runner, begun(await runner.turns.take(true)));
    node.hear(...movesOf(task_id));
    const last = node.registry.get(task_id);
    expect([last?.eta, isTerminal(last?.status ?? 'running')]).toEqual([null, true]);
  });
});
