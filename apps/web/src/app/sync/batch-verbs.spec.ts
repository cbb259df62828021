import { describe, expect, it } from 'vitest';
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from '@daysync/progress';
import { VERBS } from './batch-controls';

describe('the verbs of a batch', () => {
  it('offers what the server takes in each state', () => {
    expect(ACTIVE_STATUSES.map((status) => VERBS[status])).toEqual([
      ['pause', 'cancel'],
      ['pause', 'cancel'],
      ['resume', 'cancel'],
      [],
    ]);
  });

  it('offers nothing for a batch that has ended', () => {
    expect(TERMINAL_STATUSES.flatMap((status) => VERBS[status])).toEqual([]);
  });
});
