import { describe, expect, it } from '@jest/globals';
import { progressOf } from '../sync/progress.fixture';
import { batchesKey } from './batches-key';

describe('batchesKey', () => {
  it('moves when a batch begins, changes its state or ends, and not with its days', () => {
    const running = progressOf({ task_id: 'a', rev: 1 });
    expect(batchesKey(progressOf({ task_id: 'a', rev: 2, current: 5 }), 0)).toBe(
      batchesKey(running, 0),
    );
    const keys = [
      batchesKey(running, 0),
      batchesKey(undefined, 0),
      batchesKey(running, 1),
      batchesKey(progressOf({ task_id: 'a', status: 'paused' }), 0),
      batchesKey(progressOf({ task_id: 'b' }), 0),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
