import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import type { PollUpdate } from '@daysync/progress';
import { BehaviorSubject, firstValueFrom, of } from 'rxjs';
import { provideTestApp } from '../i18n/test-words';
import { PAGE_LIFE } from './browser-ports';
import { answerTo, ProgressPoller } from './progress-poller';
import { completed, progressOf } from '../design/progress.fixture';

const URL = '/api/v1/sync-status/sync/batch/progress/t1';

it('answerTo has the status, the code and the wait of a failure', () => {
  const failure = (status: number, headers = {}): HttpErrorResponse =>
    new HttpErrorResponse({
      ...{ status, error: { code: 'BATCH_NOT_FOUND' }, headers: new HttpHeaders(headers) },
    });
  expect(answerTo(failure(404))).toEqual({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
  const busy = answerTo(failure(503, { 'Retry-After': '7' }));
  expect(busy).toEqual({ kind: 'busy', retryAfterMs: 7_000 });
  expect(answerTo(failure(502))).toBeUndefined();
});

describe('ProgressPoller', () => {
  let http: HttpTestingController;
  let isShown: BehaviorSubject<boolean>;

  beforeEach(() => {
    isShown = new BehaviorSubject(true);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
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
