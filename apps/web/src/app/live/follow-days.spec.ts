import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BehaviorSubject, Subject, type Subscription } from 'rxjs';
import type { BatchDays } from '../api/wire';
import { batchDayOf } from '../batches/batch-day.fixture';
import { followDays, type KnownDays } from './follow-days';

describe('followDays', () => {
  let revs: BehaviorSubject<number>;
  let again: Subject<void>;
  let asked: { since: number | undefined; answer: Subject<BatchDays> }[];
  let known: KnownDays[];
  let following: Subscription;

  beforeEach(() => {
    jest.useFakeTimers();
    revs = new BehaviorSubject(0);
    again = new Subject();
    asked = [];
    known = [];
    const ask = (since: number | undefined): Subject<BatchDays> => {
      const answer = new Subject<BatchDays>();
      asked.push({ since, answer });
      return answer;
    };
    following = followDays({ ask, revs, again }).subscribe((now) => known.push(now));
  });
  afterEach(() => {
    following.unsubscribe();
    jest.useRealTimers();
  });

  const first = batchDayOf('2012-01-01');
  const second = batchDayOf('2012-01-02', { state: 'pending' });

  function answer(rev: number, items: BatchDays['items']): void {
    const last = asked.at(-1);
    last?.answer.next({ rev, items });
    last?.answer.complete();
  }

  it('reads all days at once, and then what has changed since', () => {
    expect(asked.map(({ since }) => since)).toEqual([undefined]);
    answer(3, [first, second]);
    const days = [first, second];
    expect(known.at(-1)).toEqual({ days, changed: days, rev: 3, error: undefined });
    revs.next(5);
    jest.advanceTimersByTime(2_000);
    expect(asked.map(({ since }) => since)).toEqual([undefined, 3]);
    const done = batchDayOf('2012-01-02');
    answer(6, [done]);
    expect(known.at(-1)).toEqual({
      days: [first, done],
      changed: [done],
      rev: 6,
      error: undefined,
    });
  });

  it('asks nothing while nothing has moved', () => {
    revs.next(3);
    answer(3, [first]);
    jest.advanceTimersByTime(60_000);
    expect(asked).toHaveLength(1);
    revs.next(4);
    expect(asked).toHaveLength(2);
  });

  it('never asks twice at once, nor sooner than two seconds after an answer, and misses no move', () => {
    revs.next(1);
    revs.next(2);
    jest.advanceTimersByTime(10_000);
    expect(asked).toHaveLength(1);
    answer(1, [first]);
    jest.advanceTimersByTime(1_999);
    expect(asked).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(asked.at(-1)?.since).toBe(1);
  });

  it('keeps what it knows after an error, and asks again in a while or when it is told to', () => {
    answer(1, [first]);
    revs.next(2);
    jest.advanceTimersByTime(2_000);
    asked.at(-1)?.answer.error('gone');
    expect(known.at(-1)).toEqual({ days: [first], changed: [], rev: 1, error: 'gone' });
    jest.advanceTimersByTime(14_999);
    expect(asked).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(asked).toHaveLength(3);
    asked.at(-1)?.answer.error('gone');
    again.next();
    expect(asked).toHaveLength(4);
    answer(2, [second]);
    expect(known.at(-1)).toMatchObject({ rev: 2, error: undefined });
  });

  it('reads all of them after an error at the first time', () => {
    asked.at(-1)?.answer.error('gone');
    expect(known).toEqual([{ days: undefined, changed: [], rev: -1, error: 'gone' }]);
    again.next();
    expect(asked.map(({ since }) => since)).toEqual([undefined, undefined]);
  });

  it('asks nothing once it is left', () => {
    answer(1, [first]);
    following.unsubscribe();
    revs.next(2);
    jest.advanceTimersByTime(60_000);
    expect(asked).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
