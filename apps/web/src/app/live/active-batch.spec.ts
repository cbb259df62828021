import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Title } from '@angular/platform-browser';
import type { Progress } from '@daysync/progress';
import { provideTestApp } from '../i18n/test-words';
import { Session } from '../session/session';
import { completed, progressOf, THIRD_OF_TEN } from '../design/progress.fixture';
import { ActiveBatch } from './active-batch';
import { FakeTab } from './live.fixture';
import { succeed } from '../design/page.fixture';

const other = (changes: Partial<Progress> = {}): Progress =>
  progressOf({ task_id: 'other', ...changes });

describe('ActiveBatch', () => {
  let tab: FakeTab;
  let http: HttpTestingController;
  let active: ActiveBatch;

  beforeEach(() => {
    vi.useFakeTimers();
    tab = new FakeTab();
    TestBed.configureTestingModule({ providers: [provideTestApp(), ...tab.providers()] });
    http = TestBed.inject(HttpTestingController);
    active = TestBed.inject(ActiveBatch);
    TestBed.tick();
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    vi.useRealTimers();
  });

  function pass(ms: number): void {
    vi.advanceTimersByTime(ms);
    TestBed.tick();
  }
  const asked = (): readonly TestRequest[] =>
    http.match(({ url }) => url === '/api/v1/sync-status/sync/batch');

  function answer(...items: readonly Progress[]): void {
    const [request] = asked();
    request?.flush({ status: 'success', data: { items } });
    pass(0);
    expect(request).toBeDefined();
  }
  function poll(progress: Progress): void {
    tab.polls.next({ kind: 'progress', progress });
    pass(0);
  }

  /** The first poll says that it was the last. */
  function expire(): void {
    pass(2_000);
    tab.polls.next({ kind: 'expired' });
    pass(0);
  }

  it('finds a batch that goes on, and shows how far it is in the title', () => {
    expect(active.isKnown()).toBe(false);
    answer(THIRD_OF_TEN);
    expect(active.isKnown()).toBe(true);
    expect(active.progress()).toEqual(THIRD_OF_TEN);
    expect(TestBed.inject(Title).getTitle()).toBe('(30%) weather · Daysync');
  });

  it('leaves batches alone that have ended', () => {
    answer(completed());
    expect([active.progress(), active.isKnown()]).toEqual([undefined, true]);
  });

  it('takes the one that runs, and counts the others', () => {
    answer(other({ status: 'paused' }), THIRD_OF_TEN, other({ task_id: 'q', status: 'queued' }));
    expect(active.progress()?.task_id).toBe(THIRD_OF_TEN.task_id);
    expect(active.others()).toBe(2);
  });

  it('asks again every 15 s, also while one runs: others may come', () => {
    answer();
    pass(14_999);
    expect(asked()).toHaveLength(0);
    pass(1);
    answer(THIRD_OF_TEN);
    pass(14_999);
    expect(asked()).toHaveLength(0);
    pass(1);
    answer(THIRD_OF_TEN, other({ status: 'queued' }));
    expect(active.others()).toBe(1);
  });

  it('knows all batches in their newest form, those that have ended as well', () => {
    expect(active.batches()).toBeUndefined();
    const short = { ...completed(), task_id: 'short' };
    answer(THIRD_OF_TEN, short);
    const newest = { ...THIRD_OF_TEN, rev: 5 };
    pass(2_000);
    poll(newest);
    pass(13_000);
    answer({ ...THIRD_OF_TEN, rev: 4 }, short);
    expect(active.batches()).toEqual([newest, short]);
  });

  it('finds the end of a batch that is polled no more, and what comes after it', () => {
    answer(THIRD_OF_TEN);
    expire();
    expect([active.trouble(), tab.isPolling]).toEqual([{ kind: 'expired' }, false]);
    pass(13_000);
    answer({ ...THIRD_OF_TEN, rev: 8 });
    expect(active.trouble()).toEqual({ kind: 'expired' });
    pass(15_000);
    answer({ ...completed(), rev: 9 });
    expect(active.progress()).toEqual({ ...completed(), rev: 9 });
    pass(8_000);
    answer(other());
    expect(active.progress()?.task_id).toBe('other');
  });

  it('polls on when the reader asks for it', () => {
    answer(THIRD_OF_TEN);
    expire();
    expect(tab.isPolling).toBe(false);
    active.resume();
    pass(0);
    expect(tab.isPolling).toBe(true);
  });

  it('keeps polling while its batch waits, and switches to a running one', () => {
    answer(other({ status: 'paused' }));
    expect(active.progress()?.task_id).toBe('other');
    // What it has just found is no reason to ask again at once.
    pass(15_000);
    answer(other({ status: 'paused' }), THIRD_OF_TEN);
    expect(active.progress()?.task_id).toBe(THIRD_OF_TEN.task_id);
  });

  it('polls nothing in a hidden tab, and at once when it is shown', () => {
    answer();
    tab.isShown.next(false);
    pass(60_000);
    expect(asked()).toHaveLength(0);
    tab.isShown.next(true);
    expect(asked()).toHaveLength(1);
  });

  it('asks nothing until the next login once the server knows the reader no more', () => {
    answer(THIRD_OF_TEN);
    TestBed.inject(Session).forget();
    pass(0);
    pass(60_000);
    expect([active.progress(), asked().length, tab.isPolling]).toEqual([undefined, 0, false]);
    TestBed.inject(Session).load().subscribe();
    succeed('/session', { login_needed: true, name: 'ana', role: 'operator' });
    pass(0);
    expect(asked()).toHaveLength(1);
  });

  it('waits as long as a busy server asks for', () => {
    const headers = { 'Retry-After': '40' };
    asked()[0]?.flush(null, { status: 503, statusText: 'Busy', headers });
    pass(39_000);
    expect(asked()).toHaveLength(0);
    pass(6_000);
    expect(asked()).toHaveLength(1);
  });

  it('does not wait for ever for an answer', () => {
    const [hanging] = asked();
    pass(15_000);
    expect(hanging?.cancelled).toBe(true);
    expect(asked()).toHaveLength(1);
  });

  it('goes on asking when the server fails to answer', () => {
    asked()[0]?.flush(null, { status: 500, statusText: 'Error' });
    pass(0);
    expect(active.isKnown()).toBe(true);
    pass(15_000);
    answer(THIRD_OF_TEN);
    expect(active.progress()).toEqual(THIRD_OF_TEN);
  });

  it('follows what was started here, unless another runs', () => {
    answer();
    active.apply(THIRD_OF_TEN);
    pass(0);
    expect(active.progress()).toEqual(THIRD_OF_TEN);
    active.apply(other({ status: 'queued' }));
    pass(0);
    expect([active.progress()?.task_id, active.others()]).toEqual([THIRD_OF_TEN.task_id, 1]);
  });

  it('keeps the end on the page for a while, then finds the next', () => {
    answer(THIRD_OF_TEN);
    pass(10_000);
    poll(completed());
    expect(TestBed.inject(Title).getTitle()).toBe('Daysync');
    pass(5_000);
    answer(other());
    expect(active.progress()).toEqual(completed());
    pass(2_999);
    expect(asked()).toHaveLength(0);
    pass(1);
    answer(other());
    expect(active.progress()?.task_id).toBe('other');
  });

  it('lets go of a batch that has ended, and of no other', () => {
    answer(THIRD_OF_TEN);
    active.dismiss();
    pass(2_000);
    expect(active.progress()).toEqual(THIRD_OF_TEN);
    poll(completed());
    active.dismiss();
    pass(0);
    expect(active.progress()).toBeUndefined();
  });

  it('does not ask again for a batch that it may not follow, though it is listed', () => {
    answer(THIRD_OF_TEN);
    pass(2_000);
    tab.polls.next({ kind: 'refused', code: 'FORBIDDEN' });
    pass(15_000);
    answer(THIRD_OF_TEN);
    pass(10_000);
    expect([active.progress(), tab.polled.length]).toEqual([undefined, 1]);
    pass(5_000);
    answer(THIRD_OF_TEN, other());
    expect(active.progress()?.task_id).toBe('other');
  });
});
