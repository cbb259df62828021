import { describe, expect, it } from 'vitest';
import type { PollUpdate } from '@daysync/progress';
import { completed, THIRD_OF_TEN } from '../design/progress.fixture';
import { watchStep } from './watch-state';

describe('watchStep', () => {
  const watching = { progress: THIRD_OF_TEN, trouble: undefined };

  it('keeps the last progress on the page through trouble', () => {
    const update: PollUpdate = { kind: 'unreachable', failures: 1, retryInMs: 4_000 };
    const state = watchStep(watching, update, 10_000);
    expect(state).toEqual({
      progress: THIRD_OF_TEN,
      trouble: { kind: 'unreachable', retryAt: 14_000 },
    });
    const next = watchStep(state, { kind: 'progress', progress: completed() }, 14_000);
    expect(next).toEqual({ progress: completed(), trouble: undefined });
  });
});
