import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { signal, type Signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { PollUpdate } from '@daysync/progress';
import { Subject, type Observable } from 'rxjs';
import type { BatchDay, BatchDays } from '../api/wire';
import { completed, progressOf } from '../design/progress.fixture';
import { provideTestApp } from '../i18n/test-words';
import { batchDayOf } from './batch-day.fixture';
import { DayChanges, injectFollowedDays } from './day-changes';
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
      providers: [provideTestApp(), { provide: ProgressFeed, useValue: { follow: () => updates } }],
    });
    http = TestBed.inject(HttpTestingController);
    seen = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function watch(since?: string): void {
    TestBed.inject(DayChanges)
      .of(ID, since)
      .subscribe({
        next: (days) => seen.push(days.map(({ day }) => day).join()),
        complete: () => seen.push('over'),
      });
  }
  const move = (rev: number): void =>
    updates.next({ kind: 'progress', progress: progressOf({ rev }) });
  /** Watches from a cursor, and the batch moves. */
  function watchMoved(): void {
    watch('a');
    move(1);
  }
  const asked = (): readonly TestRequest[] => http.match(({ url }) => url.endsWith(`${ID}/days`));
  /** From where the questions ask that have been sent since. */
  const since = (): (string | null)[] => asked().map(({ request }) => request.params.get('since'));

  function answer(request: TestRequest | undefined, cursor: string, ...days: string[]): void {
    const items = days.map((day) => ({ day }));
    request?.flush({ status: 'success', data: { cursor, items } });
  }

  it('asks for every day first, then for what has changed since the answer', () => {
    watch();
    expect(asked()).toEqual([]);
    move(3);
    const [first] = asked();
    expect(first?.request.params.has('since')).toBe(false);
    answer(first, 'a', '2025-10-01', '2025-10-02');
    move(4);
    vi.advanceTimersByTime(2_000);
    const [second] = asked();
    expect(second?.request.params.get('since')).toBe('a');
    answer(second, 'b', '2025-10-02');
    expect(seen).toEqual(['2025-10-01,2025-10-02', '2025-10-02']);
  });

  it('asks every two seconds at most, for all that came meanwhile', () => {
    watchMoved();
    answer(asked()[0], 'b', '2025-10-01');
    move(2);
    move(3);
    expect(asked()).toEqual([]);
    vi.advanceTimersByTime(2_000);
    const [request] = asked();
    expect(request?.request.params.get('since')).toBe('b');
    answer(request, 'c', '2025-10-02', '2025-10-03');
    expect(seen).toEqual(['2025-10-01', '2025-10-02,2025-10-03']);
    vi.advanceTimersByTime(10_000);
    expect(asked()).toEqual([]);
  });

  it('asks once for all that came while it tried again', () => {
    watchMoved();
    asked()[0]?.error(new ProgressEvent('error'));
    move(2);
    vi.advanceTimersByTime(2_000);
    answer(asked()[0], 'b', '2025-10-01', '2025-10-02');
    vi.advanceTimersByTime(10_000);
    expect(asked()).toEqual([]);
  });

  it('asks again where the batch moved after the question', () => {
    watchMoved();
    const [request] = asked();
    move(2);
    vi.advanceTimersByTime(4_000);
    expect(asked()).toEqual([]);
    answer(request, 'b', '2025-10-01');
    expect(since()).toEqual(['b']);
  });

  it('tries again where there was no answer, and gives up until the next change', () => {
    watchMoved();
    for (let turn = 0; turn < 4; turn += 1) {
      asked()[0]?.error(new ProgressEvent('error'));
      vi.advanceTimersByTime(2_000);
    }
    expect(asked()).toEqual([]);
    move(2);
    expect(since()).toEqual(['a']);
  });

  it('waits as long as a busy server asks for', () => {
    watchMoved();
    const headers = { 'Retry-After': '5' };
    asked()[0]?.flush(null, { status: 429, statusText: 'Too many', headers });
    vi.advanceTimersByTime(4_999);
    expect(asked()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(since()).toEqual(['a']);
  });

  it('asks for every day where the server takes the cursor for none, as after an upgrade', () => {
    watchMoved();
    asked()[0]?.flush({ code: 'VALIDATION_FAILED' }, { status: 400, statusText: 'Refused' });
    const [all] = asked();
    expect(all?.request.params.has('since')).toBe(false);
    answer(all, 'b', '2025-10-01', '2025-10-02');
    expect(seen).toEqual(['2025-10-01,2025-10-02']);
  });

  it('is over where the server takes no question', () => {
    watch();
    move(1);
    asked()[0]?.flush({ code: 'VALIDATION_FAILED' }, { status: 400, statusText: 'Refused' });
    expect([seen, asked()]).toEqual([['over'], []]);
  });

  it.each([401, 403, 404])('is over where the server refuses: %i', (status) => {
    watchMoved();
    asked()[0]?.flush({ code: 'REFUSED' }, { status, statusText: 'Refused' });
    expect(seen).toEqual(['over']);
    vi.advanceTimersByTime(10_000);
    expect(asked()).toEqual([]);
  });

  it('brings the last days after the end as well, and is over then', () => {
    watchMoved();
    answer(asked()[0], 'b', '2025-10-01');
    updates.next({ kind: 'progress', progress: { ...completed(), rev: 5 } });
    updates.complete();
    expect(seen).toEqual(['2025-10-01']);
    vi.advanceTimersByTime(2_000);
    answer(asked()[0], 'c', '2025-10-02');
    expect(seen).toEqual(['2025-10-01', '2025-10-02', 'over']);
  });
});

describe('injectFollowedDays', () => {
  const [first, second] = [batchDayOf('2025-10-01'), batchDayOf('2025-10-02')];
  const batchId = signal('t1');
  const read = signal<BatchDays | undefined>(undefined);
  let changes: Subject<readonly BatchDay[]>;
  let asked: string[];
  let days: Signal<readonly BatchDay[] | undefined>;

  beforeEach(() => {
    batchId.set('t1');
    read.set(undefined);
    changes = new Subject();
    asked = [];
    const of = (id: string, since?: string): Observable<readonly BatchDay[]> => {
      asked.push(`${id} from ${String(since)}`);
      return changes;
    };
    TestBed.configureTestingModule({ providers: [{ provide: DayChanges, useValue: { of } }] });
    days = TestBed.runInInjectionContext(() => injectFollowedDays(batchId, read));
    TestBed.tick();
  });

  it('has the days that were read and what changes of them since', () => {
    expect([days(), asked]).toEqual([undefined, []]);
    read.set({ items: [first, { ...second, state: 'running' }], cursor: 'a' });
    TestBed.tick();
    changes.next([second]);
    expect(days()).toEqual([first, second]);
    expect(asked).toEqual(['t1 from a']);
  });

  it('has the days that the batch got meanwhile, in their places', () => {
    const [before, after] = [batchDayOf('2025-09-30'), batchDayOf('2025-10-03')];
    read.set({ items: [first, second], cursor: 'a' });
    TestBed.tick();
    changes.next([after, before]);
    expect(days()).toEqual([before, first, second, after]);
    read.set({ items: [second, first], cursor: 'a' });
    TestBed.tick();
    changes.next([before, after]);
    expect(days()).toEqual([after, second, first, before]);
  });

  it('knows nothing of another batch until that is read', () => {
    read.set({ items: [first], cursor: 'a' });
    TestBed.tick();
    batchId.set('t2');
    read.set(undefined);
    TestBed.tick();
    expect(days()).toBeUndefined();
    expect(changes.observed).toBe(false);
  });
});
