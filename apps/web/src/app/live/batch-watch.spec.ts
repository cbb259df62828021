import { beforeEach, describe, expect, it } from 'vitest';
import { effect, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { PollUpdate } from '@daysync/progress';
import { Subject } from 'rxjs';
import { provideTestWords } from '../i18n/test-words';
import { ProgressPoller } from './progress-poller';
import { BatchWatch } from './batch-watch';
import { completed, progressOf, THIRD_OF_TEN } from '../design/progress.fixture';

describe('BatchWatch', () => {
  let polled: string[];
  let updates: Subject<PollUpdate>;
  let watch: BatchWatch;

  beforeEach(() => {
    polled = [];
    updates = new Subject();
    const poller = {
      poll: (batchId: string) => {
        polled.push(batchId);
        return updates;
      },
    };
    TestBed.configureTestingModule({
      providers: [BatchWatch, provideTestWords(), { provide: ProgressPoller, useValue: poller }],
    });
    watch = TestBed.inject(BatchWatch);
  });

  /** Lets effects run and a timer of 0 ms pass. */
  async function settle(): Promise<void> {
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }

  it('shows what was started at once, and polls it later', async () => {
    watch.watchFrom(progressOf());
    expect(watch.progress()).toEqual(progressOf());
    await settle();
    expect(polled).toEqual([]);
  });

  it('follows a batch to its end', async () => {
    watch.watch(THIRD_OF_TEN.task_id);
    await settle();
    expect(polled).toEqual([THIRD_OF_TEN.task_id]);
    expect(watch.progress()).toBeUndefined();

    updates.next({ kind: 'progress', progress: THIRD_OF_TEN });
    await settle();
    expect(watch.progress()).toEqual(THIRD_OF_TEN);

    updates.next({ kind: 'progress', progress: completed() });
    await settle();
    expect(watch.progress()).toEqual(completed());
  });

  it('does not restart for the batch that it watches', async () => {
    watch.watch('a');
    await settle();
    watch.watch('a');
    await settle();
    watch.watch('b');
    await settle();
    expect(polled).toEqual(['a', 'b']);
  });

  it('does not trigger the effect that called it', async () => {
    const address = signal('old');
    TestBed.runInInjectionContext(() => effect(() => watch.watch(address())));
    await settle();
    watch.watchFrom(progressOf());
    await settle();
    expect(watch.batchId()).toBe(progressOf().task_id);
    expect(polled).toEqual(['old']);
  });

  it('stops when its owner goes', async () => {
    watch.watch('a');
    await settle();
    expect(updates.observed).toBe(true);
    TestBed.resetTestingModule();
    expect(updates.observed).toBe(false);
  });
});
