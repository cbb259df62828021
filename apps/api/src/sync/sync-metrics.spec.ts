import { beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../metrics/metrics.js';
import type { StepResult } from './batch-step.js';
import type { FinishedDay } from './day-commit.js';
import type { DayVerdict } from './day-outcome.js';
import { countByReason, countDaysOf } from './ended-days.js';
import { D1 } from './sync.fixture.js';
import { SyncMetrics } from './sync-metrics.js';

const error = { code: 'BROKEN', text: 'broken', row: null, column: null };
const finished: FinishedDay = {
  claim: { day: D1, token: 1, attempt: 1 },
  fetched: { kind: 'rows', rows: [] },
  durationMs: 250,
};

let metrics: Metrics;
let counted: SyncMetrics;
beforeEach(() => {
  metrics = new Metrics([]);
  counted = new SyncMetrics(metrics);
});

function resultOf(changes: Partial<StepResult>): StepResult {
  return {
    change: { at: '2025-10-17T16:00:00.000Z', events: [] },
    rev: 2,
    status: 'running',
    settled: [],
    failedHeld: 0,
    ended: [],
    claims: [],
    outlook: { ready: false, waiting: null, blocked: false },
    ...changes,
  };
}

async function series(): Promise<string[]> {
  const { text } = await metrics.expose();
  return text.split('\n').filter((line) => /^daysync_(?!polls|notices)\w+\{/.test(line));
}

describe('what a step is counted as', () => {
  it.each<[string, DayVerdict]>([
    ['success', { state: 'success', rows: 3 }],
    ['failed', { state: 'failed', error }],
    ['no_data', { state: 'skipped', reason: 'no_data' }],
    ['cancelled', { state: 'skipped', reason: 'cancelled' }],
    ['held', { state: 'held', error }],
    ['retried', { state: 'waiting', waitsFor: 'retry', waitMs: 1, error }],
    ['throttled', { state: 'waiting', waitsFor: 'rate_limit', waitMs: 1, error }],
    ['no_room', { state: 'waiting', waitsFor: 'disk', waitMs: 1, error }],
    ['no_room', { state: 'waiting', waitsFor: 'database', waitMs: 1, error }],
  ])('an attempt: %s', async (result, verdict) => {
    counted.stepped('weather', resultOf({ settled: [{ finished, verdict }] }));
    expect(await series()).toContain(
      `daysync_day_attempts_total{dataset="weather",result="${result}"} 1`,
    );
    expect(await series()).toContain('daysync_day_duration_seconds_sum{dataset="weather"} 0.25');
  });

  it('an end of a batch, once, and its last days', async () => {
    const ended = countByReason('skipped', ['no_data', 'already_synced', 'no_data']);
    counted.stepped('weather', resultOf({ status: 'completed', ended }));
    expect(await series()).toEqual([
      'daysync_days_total{dataset="weather",outcome="skipped",reason="no_data"} 2',
      'daysync_days_total{dataset="weather",outcome="skipped",reason="already_synced"} 1',
      'daysync_batches_ended_total{dataset="weather",state="completed"} 1',
    ]);
  });

  it('nothing, where nothing was changed', async () => {
    counted.stepped('weather', resultOf({ status: 'completed', change: null }));
    expect(await series()).toEqual([]);
  });
});

describe('days that ended together', () => {
  it('are counted by their reasons', () => {
    const ended = countByReason('failed', ['A', 'B', 'A']);
    expect(ended).toEqual([
      { outcome: 'failed', reason: 'A', count: 2 },
      { outcome: 'failed', reason: 'B', count: 1 },
    ]);
    expect(countDaysOf(ended)).toBe(3);
    expect(countDaysOf([])).toBe(0);
  });
});
