import { describe, expect, it } from '@jest/globals';
import { calendarDay } from '@daysync/progress';
import type { StartRequest } from '../api/wire';
import { StartKey } from './start-key';

const request: StartRequest = {
  dataset: 'weather',
  start_date: calendarDay('2025-10-01'),
  end_date: calendarDay('2025-10-03'),
  mode: 'all',
};

describe('StartKey', () => {
  let made = 0;
  const key = new StartKey(() => `key ${(made += 1)}`);

  it('is a new one for each start that is answered', () => {
    expect(key.of(request)).toBe('key 1');
    key.answered();
    expect(key.of(request)).toBe('key 2');
  });

  it('stays while no answer has come', () => {
    expect(key.of({ ...request })).toBe('key 2');
  });

  it('never goes with another request', () => {
    expect(key.of({ ...request, mode: 'missing' })).toBe('key 3');
    expect(key.of({ ...request, mode: 'missing', plan_hash: 'h' })).toBe('key 4');
  });
});
