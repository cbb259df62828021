import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signal, type Signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Progress } from '@daysync/progress';
import { completed, progressOf } from '../design/progress.fixture';
import { MONOTONIC } from '../time/clock';
import { ActiveBatch } from './active-batch';
import { injectRecordsRev } from './records-rev';

describe('injectRecordsRev', () => {
  const batches = signal<readonly Progress[] | undefined>(undefined);
  const dataset = signal<string | undefined>(undefined);
  let rev: Signal<string>;
  let now: number;

  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    batches.set([]);
    dataset.set(undefined);
    TestBed.configureTestingModule({
      providers: [
        { provide: ActiveBatch, useValue: { batches } },
        { provide: MONOTONIC, useValue: { now: () => now } },
      ],
    });
    rev = TestBed.runInInjectionContext(() => injectRecordsRev(dataset));
    pass(0);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function pass(ms: number): void {
    TestBed.tick();
    for (let passed = 0; passed <= ms; passed += 100) {
      vi.advanceTimersByTime(passed === 0 ? 0 : 100);
      now += passed === 0 ? 0 : 100;
    }
  }
  /** How often it moved while a day ended every second. */
  function movesIn(seconds: number): number {
    const seen = new Set<string>();
    for (let second = 0; second < seconds; second += 1) {
      batches.set([progressOf({ finished: second })]);
      pass(900);
      now += 100;
      vi.advanceTimersByTime(100);
      seen.add(rev());
    }
    return seen.size;
  }

  it('stands still without a batch', () => {
    pass(10_000);
    expect(rev()).toBe('');
  });

  it('moves with the days of the batch, every three seconds at most', () => {
    const moves = movesIn(30);
    expect(moves).toBeGreaterThanOrEqual(8);
    expect(moves).toBeLessThanOrEqual(11);
  });

  it('stands still while no day ends', () => {
    batches.set([progressOf({ finished: 1 })]);
    pass(100);
    const before = rev();
    batches.set([progressOf({ finished: 1, status: 'paused', rev: 9 })]);
    pass(10_000);
    expect(rev()).toBe(before);
  });

  it('moves at an end at once', () => {
    batches.set([progressOf({ finished: 9 })]);
    pass(100);
    const before = rev();
    batches.set([completed()]);
    pass(0);
    expect(rev()).not.toBe(before);
  });

  it('moves with a batch that is not followed here', () => {
    batches.set([completed(), { ...completed(), task_id: 'short' }]);
    pass(0);
    expect(rev()).not.toBe('');
  });

  it('takes what is known first for no change', () => {
    batches.set(undefined);
    rev = TestBed.runInInjectionContext(() => injectRecordsRev(dataset));
    pass(0);
    batches.set([completed()]);
    pass(5_000);
    expect(rev()).toBe('');
  });

  it('leaves records of other datasets alone, and takes another dataset for no change', () => {
    dataset.set('birdstrikes');
    batches.set([progressOf({ finished: 3 })]);
    pass(5_000);
    dataset.set('weather');
    pass(5_000);
    expect(rev()).toBe('');
    batches.set([progressOf({ finished: 4 })]);
    pass(5_000);
    expect(rev()).not.toBe('');
  });
});
