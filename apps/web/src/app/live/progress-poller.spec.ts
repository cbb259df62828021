import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpErrorResponse, HttpHeaders, provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import type { PollUpdate } from '@daysync/progress';
import { BehaviorSubject, firstValueFrom, of } from 'rxjs';
import { PAGE_LIFE } from './browser-ports';
import { answerTo, ProgressPoller } from './progress-poller';
import { completed, progressOf } from '../design/progress.fixture';

const URL = '/api/v1/sync-status/sync/batch/progress/t1';

describe('answerTo', () => {
  const failure = (status: number, retryAfter?: string): HttpErrorResponse =>
    new HttpErrorResponse({
      status,
      error: { code: 'BATCH_NOT_FOUND' },
      headers: new HttpHeaders(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
    });

  it.each([400, 401, 403, 404])('is refused at %i', (status) => {
    expect(answerTo(failure(status))).toEqual({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
  });

  it.each([408, 425, 429, 500, 503])('is busy at %i, for as long as the server says', (status) => {
    expect(answerTo(failure(status, '7'))).toEqual({ kind: 'busy', retryAfterMs: 7_000 });
    expect(answerTo(failure(status))).toEqual({ kind: 'busy', retryAfterMs: null });
  });

  it.each([0, 200, 502, 504])('is not an answer at %i', (status) => {
    expect(answerTo(failure(status))).toBeUndefined();
  });
});

describe('ProgressPoller', () => {
  let http: HttpTestingController;
  let isShown: BehaviorSubject<boolean>;

  beforeEach(() => {
    isShown = new BehaviorSubject(true);
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        { provide: PAGE_LIFE, useValue: { isShown, isThere: of(true) } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
  });
  afterEach(() => {
    vi.useRealTimers();
    http.verify();
  });

  it('asks at once and gives what the server answers', async () => {
    const progress = { ...completed(), task_id: 't1' };
    const update = firstValueFrom(TestBed.inject(ProgressPoller).poll('t1'));
    http.expectOne(URL).flush({ status: 'success', data: progress });
    expect(await update).toEqual({ kind: 'progress', progress });
  });

  it.each([null, {}, { data: null }, { data: { ...completed(), task_id: 'other' } }])(
    'takes %j for no answer',
    async (body) => {
      const update = firstValueFrom(TestBed.inject(ProgressPoller).poll('t1'));
      http.expectOne(URL).flush(body);
      expect(await update).toMatchObject({ kind: 'unreachable' });
    },
  );

  it('asks every 30 s in a hidden tab, and at once when it is shown', async () => {
    vi.useFakeTimers();
    isShown.next(false);
    const watching = TestBed.inject(ProgressPoller).poll('t1').subscribe();
    const pass = async (ms: number): Promise<number> => {
      await vi.advanceTimersByTimeAsync(ms);
      const asked = http.match(URL);
      const data = progressOf({ task_id: 't1' });
      for (const request of asked) request.flush({ status: 'success', data });
      await vi.advanceTimersByTimeAsync(0);
      return asked.length;
    };
    expect([await pass(0), await pass(29_999), await pass(1)]).toEqual([1, 0, 1]);
    isShown.next(true);
    expect([await pass(0), await pass(1_999), await pass(1)]).toEqual([1, 0, 1]);
    watching.unsubscribe();
  });

  it('aborts the request when it is unsubscribed', () => {
    const updates: PollUpdate[] = [];
    const watching = TestBed.inject(ProgressPoller)
      .poll('t1')
      .subscribe((update) => updates.push(update));
    const request = http.expectOne(URL);
    watching.unsubscribe();
    expect(request.cancelled).toBe(true);
    expect(updates).toEqual([]);
  });
});
