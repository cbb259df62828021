import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { calendarDay } from '@daysync/progress';
import { of, throwError, type Observable } from 'rxjs';
import { SyncApi } from '../api/sync-api';
import type { BatchDay, BatchDays as AllDays } from '../api/wire';
import { DayChanges } from '../live/day-changes';
import { BatchDays } from './batch-days';

const dayOf = (date: string): BatchDay => ({
  day: calendarDay(date),
  state: 'pending',
  reason: null,
  rows: null,
  attempts: 0,
  duration_ms: null,
  error: null,
  started_at: null,
  finished_at: null,
  next_at: null,
});
const [ALL, CHANGED] = [[dayOf('2012-03-01'), dayOf('2012-03-02')], [dayOf('2012-03-02')]];

function told(answer: Observable<AllDays>): unknown[] {
  const asked: unknown[] = [];
  const changes = {
    of: (taskId: string, sinceRev?: number) => {
      asked.push([taskId, sinceRev]);
      return of(CHANGED);
    },
  };
  TestBed.configureTestingModule({
    providers: [
      { provide: SyncApi, useValue: { batchDays: () => answer } },
      { provide: DayChanges, useValue: changes },
    ],
  });
  TestBed.inject(BatchDays)
    .of('t1')
    .subscribe((days) => asked.push(days));
  return asked;
}

describe('the days of an active batch', () => {
  it('are all of them first, and then those that change from there on', () => {
    expect(told(of({ items: ALL, rev: 7 }))).toEqual([['t1', 7], ALL, CHANGED]);
  });

  it('are those that change from now on, where the others can not be had', () => {
    expect(told(throwError(() => new Error('gone')))).toEqual([['t1', undefined], CHANGED]);
  });
});
