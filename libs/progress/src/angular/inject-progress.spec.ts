import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Component, inject, NgZone, signal, type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { ProgressResponse } from '../fetch-progress.js';
import type { BatchStatus } from '../progress.js';
import { batchOf } from '../progress.fixture.js';
import {
  injectProgress,
  type WatchedProgress,
  provideProgress,
  type ProgressSettings,
} from './inject-progress.js';

function response(status: number, body: unknown): ProgressResponse {
  return { status, headers: new Headers(), json: async () => body };
}

/** A server whose answers the spec sets, one request at a time. */
class Answers {
  readonly asked: { readonly url: string; readonly signal: AbortSignal }[] = [];
  private readonly waiting: ((answer: ProgressResponse) => void)[] = [];

  readonly fetch: NonNullable<ProgressSettings['fetch']> = (url, { signal }) => {
    this.asked.push({ url, signal });
    return new Promise((resolve) => this.waiting.push(resolve));
  };

  /** Answers the oldest request; waits for one. */
  async give(status: number, body: unknown): Promise<void> {
    await until(() => this.waiting.length > 0);
    this.waiting.shift()?.(response(status, body));
  }

  progress(task_id: string, status: BatchStatus): Promise<void> {
    return this.give(200, { status: 'success', data: { ...batchOf({ task_id }), status } });
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

let answers: Answers;
let taskId: WritableSignal<string | null | undefined>;
let settings: ProgressSettings;

@Component({ template: '{{ watched.progress()?.status }}' })
class ProgressHost {
  readonly watched: WatchedProgress = injectProgress(taskId, settings);
}

beforeEach(() => {
  // The next timer fires at once.
  vi.useFakeTimers().setTimerTickMode('nextTimerAsync');
  answers = new Answers();
  taskId = signal('t1');
  settings = { intervalMs: 10 };
  TestBed.configureTestingModule({
    providers: [provideProgress({ baseUrl: '/mine', fetch: answers.fetch })],
  });
});
afterEach(() => {
  TestBed.resetTestingModule();
  vi.useRealTimers();
});

function watch() {
  const fixture = TestBed.createComponent(ProgressHost);
  fixture.autoDetectChanges();
  return { fixture, watched: fixture.componentInstance.watched };
}

describe('injectProgress', () => {
  it('polls at once, shows each progress, and stops at the end', async () => {
    const { fixture, watched } = watch();
    expect([watched.progress(), watched.update(), watched.error()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(watched.isPolling()).toBe(true);
    await answers.progress('t1', 'running');
    await until(() => watched.progress()?.status === 'running');
    await fixture.whenStable();
    expect((fixture.nativeElement as HTMLElement).textContent).toBe('running');
    await answers.progress('t1', 'completed');
    await until(() => !watched.isPolling());
    expect(watched.progress()?.status).toBe('completed');
    expect(answers.asked.map(({ url }) => url)).toEqual([
      '/mine/sync/batch/progress/t1',
      '/mine/sync/batch/progress/t1',
    ]);
  });

  it.each([undefined, null, ''])('sends no request without a batch: %j', async (none) => {
    taskId.set(none);
    const { fixture, watched } = watch();
    await fixture.whenStable();
    expect(watched.isPolling()).toBe(false);
    taskId.set('t2');
    expect(watched.isPolling()).toBe(true);
    await answers.progress('t2', 'completed');
    await until(() => !watched.isPolling());
    expect(answers.asked).toHaveLength(1);
  });

  it('resets for another batch', async () => {
    const { fixture, watched } = watch();
    await answers.progress('t1', 'running');
    await until(() => watched.progress() !== undefined);
    await until(() => answers.asked.length === 2);
    taskId.set('t2');
    expect([watched.progress(), watched.update()]).toEqual([undefined, undefined]);
    await fixture.whenStable();
    expect(answers.asked.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
    await answers.progress('t1', 'running');
    await answers.progress('t2', 'completed');
    await until(() => !watched.isPolling());
    expect(watched.progress()?.task_id).toBe('t2');
  });

  it('shows nothing of a batch that is answered after the change to another', async () => {
    const { fixture, watched } = watch();
    await until(() => answers.asked.length === 1);
    taskId.set('t2');
    await answers.progress('t1', 'completed');
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    // The effect has not run yet.
    expect(answers.asked).toHaveLength(1);
    const shown = () => [watched.progress(), watched.update(), watched.isPolling()];
    expect(shown()).toEqual([undefined, undefined, true]);
    await fixture.whenStable();
    expect(shown()).toEqual([undefined, undefined, true]);
    await answers.progress('t2', 'completed');
    await until(() => !watched.isPolling());
    expect(watched.progress()?.task_id).toBe('t2');
  });

  it('waits outside of the zone of an app, which is stable between two requests, and asks inside', async () => {
    // It replaces a timer itself.
    vi.useRealTimers();
    const zone = TestBed.inject(NgZone);
    let place = 'inside';
    const enter = (entered: string) => (run: () => unknown) => {
      const before = place;
      place = entered;
      try {
        return run();
      } finally {
        place = before;
      }
    };
    vi.spyOn(zone, 'runOutsideAngular').mockImplementation(enter('outside') as typeof zone.run);
    vi.spyOn(zone, 'run').mockImplementation(enter('inside') as typeof zone.run);
    const waited: string[] = [];
    const { setInterval } = globalThis;
    const wait = vi.spyOn(globalThis, 'setInterval').mockImplementation((handler, ms) => {
      waited.push(place);
      return setInterval(handler, ms);
    });
    const asked: string[] = [];
    settings = {
      fetch: (url, init) => {
        asked.push(place);
        return answers.fetch(url, init);
      },
    };
    watch();
    await until(() => asked.length > 0);
    wait.mockRestore();
    expect(asked).toEqual(['inside']);
    expect(new Set(waited)).toEqual(new Set(['outside']));
  });

  it('does not restart when a signal changes that a request reads', async () => {
    const token = signal('one');
    const seen: string[] = [];
    settings = {
      intervalMs: 10,
      headers: () => {
        seen.push(token());
        return {};
      },
    };
    const { fixture, watched } = watch();
    await until(() => seen.length === 1);
    token.set('two');
    await fixture.whenStable();
    expect(answers.asked[0]?.signal.aborted).toBe(false);
    await answers.progress('t1', 'running');
    await answers.progress('t1', 'completed');
    await until(() => !watched.isPolling());
    expect(seen).toEqual(['one', 'two']);
  });

  it('requires an injection context', () => {
    expect(() => injectProgress(taskId)).toThrow(/NG0203/);
  });
});

describe('provideProgress', () => {
  it('accepts a function that injects', async () => {
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [
        { provide: Answers, useValue: answers },
        provideProgress(() => ({ fetch: inject(Answers).fetch })),
      ],
    });
    watch();
    await until(() => answers.asked.length === 1);
    expect(answers.asked[0]?.url).toBe('/api/v1/sync-status/sync/batch/progress/t1');
  });
});
