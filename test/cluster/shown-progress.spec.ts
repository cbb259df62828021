import { beforeEach, expect, it } from 'vitest';
import { calendarDay, newProgress, restoreProgress } from '@daysync/progress';
import type { Progress } from '../wire.js';
import { ObservedBatch, type Excuse, type PollViolation } from './shown-progress.js';

const FIRST = newProgress({
  task_id: '2025-10-01_2025-10-10_1760716800',
  dataset: 'weather',
  total: 10,
  start_date: calendarDay('2025-10-01'),
  end_date: calendarDay('2025-10-10'),
  mode: 'all',
  at: '2025-10-17T16:00:00.000Z',
});

const at = (rev: number, changes: Partial<Progress> = {}): Progress =>
  restoreProgress({ ...FIRST, status: 'running', rev, ...changes });

let excuses: Excuse[];
let shown: ObservedBatch;
beforeEach(() => {
  excuses = [];
  shown = new ObservedBatch(excuses);
});

const note = (node: string, askedAt: number, progress: Progress): PollViolation[] =>
  shown.note({ node, askedAt, answeredAt: askedAt + 10, progress });
const kinds = (found: readonly PollViolation[]): string[] => found.map(({ kind }) => kind);

it('accepts a batch that makes progress on two nodes', () => {
  expect(note('a', 0, FIRST)).toEqual([]);
  expect(note('a', 100, at(2, { running: 1 }))).toEqual([]);
  expect(note('b', 150, FIRST)).toEqual([]);
  expect(note('b', 250, at(3, { running: 1, success: 1 }))).toEqual([]);
  expect(note('a', 300, at(3, { running: 1, success: 1 }))).toEqual([]);
  expect(note('a', 400, at(4, { success: 10, status: 'completed' }))).toEqual([]);
  expect(shown).toMatchObject({ rev: 4, finished: 10, worstBehindMs: 40, worstCatchUpMs: 150 });
});

it.each([
  { wrong: { finished: 3 }, kind: 'sum' },
  { wrong: { current: 3 }, kind: 'sum' },
  { wrong: { total: 1 }, kind: 'sum' },
  { wrong: { percent: 29 }, kind: 'percent' },
])('finds $kind for $wrong with two days done', ({ wrong, kind }) => {
  const right = at(2, { success: 2 });
  expect(note('a', 0, right)).toEqual([]);
  expect(
    kinds(new ObservedBatch([]).note({ ...POLL, progress: { ...right, ...wrong } })),
  ).toContain(kind);
});

const POLL = { node: 'a', askedAt: 0, answeredAt: 10 };

it('finds a counter that goes back on a node, but accepts another node that is slightly behind', () => {
  note('a', 0, at(5, { success: 5 }));
  expect(note('b', 20, at(4, { success: 4 }))).toEqual([]);
  expect(kinds(note('a', 50, at(4, { success: 4 })))).toEqual(['went back', 'went back']);
});

it('finds an impossible change of state, directly or not', () => {
  note('a', 0, at(5, { status: 'paused' }));
  expect(note('a', 50, at(6))).toEqual([]);
  note('b', 100, at(7, { status: 'cancelling' }));
  expect(kinds(note('b', 150, at(8)))).toEqual(['state']);
});

it('finds two different states with one rev', () => {
  note('a', 0, at(5, { success: 1, running: 1 }));
  expect(kinds(note('b', 50, at(5, { success: 2 })))).toEqual(['another picture']);
});

it('finds a node that is more than half a second behind, without an excuse', () => {
  note('a', 0, at(5));
  expect(note('b', 510, at(4))).toEqual([]);
  expect(kinds(note('b', 511, at(4)))).toEqual(['behind']);
  expect(shown.worstBehindMs).toBe(501);
});

it('counts from the end of an excuse, and measures what it excused', () => {
  const excuse = { from: 5, until: Infinity };
  excuses.push(excuse);
  note('a', 0, at(5));
  expect(note('b', 9_010, at(4))).toEqual([]);
  excuse.until = 9_100;
  expect(note('b', 9_600, at(4))).toEqual([]);
  expect(kinds(note('b', 9_601, at(4)))).toEqual(['behind']);
  expect(shown).toMatchObject({ worstBehindMs: 0, worstExcusedMs: 9_591 });
});

it('does not wait for a node that is down', () => {
  note('a', 0, at(5));
  shown.joined('b', 4_000);
  expect(note('b', 4_100, at(5))).toEqual([]);
  expect(shown.worstCatchUpMs).toBe(110);
});
