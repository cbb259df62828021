import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { provideHttpClient } from '@angular/common/http';
import {
  HttpTestingController,
  provideHttpClientTesting,
  type TestRequest,
} from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import type { PollUpdate } from '@daysync/progress';
import { Subject } from 'rxjs';
import { completed, progressOf } from '../sync/progress.fixture';
import { DayChanges } from './day-changes';
import { ProgressFeed } from './progress-feed';

const { task_id: ID } = progressOf();

describe('DayChanges', () => {
  let updates: Subject<PollUpdate>;
  let http: HttpTestingController;
  let seen: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    updates = new Subject();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        { provide: ProgressFeed, useValue: { follow: () => updates } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    seen = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function watch(sinceRev?: number): void {
    TestBed.inject(DayChanges)
      .of(ID, sinceRev)
      .subscribe({
        next: (days) => seen.push(days.map(({ day }) => day).join()),
        complete: () => seen.push('over'),
      });
  }
  const move = (rev: number): void =>
    updates.next({ kind: 'progress', progress: progressOf({ rev }) });
  /** The `since_rev` of the questions that have been sent since. */
  const asked = (): readonly TestRequest[] => http.match(({ url }) => url.endsWith(`${ID}/days`));
  const since = (requests: readonly TestRequest[]): (string | null)[] =>
    requests.map(({ request }) => request.params.get('since_rev'));

  function answer(request: TestRequest | undefined, rev: number, ...days: string[]): void {
    const items = days.map((day) => ({ day }));
    request?.flush({ status: 'success', data: { rev, items } });
  }

  it('asks for what has changed since it began', () => {
    watch();
    move(3);
    expect(asked()).toEqual([]);
    move(4);
    const [request] = asked();
    expect(request?.request.params.get('since_rev')).toBe('3');
    answer(request, 4, '2025-10-01');
    expect(seen).toEqual(['2025-10-01']);
  });

  it('asks for what has changed since the days that are shown', () => {
    watch(2);
    move(3);
    expect(since(asked())).toEqual(['2']);
  });

  it('asks every two seconds at most, for all that came meanwhile', () => {
    watch(0);
    move(1);
    answer(asked()[0], 1, '2025-10-01');
    move(2);
    move(3);
    expect(asked()).toEqual([]);
    vi.advanceTimersByTime(2_000);
    const [request] = asked();
    expect(request?.request.params.get('since_rev')).toBe('1');
    answer(request, 3, '2025-10-02', '2025-10-03');
    expect(seen).toEqual(['2025-10-01', '2025-10-02,2025-10-03']);
  });

  it('does not ask for what an answer has brought already', () => {
    watch(0);
    move(1);
    const [request] = asked();
    move(2);
    answer(request, 2, '2025-10-01');
    vi.advanceTimersByTime(4_000);
    expect(asked()).toEqual([]);
  });

  it('tries again where there was no answer, and gives up until the next change', () => {
    watch(0);
    move(1);
    for (let turn = 0; turn < 4; turn += 1) {
      asked()[0]?.error(new ProgressEvent('error'));
      vi.advanceTimersByTime(2_000);
    }
    expect(asked()).toEqual([]);
    move(2);
    expect(since(asked())).toEqual(['0']);
  });

  it('waits as long as a busy server asks for', () => {
    watch(0);
    move(1);
    const headers = { 'Retry-After': '5' };
    asked()[0]?.flush(null, { status: 429, statusText: 'Too many', headers });
    vi.advanceTimersByTime(4_999);
    expect(asked()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(since(asked())).toEqual(['0']);
  });

  it.each([401, 403, 404])('is over where the server refuses: %i', (status) => {
    watch(0);
    move(1);
    asked()[0]?.flush({ code: 'REFUSED' }, { status, statusText: 'Refused' });
    expect(seen).toEqual(['over']);
    vi.advanceTimersByTime(10_000);
    expect(asked()).toEqual([]);
  });

  it('brings the last days after the end as well, and is over then', () => {
    watch(0);
    move(1);
    answer(asked()[0], 1, '2025-10-01');
    updates.next({ kind: 'progress', progress: { ...completed(), rev: 5 } });
    updates.complete();
    expect(seen).toEqual(['2025-10-01']);
    vi.advanceTimersByTime(2_000);
    answer(asked()[0], 5, '2025-10-02');
    expect(seen).toEqual(['2025-10-01', '2025-10-02', 'over']);
  });
});
