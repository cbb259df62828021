import { beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../metrics/metrics.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { StaleClaimError } from '../runner/stale-claim.js';
import { type DayVerdict, countByReason } from './day-outcome.js';
import { D1, D3, failedWith } from '../sync/sync.fixture.js';
import { SyncMetrics } from './batch-metrics.js';

const error = { code: 'BROKEN', text: 'broken', row: null, column: null };

async function seriesOf(metrics: Metrics): Promise<string[]> {
  const { text } = await metrics.expose();
  return text.split('\n').filter((line) => /^daysync_(?!polls|webhook)\w+\{/.test(line));
}

describe('what is counted', () => {
  let metrics: Metrics;
  let counted: SyncMetrics;
  beforeEach(() => {
    metrics = new Metrics([]);
    counted = new SyncMetrics(metrics);
  });

  it.each<[string, DayVerdict]>([
    ['success', { state: 'success', rows: 3 }],
    ['failed', { state: 'failed', error }],
    ['no_data', { state: 'skipped', reason: 'no_data' }],
    ['cancelled', { state: 'skipped', reason: 'cancelled' }],
    ['deferred', { state: 'deferred', error }],
    ['retried', { state: 'waiting', waitsFor: 'retry', waitMs: 1, error }],
    ['throttled', { state: 'waiting', waitsFor: 'rate_limit', waitMs: 1, error }],
    ['no_room', { state: 'waiting', waitsFor: 'disk', waitMs: 1, error }],
    ['no_room', { state: 'waiting', waitsFor: 'database', waitMs: 1, error }],
  ])('an attempt: %s', async (result, verdict) => {
    counted.attempted('weather', 250, verdict);
    const series = await seriesOf(metrics);
    expect(series).toContain(`daysync_day_attempts_total{dataset="weather",result="${result}"} 1`);
    expect(series).toContain('daysync_day_duration_seconds_sum{dataset="weather"} 0.25');
  });

  it('the end of a batch, and days by their outcomes and reasons', async () => {
    counted.daysEnded(
      'weather',
      countByReason('skipped', ['no_data', 'already_synced', 'no_data']),
    );
    counted.batchEnded('weather', 'completed');
    expect(await seriesOf(metrics)).toEqual([
      'daysync_days_total{dataset="weather",outcome="skipped",reason="no_data"} 2',
      'daysync_days_total{dataset="weather",outcome="skipped",reason="already_synced"} 1',
      'daysync_batches_ended_total{dataset="weather",state="completed"} 1',
    ]);
  });

  it('a batch and each of its days, once, when they are durable', async () => {
    const sync = await ScratchInstallation.open();
    try {
      // Of three days one is synced already.
      await sync.start(D1, D1);
      await sync.runQueued();
      await sync.startRunning(D1, D3);
      const second = await sync.begin();
      expect(await totals(sync)).toEqual([
        'batches_ended_total{state="completed"} 1',
        'days_total{outcome="skipped",reason="already_synced"} 1',
        'days_total{outcome="success",reason=""} 1',
      ]);
      const third = await sync.goOn(second, failedWith('lasting'));
      await expect(sync.finish(second)).rejects.toBeInstanceOf(StaleClaimError);
      await sync.finish(third);
      expect(await totals(sync)).toEqual([
        'batches_ended_total{state="completed"} 2',
        'days_total{outcome="failed",reason="BROKEN"} 1',
        'days_total{outcome="skipped",reason="already_synced"} 1',
        'days_total{outcome="success",reason=""} 2',
      ]);
    } finally {
      await sync.close();
    }
  });

  it('no day twice of a batch that is cancelled', async () => {
    const sync = await ScratchInstallation.open();
    try {
      const { batch_id } = await sync.startRunning(D1, D3);
      const first = await sync.begin();
      await sync.control.apply(batch_id, { verb: 'cancel', by: null });
      await sync.finish(first);
      await sync.control.fail(batch_id, { code: 'A', text: 'A' });
      expect(await totals(sync)).toEqual([
        'batches_ended_total{state="cancelled"} 1',
        'days_total{outcome="skipped",reason="cancelled"} 2',
        'days_total{outcome="success",reason=""} 1',
      ]);
    } finally {
      await sync.close();
    }
  });
});

/** The days and batches that have been counted. */
async function totals({ metrics }: ScratchInstallation): Promise<string[]> {
  const series = await seriesOf(metrics);
  return series
    .filter((line) => /^daysync_(days|batches_ended)_total/.test(line) && !line.endsWith(' 0'))
    .map((line) => line.replace('daysync_', '').replace('dataset="readings",', ''))
    .sort();
}
