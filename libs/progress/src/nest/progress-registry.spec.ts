import { beforeEach, describe, expect, it } from 'vitest';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { IllegalStepError, type ProgressEvent } from '../apply-event.js';
import type { Progress } from '../progress.js';
import { batchOf } from '../progress.fixture.js';
import { ProgressModule } from './progress.module.js';
import { ProgressRegistry, UnknownBatchError } from './progress-registry.js';

const AT = '2025-10-01T08:00:00.000Z';

const batch = (task_id: string): Progress => batchOf({ task_id });

const TO_THE_END: readonly ProgressEvent[] = [
  { type: 'batch_started' },
  { type: 'days_skipped', count: 1 },
  { type: 'batch_completed' },
];

describe('ProgressRegistry', () => {
  let now: number;
  let registry: ProgressRegistry;

  beforeEach(async () => {
    now = 0;
    const module = await Test.createTestingModule({
      imports: [
        ProgressModule.forRoot({ ttlSeconds: 60, maxFinished: 3, clock: { now: () => now } }),
      ],
    }).compile();
    registry = module.get(ProgressRegistry);
  });

  function finish(taskId: string): void {
    registry.register(batch(taskId));
    registry.apply(taskId, { at: AT, events: TO_THE_END });
  }

  function statusesOf(taskId: string): { statuses: string[]; ended: () => boolean } {
    const statuses: string[] = [];
    let ended = false;
    registry.watch(taskId).subscribe({
      next: (progress) => statuses.push(progress.status),
      complete: () => (ended = true),
    });
    return { statuses, ended: () => ended };
  }

  it('returns the newest snapshot and leaves the old ones unchanged', () => {
    const first = batch('a');
    registry.register(first);
    const next = registry.apply('a', { at: AT, events: [{ type: 'batch_started' }] });
    expect(registry.get('a')).toBe(next);
    expect(next).toMatchObject({ status: 'running', rev: 2 });
    expect(first).toMatchObject({ status: 'queued', rev: 1 });
  });

  it('leaves a batch unchanged when a change is refused, and notifies no watcher', () => {
    const before = batch('a');
    registry.register(before);
    const { statuses } = statusesOf('a');
    const change = { at: AT, events: TO_THE_END.slice(1) } as const;
    const illegal = { ...change, events: [...change.events, ...change.events] };
    expect(() => registry.apply('a', illegal)).toThrow(IllegalStepError);
    expect(registry.get('a')).toBe(before);
    expect(statuses).toEqual(['queued']);
  });

  it('refuses changes of an unknown batch', () => {
    expect(() => registry.apply('a', { at: AT, events: [] })).toThrow(UnknownBatchError);
    expect(registry.get('a')).toBeUndefined();
  });

  it('drops a finished batch after its time, not a moment before', () => {
    finish('a');
    now = 59_999;
    expect(registry.get('a')?.status).toBe('completed');
    now = 60_000;
    expect(registry.get('a')).toBeUndefined();
    expect(registry.size).toBe(0);
  });

  it('never drops an active batch', () => {
    registry.register(batch('a'));
    now = 365 * 86_400_000;
    expect(registry.get('a')?.status).toBe('queued');
    expect(registry.size).toBe(1);
  });

  it('keeps at most maxFinished finished batches, the newest', () => {
    registry.register(batch('active'));
    for (const taskId of ['a', 'b', 'c', 'd', 'e']) finish(taskId);
    const kept = ['active', 'a', 'b', 'c', 'd', 'e'].filter((id) => registry.get(id));
    expect(kept).toEqual(['active', 'c', 'd', 'e']);
    expect(registry.size).toBe(4);
  });

  it('sets what an active batch waits for without a new rev', () => {
    const waiting = { kind: 'disk', until: null, detail: 'the disk is full' } as const;
    registry.register(batch('a'));
    const { statuses } = statusesOf('a');
    registry.setWaiting('a', waiting);
    expect(registry.get('a')).toMatchObject({ waiting_for: waiting, rev: 1 });
    expect(statuses).toEqual(['queued', 'queued']);
    registry.apply('a', { at: AT, events: TO_THE_END });
    registry.setWaiting('a', waiting);
    registry.setWaiting('b', waiting);
    expect(registry.get('a')?.waiting_for).toBeNull();
    expect(registry.get('b')).toBeUndefined();
  });

  it('lists the active batches in the order of registration', () => {
    for (const taskId of ['b', 'a', 'c']) registry.register(batch(taskId));
    registry.apply('a', { at: AT, events: TO_THE_END });
    registry.apply('b', { at: AT, events: [{ type: 'batch_started' }] });
    expect(registry.listActive().map((progress) => progress.task_id)).toEqual(['b', 'c']);
  });

  it('sends a watcher the current snapshot, then each change, and completes with the batch', () => {
    registry.register(batch('a'));
    registry.register(batch('b'));
    const { statuses, ended } = statusesOf('a');
    registry.apply('b', { at: AT, events: TO_THE_END });
    registry.apply('a', { at: AT, events: TO_THE_END.slice(0, 1) });
    expect(ended()).toBe(false);
    registry.apply('a', { at: AT, events: TO_THE_END.slice(1) });
    expect(statuses).toEqual(['queued', 'running', 'completed']);
    expect(ended()).toBe(true);
  });

  it('sends a watcher the change that it makes on the first snapshot', () => {
    registry.register(batch('a'));
    const seen: string[] = [];
    let ended = false;
    registry.watch('a').subscribe({
      next: ({ status }) => {
        if (status === 'queued') registry.apply('a', { at: AT, events: TO_THE_END });
        seen.push(status);
      },
      complete: () => (ended = true),
    });
    expect(seen).toEqual(['queued', 'completed']);
    expect(ended).toBe(true);
  });

  it('sends all watchers the changes in order where one of them makes the next change', () => {
    registry.register(batch('a'));
    registry.watch('a').subscribe(({ rev }) => {
      if (rev !== 2) return;
      registry.apply('a', { at: AT, events: [{ type: 'days_skipped', count: 1 }] });
      registry.setWaiting('a', { kind: 'database', until: null, detail: null });
    });
    // The wait changes without a new `rev`; it comes last.
    let waitsFor: string | undefined;
    const revs: number[] = [];
    registry.watch('a').subscribe(({ rev, waiting_for }) => {
      revs.push(rev);
      waitsFor = waiting_for?.kind;
    });
    registry.apply('a', { at: AT, events: TO_THE_END.slice(0, 1) });
    expect(revs).toEqual([1, 2, 3, 3]);
    expect(waitsFor).toBe('database');
  });

  it('sends a watcher that subscribes during a change the current snapshot once, then each change', () => {
    registry.register(batch('a'));
    const seen: number[] = [];
    registry.watch('a').subscribe(({ rev }) => {
      if (rev !== 2) return;
      registry.apply('a', { at: AT, events: [] });
      registry.watch('a').subscribe((progress) => seen.push(progress.rev));
      registry.apply('a', { at: AT, events: TO_THE_END.slice(1) });
    });
    registry.apply('a', { at: AT, events: TO_THE_END.slice(0, 1) });
    expect(seen).toEqual([3, 4]);
  });

  it('sends a watcher of a finished batch its last snapshot, once', () => {
    finish('a');
    const { statuses, ended } = statusesOf('a');
    expect(statuses).toEqual(['completed']);
    expect(ended()).toBe(true);
  });

  it('completes at once for an unknown batch', () => {
    const { statuses, ended } = statusesOf('a');
    expect(statuses).toEqual([]);
    expect(ended()).toBe(true);
  });

  it('starts with the snapshot at the time of the subscription', () => {
    registry.register(batch('a'));
    const stream = registry.watch('a');
    registry.apply('a', { at: AT, events: TO_THE_END });
    const statuses: string[] = [];
    stream.subscribe((progress) => statuses.push(progress.status));
    expect(statuses).toEqual(['completed']);
  });
});

describe('ProgressModule', () => {
  it('takes options from other providers of the app', async () => {
    const MOST = Symbol('MOST');
    @Module({ providers: [{ provide: MOST, useValue: 1 }], exports: [MOST] })
    class LimitsModule {}
    const limited = ProgressModule.forRootAsync({
      imports: [LimitsModule],
      inject: [MOST],
      useFactory: (maxFinished: number) => ({ maxFinished }),
    });
    const module = await Test.createTestingModule({ imports: [limited] }).compile();
    const registry = module.get(ProgressRegistry);
    for (const taskId of ['a', 'b']) {
      registry.register(batch(taskId));
      registry.apply(taskId, { at: AT, events: TO_THE_END });
    }
    expect(registry.size).toBe(1);
  });

  it.each([
    ['forRoot', () => ProgressModule.forRoot()],
    ['forRootAsync', () => ProgressModule.forRootAsync({ useFactory: () => ({}) })],
  ])('provides one registry to all modules: %s', async (_, importRoot) => {
    @Injectable()
    class Feature {
      constructor(@Inject(ProgressRegistry) readonly registry: ProgressRegistry) {}
    }
    @Module({ providers: [Feature] })
    class FeatureModule {}
    const module = await Test.createTestingModule({
      imports: [importRoot(), FeatureModule],
    }).compile();
    expect(module.get(Feature, { strict: false }).registry).toBe(module.get(ProgressRegistry));
  });
});
