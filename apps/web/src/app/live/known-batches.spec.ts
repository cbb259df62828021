import { describe, expect, it } from 'vitest';
import type { Progress } from '@daysync/progress';
import { completed, progressOf } from '../design/progress.fixture';
import { batchesKey, daysKey, endsKey, newestOf, shownBatch, withProgress } from './known-batches';

const of = (task_id: string, changes: Partial<Progress> = {}): Progress =>
  progressOf({ task_id, ...changes });
const ended = (task_id: string): Progress => ({ ...completed(), task_id });

it('newestOf takes from an answer what is not known to be older', () => {
  const known = [of('a', { rev: 5 }), of('gone')];
  const answer = [of('b'), of('a', { rev: 4 })];
  expect(newestOf(answer, known)).toEqual([of('b'), of('a', { rev: 5 })]);
  expect(newestOf([of('a', { rev: 6 })], known)).toEqual([of('a', { rev: 6 })]);
});

it('newestOf keeps what is newer than what is followed, and where nothing of it is', () => {
  const batches = [of('a', { rev: 3 }), of('b', { rev: 9 })];
  for (const followed of [of('a', { rev: 2 }), of('c', { rev: 99 }), undefined]) {
    expect(newestOf(batches, [followed])).toEqual(batches);
  }
});

it('shownBatch is the batch that runs before a newer one that waits, in its newest progress', () => {
  const waits = of('b', { status: 'queued' });
  const runs = of('a', { rev: 3 });
  expect(shownBatch(waits, [waits, runs])?.task_id).toBe('a');
  expect(shownBatch(waits, [waits, ended('a')])?.task_id).toBe('b');
  expect(shownBatch(waits, [of('x', { dataset: 'other' })])?.task_id).toBe('b');
  expect(shownBatch(of('a', { rev: 4 }), [runs])?.rev).toBe(4);
  expect(shownBatch(of('a', { rev: 2 }), [of('a', { rev: 5, status: 'paused' })])?.rev).toBe(5);
  expect(shownBatch(null, [runs])).toBeUndefined();
});

it('withProgress takes in what is newer of one, and a new one first', () => {
  const known = [of('a', { rev: 5 }), of('b')];
  expect(withProgress(known, of('a', { rev: 6 }))).toEqual([of('a', { rev: 6 }), of('b')]);
  expect(withProgress(known, of('a', { rev: 4 }))).toEqual(known);
  expect(withProgress(known, of('c'))).toEqual([of('c'), ...known]);
});

describe('the keys', () => {
  const before = [of('a', { finished: 3 }), of('b', { status: 'queued' })];
  const moves = (after: readonly Progress[]): string[] =>
    Object.entries({ batchesKey, endsKey, daysKey })
      .filter(([, key]) => key(before) !== key(after))
      .map(([name]) => name);

  it.each<[string, readonly Progress[], string[]]>([
    ['nothing that has happened', [...before].reverse(), []],
    ['a day', [of('a', { finished: 4 }), of('b', { status: 'queued' })], ['daysKey']],
    ['a beginning', [of('a', { finished: 3 }), of('b')], ['batchesKey']],
    ['a short batch', [...before, ended('c')], ['batchesKey', 'endsKey', 'daysKey']],
    ['an end', [ended('a'), of('b', { status: 'queued' })], ['batchesKey', 'endsKey', 'daysKey']],
  ])('move with %s', (_, after, keys) => {
    expect(moves(after)).toEqual(keys);
  });
});
