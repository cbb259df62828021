import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isTerminal, type Progress } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import type { KyselyPlugin, PluginTransformResultArgs, QueryResult, UnknownRow } from 'kysely';
import { pino } from 'pino';
import { lastValueFrom, toArray } from 'rxjs';
import type { BatchState } from '../../batches/transition.js';
import type { LiveView } from '../../batches/live-view.js';
import { lockKnownBatch } from '../../batches/store/batch-reading.js';
import type { Database, DatabaseEvent } from '../../database/database.js';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { D1, D2, D3, makeDataset } from '../../sync/sync.fixture.js';
import { ScratchInstallation } from '../installation.fixture.js';
import { ClusterLiveView } from './cluster-live-view.js';

/** Counts the queries of one reader, and lets a spec hold or break their answers. */
class Readings implements KyselyPlugin {
  count = 0;
  failures = 0;
  /** Awaited before an answer is given. */
  gate: Promise<unknown> = Promise.resolve();

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => {
    this.count += 1;
    return node;
  };

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    await this.gate;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new DatabaseUnavailableError('database', 'away');
    }
    return result;
  }
}

/** Another process, which has seen nothing yet, and hears what the database publishes. */
class Follower {
  readonly readings = new Readings();
  readonly registry = new ProgressRegistry({
    ttlSeconds: 3_600,
    maxFinished: 1_000,
    clock: { now: () => 0 },
  });
  readonly view: ClusterLiveView;
  private readonly listeners: ((event: DatabaseEvent) => void)[] = [];

  constructor({ clock, database }: ScratchInstallation) {
    database.onEvent((event) => {
      this.hear(event);
    });
    const read = database.read.withPlugin(this.readings);
    const own = Object.create(database, {
      read: { value: read },
      onEvent: {
        value: (listener: (event: DatabaseEvent) => void) => {
          this.listeners.push(listener);
        },
      },
    }) as Database;
    this.view = new ClusterLiveView(own, this.registry, clock, pino({ level: 'silent' }));
  }

  hear(event: DatabaseEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

const other = makeDataset({ name: 'other', fingerprint: 'f2' });
let installation: ScratchInstallation;
let follower: Follower;
beforeEach(async () => {
  const datasets = [makeDataset({ concurrency: 2 }), other];
  installation = await ScratchInstallation.open(null, { datasets, maxActiveBatches: 2 });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  follower = new Follower(installation);
});
afterEach(async () => {
  follower.view.onApplicationShutdown();
  vi.useRealTimers();
  await installation.close();
});

/** Time passes for the view, and its timers. */
async function pass(ms: number): Promise<void> {
  installation.clock.ms += ms;
  await vi.advanceTimersByTimeAsync(ms);
}

async function passEach(ms: number, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await pass(ms);
}

/** How many queries something takes. */
async function queriesOf(work: () => Promise<unknown>): Promise<number> {
  const before = follower.readings.count;
  await work();
  return follower.readings.count - before;
}

/** The follower has changed a batch itself. */
async function seesChange(state: BatchState): Promise<void> {
  await installation.database.write('control', (transaction) => {
    follower.view.batchChanged(transaction, state);
    return Promise.resolve();
  });
}

function watch(batchId: string, view: LiveView = follower.view): Progress[] {
  const seen: Progress[] = [];
  view.watch(batchId).subscribe((progress) => seen.push(progress));
  return seen;
}

const revsOf = (seen: readonly Progress[]): readonly number[] => seen.map(({ rev }) => rev);

describe('the live view of the only process', () => {
  it('shows nothing of what is undone', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    const seen = watch(batch_id, installation.live);
    const undone = new Error('undone');
    const advancing = installation.database.write('control', async (transaction) => {
      const state = await lockKnownBatch(transaction, batch_id);
      const at = '2025-10-17T16:00:00.000Z';
      await installation.states.advance(transaction, state, { type: 'pause', at, error: null });
      throw undone;
    });
    await expect(advancing).rejects.toBe(undone);
    expect(seen.map(({ status }) => status)).toEqual(['running']);
  });

  it('gives nothing for an id that is not there', async () => {
    expect(await installation.live.find('none')).toBeUndefined();
    expect(await lastValueFrom(installation.live.watch('none').pipe(toArray()))).toEqual([]);
  });
});

describe('the live view of one process among several', () => {
  it('reads a batch that it has not seen, and all of its state at once', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    await installation.goOn(await installation.begin());
    expect(follower.view.peek(batch_id)).toBeUndefined();
    expect(await queriesOf(() => follower.view.find(batch_id))).toBe(1);
    expect(follower.view.peek(batch_id)).toEqual(await installation.progress(batch_id));
  });

  it('answers from memory what it has read within a second, and reads what is older first', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    await follower.view.find(batch_id);
    await installation.begin();
    installation.clock.ms += 1_000;
    expect(await queriesOf(() => follower.view.find(batch_id))).toBe(0);
    expect(follower.view.peek(batch_id)).toMatchObject({ running: 0 });
    installation.clock.ms += 1;
    expect(follower.view.peek(batch_id)).toBeUndefined();
    expect(await follower.view.find(batch_id)).toMatchObject({ running: 1 });
    expect(follower.view.peek(batch_id)).toMatchObject({ running: 1 });
  });

  it('reads all batches that are watched in one query, at most every 200 ms', async () => {
    const { batch_id: one } = await installation.startRunning(D1, D3);
    const { batch_id: two } = await installation.startRunning(D1, D1, { dataset: other });
    watch(one);
    watch(two);
    await pass(0);
    const seen = watch(one);
    expect(await queriesOf(() => passEach(100, 10))).toBe(5);
    await installation.begin();
    await pass(200);
    expect(seen.at(-1)).toMatchObject({ running: 1 });
  });

  it('watches a batch for 10 s after a poll, and not longer', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    await follower.view.find(batch_id);
    expect(await queriesOf(() => passEach(200, 50))).toBe(50);
    // One that looks again has it watched for as long anew.
    follower.view.peek(batch_id);
    expect(await queriesOf(() => pass(200))).toBe(1);
    await passEach(200, 50);
    expect(await queriesOf(() => pass(60_000))).toBe(0);
  });

  it('watches a batch for as long as it has a subscriber, and completes with its end', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    const all = lastValueFrom(follower.view.watch(batch_id).pipe(toArray()));
    await passEach(200, 75);
    await installation.goOn(await installation.begin());
    await pass(200);
    await installation.control.apply(batch_id, { verb: 'cancel', by: null });
    await pass(0);
    await installation.control.fail(batch_id, { code: 'INTERNAL', text: 'a bug' });
    await pass(0);
    const seen = await all;
    expect(seen.map(({ status }) => status)).toEqual([
      ...['running', 'running', 'cancelling', 'cancelled'],
    ]);
    expect(await queriesOf(() => pass(60_000))).toBe(0);
  });

  it('is done with a batch soon after its last subscriber has left', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    const subscription = follower.view.watch(batch_id).subscribe();
    await pass(0);
    await passEach(200, 75);
    subscription.unsubscribe();
    await pass(200);
    await pass(200);
    expect(await queriesOf(() => pass(60_000))).toBe(0);
  });

  it('never goes back, whatever is read late', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    await follower.view.find(batch_id);
    const seen = watch(batch_id);
    await pass(0);
    const gate = Promise.withResolvers<undefined>();
    follower.readings.gate = gate.promise;
    await pass(200);
    // A control answers with what its own transaction has read: that is newer than the reading under way.
    await installation.control.apply(batch_id, { verb: 'pause', by: null });
    const paused = await installation.state(batch_id);
    await seesChange(paused);
    expect(follower.registry.get(batch_id)).toMatchObject({ status: 'paused' });
    gate.resolve(undefined);
    await pass(200);
    expect(seen.map(({ status }) => status)).toEqual(['running', 'paused']);
    expect(revsOf(seen)).toEqual(revsOf(seen).toSorted((a, b) => a - b));
    expect(new Set(revsOf(seen)).size).toBe(seen.length);
  });

  it('has those who ask at once share a reading', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    const queries = await queriesOf(() =>
      Promise.all(Array.from({ length: 20 }, () => follower.view.find(batch_id))),
    );
    // Who comes while one is under way waits for the next: that one may be older.
    expect(queries).toBe(2);
  });

  it('does not answer with a reading that began before it was asked', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    const gate = Promise.withResolvers<undefined>();
    follower.readings.gate = gate.promise;
    const early = follower.view.find(batch_id);
    await vi.waitUntil(() => follower.readings.count === 1, 60_000);
    await installation.begin();
    const late = follower.view.find(batch_id);
    gate.resolve(undefined);
    expect([(await early)?.running, (await late)?.running]).toEqual([0, 1]);
  });

  it('spends one query on an id that is not there, and is done with it', async () => {
    expect(await queriesOf(() => follower.view.find('none'))).toBe(1);
    expect(await follower.view.find('none')).toBeUndefined();
    expect(await lastValueFrom(follower.view.watch('none').pipe(toArray()))).toEqual([]);
    expect(await queriesOf(() => pass(60_000))).toBe(0);
  });

  it('reads again until that succeeds', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    await follower.view.find(batch_id);
    await installation.begin();
    follower.readings.failures = 1;
    await pass(200);
    expect(follower.registry.get(batch_id)).toMatchObject({ running: 0 });
    vi.useRealTimers();
    await expect.poll(() => follower.registry.get(batch_id)?.running, { timeout: 60_000 }).toBe(1);
  });

  it('answers with what is known while the database is away, and not for what is not known', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    const known = await follower.view.find(batch_id);
    installation.clock.ms += 1_001;
    follower.readings.failures = 1;
    expect(await follower.view.find(batch_id)).toBe(known);
    follower.readings.failures = 1;
    await expect(follower.view.find('another')).rejects.toThrow('away');
  });

  it('catches up once the connection is back: what ran on, and what has ended', async () => {
    const { batch_id: one } = await installation.startRunning(D1, D3);
    const { batch_id: two } = await installation.startRunning(D1, D2, { dataset: other });
    for (const batchId of [one, two]) watch(batchId);
    await pass(0);
    await installation.begin();
    await installation.control.apply(two, { verb: 'cancel', by: null });
    follower.hear({ kind: 'reconnected' });
    await pass(0);
    expect(follower.registry.get(one)).toMatchObject({ running: 1 });
    expect(follower.registry.get(two)).toMatchObject({ status: 'cancelled' });
  });

  it('keeps no batch as running that has ended elsewhere, though none watches it', async () => {
    const { batch_id } = await installation.startRunning(D1, D1);
    const state = await installation.state(batch_id);
    // This process has begun it.
    await seesChange(state);
    await installation.runAll();
    await pass(0);
    expect(follower.registry.listActive()).toEqual([]);
    expect(await queriesOf(() => pass(60_000))).toBe(0);
  });

  it('shows no more that the database is away, once the connection is back', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    installation.sourceWaitMs = 60_000;
    await installation.step(await installation.acquire());
    const before = (await follower.view.find(batch_id))?.waiting_for;
    expect(before).toMatchObject({ kind: 'rate_limit' });
    follower.registry.setWaiting(batch_id, { kind: 'database', until: null, detail: 'away' });
    follower.hear({ kind: 'reconnected' });
    await pass(0);
    expect(follower.registry.get(batch_id)?.waiting_for).toEqual(before);
  });

  it('has the same estimate in every process, and none any more at the end', async () => {
    const { batch_id } = await installation.startRunning(D1, D3.replace('03', '06') as typeof D3);
    let day = await installation.begin();
    for (let ended = 1; ended <= 5; ended += 1) {
      installation.clock.ms += 1_001;
      day = await installation.goOn(day);
      const shown = await follower.view.find(batch_id);
      expect([ended, shown?.eta === null]).toEqual([ended, ended < 3]);
      expect(shown?.eta).toEqual(installation.registry.get(batch_id)?.eta);
      expect(await new Follower(installation).view.find(batch_id)).toEqual(shown);
    }
    await installation.finish(day);
    installation.clock.ms += 1_001;
    const last = await follower.view.find(batch_id);
    expect([last?.eta, isTerminal(last?.status ?? 'running')]).toEqual([null, true]);
  });

  it('lists all batches that have not ended, whether they are watched or not', async () => {
    await installation.startRunning(D1, D1);
    await installation.runAll();
    const { batch_id: one } = await installation.startRunning(D2, D3);
    const { batch_id: two } = await installation.start(D1, D3, { dataset: other });
    const active = await follower.view.listActive();
    expect(active.map(({ task_id }) => task_id)).toEqual([one, two]);
  });
});
