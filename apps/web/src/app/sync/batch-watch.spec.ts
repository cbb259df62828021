import { beforeEach, describe, expect, it } from '@jest/globals';
import { effect, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Title } from '@angular/platform-browser';
import type { PollUpdate } from '@daysync/progress';
import { Subject } from 'rxjs';
import { provideTestWords } from '../i18n/test-words';
import { BatchWatch, watchStep } from './batch-watch';
import { ProgressPoller } from './progress-poller';
import { completed, progressOf, THIRD_OF_TEN } from './progress.fixture';

describe('watchStep', () => {
  const watching = { progress: THIRD_OF_TEN, trouble: undefined };

  it('keeps the last progress on the page through trouble', () => {
    const update: PollUpdate = { kind: 'unreachable', failures: 1, retryInMs: 4_000 };
    const state = watchStep(watching, update, 10_000);
    expect(state).toEqual({
      progress: THIRD_OF_TEN,
      trouble: { kind: 'unreachable', retryAt: 14_000 },
    });
    const next = watchStep(state, { kind: 'progress', progress: completed() }, 14_000);
    expect(next).toEqual({ progress: completed(), trouble: undefined });
  });

  it('tells why it stopped', () => {
    expect(watchStep(watching, { kind: 'expired' }, 0).trouble).toEqual({ kind: 'expired' });
    const refused: PollUpdate = { kind: 'refused', code: 'BATCH_NOT_FOUND' };
    expect(watchStep(watching, refused, 0).trouble).toEqual(refused);
  });
});

describe('BatchWatch', () => {
  let polled: string[];
  let updates: Subject<PollUpdate>;
  let watch: BatchWatch;

  beforeEach(() => {
    polled = [];
    updates = new Subject();
    const poller = {
      poll: (taskId: string) => {
        polled.push(taskId);
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
    watch.watchFrom(progressOf({ message: '同步任务已启动' }));
    expect(watch.progress()?.message).toBe('同步任务已启动');
    await settle();
    expect(polled).toEqual([]);
  });

  it('follows a batch to its end, the percentage in the title', async () => {
    watch.watch(THIRD_OF_TEN.task_id);
    await settle();
    expect(polled).toEqual([THIRD_OF_TEN.task_id]);
    expect(watch.progress()).toBeUndefined();

    updates.next({ kind: 'progress', progress: THIRD_OF_TEN });
    await settle();
    expect(watch.isActive()).toBe(true);
    expect(TestBed.inject(Title).getTitle()).toBe('(30%) Daysync');

    updates.next({ kind: 'progress', progress: completed() });
    await settle();
    expect(watch.isActive()).toBe(false);
    expect(watch.endedAt()).not.toBe('');
    expect(TestBed.inject(Title).getTitle()).toBe('Daysync');
  });

  it('does not begin anew for the batch that it watches', async () => {
    watch.watch('a');
    await settle();
    watch.watch('a');
    await settle();
    watch.watch('b');
    await settle();
    expect(polled).toEqual(['a', 'b']);
  });

  it('does not call an effect back that told it what to watch', async () => {
    const address = signal('old');
    TestBed.runInInjectionContext(() => effect(() => watch.watch(address())));
    await settle();
    watch.watchFrom(progressOf());
    await settle();
    expect(watch.taskId()).toBe(progressOf().task_id);
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
