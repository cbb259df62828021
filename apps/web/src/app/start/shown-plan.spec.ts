import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { calendarDay, type SyncMode } from '@daysync/progress';
import { Subject, type Subscription } from 'rxjs';
import type { StartRequest } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { PlanPreview, type PreviewState } from './shown-plan';
import { planOf } from './plan.fixture';

const URL = '/api/v1/sync-status/sync/batch/preview';

const requestOf = (mode: SyncMode): StartRequest => ({
  dataset: 'weather',
  start_date: calendarDay('2025-10-01'),
  end_date: calendarDay('2025-10-10'),
  mode,
  order: 'asc',
});

describe('PlanPreview', () => {
  let asked: Subject<StartRequest | undefined>;
  let seen: PreviewState[];
  let following: Subscription;
  let http: HttpTestingController;

  beforeEach(() => {
    vi.useFakeTimers();
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    http = TestBed.inject(HttpTestingController);
    asked = new Subject();
    seen = [];
    following = TestBed.inject(PlanPreview)
      .follow(asked)
      .subscribe((state) => seen.push(state));
  });
  afterEach(() => {
    http.verify();
    vi.useRealTimers();
  });

  const kinds = (): string[] => seen.map(({ kind }) => kind);

  it('asks when the form has rested, with the form as it is then', () => {
    asked.next(requestOf('missing'));
    vi.advanceTimersByTime(299);
    asked.next(requestOf('all'));
    vi.advanceTimersByTime(299);
    http.expectNone(URL);
    vi.advanceTimersByTime(1);
    const request = http.expectOne(URL);
    expect(request.request.body).toEqual(requestOf('all'));
    request.flush({ status: 'success', data: planOf() });
    expect(seen.at(-1)).toEqual({ kind: 'planned', request: requestOf('all'), plan: planOf() });
  });

  it('lets go of an answer that the form has left behind', () => {
    asked.next(requestOf('missing'));
    vi.advanceTimersByTime(300);
    const late = http.expectOne(URL);
    asked.next(requestOf('all'));
    expect(late.cancelled).toBe(true);
    expect(kinds()).toEqual(['asking', 'asking']);
    asked.next(undefined);
    expect(kinds().at(-1)).toBe('none');
  });

  it('reports a refusal, and keeps asking', () => {
    asked.next(requestOf('missing'));
    vi.advanceTimersByTime(300);
    const conflict = { status: 409, statusText: 'Conflict' };
    http.expectOne(URL).flush({ code: 'BATCH_OVERLAPS', task_id: 't9' }, conflict);
    expect(seen.at(-1)).toMatchObject({
      kind: 'failed',
      problem: { code: 'BATCH_OVERLAPS', batchId: 't9' },
    });
    asked.next(requestOf('all'));
    vi.advanceTimersByTime(300);
    http.expectOne(URL).flush({ status: 'success', data: planOf() });
    expect(kinds()).toEqual(['asking', 'failed', 'asking', 'planned']);
  });

  it('fails where no answer comes: a start waits for it', () => {
    asked.next(requestOf('missing'));
    vi.advanceTimersByTime(300);
    const hanging = http.expectOne(URL);
    vi.advanceTimersByTime(10_000);
    expect(seen.at(-1)).toMatchObject({ kind: 'failed', problem: { code: 'UNREACHABLE' } });
    expect(hanging.cancelled).toBe(true);
  });

  it('ends with the form, the request under way included', () => {
    asked.next(requestOf('all'));
    vi.advanceTimersByTime(300);
    const request = http.expectOne(URL);
    following.unsubscribe();
    expect(request.cancelled).toBe(true);
  });
});
