import { describe, expect, it } from 'vitest';
import type { Progress } from '@daysync/progress';
import { completed, progressOf } from '../design/progress.fixture';
import { batchesAhead } from './batches-ahead';

const batch = (dataset: string, status: Progress['status'] = 'running'): Progress =>
  progressOf({ task_id: `${dataset} ${status}`, dataset, status });

describe('batchesAhead', () => {
  it('is nothing while no batch runs or waits', () => {
    expect(batchesAhead('orders', [completed(), batch('orders', 'paused')])).toBeUndefined();
  });

  it('counts the batches that run and wait, certain if one has the dataset', () => {
    const batches = [batch('orders'), batch('orders', 'queued'), completed()];
    expect(batchesAhead('orders', batches)).toEqual({ count: 2, isCertain: true });
  });

  it('is not certain of another dataset: the server may run more batches', () => {
    const batches = [batch('orders'), batch('orders', 'queued')];
    expect(batchesAhead('returns', batches)).toEqual({ count: 2, isCertain: false });
  });

  it('is certain where another dataset waits although it is free', () => {
    const batches = [batch('orders'), batch('returns', 'queued')];
    expect(batchesAhead('weather', batches)).toEqual({ count: 2, isCertain: true });
  });
});
