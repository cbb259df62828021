import { beforeEach, describe, expect, it } from 'vitest';
import { signal, type Signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Subject, type Observable } from 'rxjs';
import type { BatchDay, BatchDays } from '../api/wire';
import { DayChanges } from '../live/day-changes';
import { batchDayOf } from './batch-day.fixture';
import { injectFollowedDays } from './followed-days';

describe('injectFollowedDays', () => {
  const [first, second] = [batchDayOf('2025-10-01'), batchDayOf('2025-10-02')];
  const taskId = signal('t1');
  const read = signal<BatchDays | undefined>(undefined);
  let changes: Subject<readonly BatchDay[]>;
  let asked: string[];
  let days: Signal<readonly BatchDay[] | undefined>;

  beforeEach(() => {
    taskId.set('t1');
    read.set(undefined);
    changes = new Subject();
    asked = [];
    const of = (id: string, since?: string): Observable<readonly BatchDay[]> => {
      asked.push(`${id} from ${String(since)}`);
      return changes;
    };
    TestBed.configureTestingModule({ providers: [{ provide: DayChanges, useValue: { of } }] });
    days = TestBed.runInInjectionContext(() => injectFollowedDays(taskId, read));
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

  it('knows nothing of another batch until that is read', () => {
    read.set({ items: [first], cursor: 'a' });
    TestBed.tick();
    taskId.set('t2');
    read.set(undefined);
    TestBed.tick();
    expect(days()).toBeUndefined();
    expect(changes.observed).toBe(false);
  });
});
