import { describe, expect, it } from 'vitest';
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from '@daysync/progress';
import { verbsIn } from './control-verbs';

describe('verbsIn', () => {
  it('offers what the server takes in each state', () => {
    expect(ACTIVE_STATUSES.map(verbsIn)).toEqual([
      ['pause', 'cancel'],
      ['pause', 'cancel'],
      ['resume', 'cancel'],
      [],
    ]);
  });

  it('offers nothing for a batch that has ended', () => {
    expect(TERMINAL_STATUSES.flatMap(verbsIn)).toEqual([]);
  });
});
