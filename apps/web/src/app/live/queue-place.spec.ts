import { describe, expect, it } from 'vitest';
import type { Progress } from '@daysync/progress';
import { progressOf } from '../design/progress.fixture';
import { queuePlaceOf } from './queue-place';

const listed = (changes: Partial<Progress>, queue_place: number | null = null) => ({
  ...progressOf(changes),
  queue_place,
});
const RUNNING = listed({ task_id: 'r1', dataset: 'orders' });
const OTHER = listed({ task_id: 'r2', dataset: 'returns' });
const FIRST = listed({ task_id: 'q1', dataset: 'returns', status: 'queued' }, 1);
const SECOND = listed({ task_id: 'q2', dataset: 'weather', status: 'queued' }, 2);

describe('queuePlaceOf', () => {
  it('has the place of a queued batch, and the one before it', () => {
    expect(queuePlaceOf(SECOND, [RUNNING, FIRST, SECOND])).toMatchObject({
      place: 2,
      behind: { task_id: 'q1' },
    });
  });

  it('has the running batch of its dataset before the first one, or else any', () => {
    expect(queuePlaceOf(FIRST, [RUNNING, OTHER, FIRST]).behind?.task_id).toBe('r2');
    expect(queuePlaceOf(FIRST, [RUNNING, FIRST]).behind?.task_id).toBe('r1');
    expect(queuePlaceOf(FIRST, [FIRST]).behind).toBeUndefined();
  });

  it('has no place for a batch that has begun since, or that is not listed', () => {
    const begun = listed({ ...FIRST, status: 'running', rev: FIRST.rev + 1 });
    const { batch, place, behind } = queuePlaceOf(FIRST, [begun, SECOND]);
    expect([batch.status, place, behind]).toEqual(['running', null, undefined]);
    expect(queuePlaceOf(FIRST, [])).toEqual({ batch: FIRST, place: null, behind: undefined });
  });
});
