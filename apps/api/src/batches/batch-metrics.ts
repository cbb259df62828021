import { ACTIVE_STATUSES, type TerminalStatus } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Metrics, type AttemptResult } from '../metrics/metrics.js';
import type { LiveView } from './live-view.js';
import type { DayVerdict, EndedDays } from './day-outcome.js';

const A_SECOND = 1_000;

/** Counts what was committed, and tells of the batches as they are when somebody looks. */
@Injectable()
export class SyncMetrics {
  constructor(private readonly metrics: Metrics) {}

  /** An attempt at a day is durable, whatever it has led to. */
  attempted(dataset: string, durationMs: number, verdict: DayVerdict): void {
    const { dayAttempts, dayDuration, rows } = this.metrics;
    dayAttempts.inc({ dataset, result: resultOf(verdict) });
    dayDuration.observe({ dataset }, durationMs / A_SECOND);
    if (verdict.state === 'success') rows.inc({ dataset }, verdict.rows);
  }

  /** Days took their outcome, and that is durable. */
  daysEnded(dataset: string, ended: readonly EndedDays[]): void {
    for (const { outcome, reason, count } of ended) {
      const labels = { dataset, outcome, reason: this.metrics.boundedReason(reason) };
      this.metrics.days.inc(labels, count);
    }
  }

  /** A batch has ended, and that is durable. */
  batchEnded(dataset: string, state: TerminalStatus): void {
    this.metrics.batchesEnded.inc({ dataset, state });
  }

  /** Has the batches and watchers of the moment told at each look. */
  observe(live: LiveView, countWatchers: () => number, datasets: readonly string[]): void {
    const { batchesActive, daysInFlight, daysOpen, queueLength, watchers } = this.metrics;
    this.metrics.addReader(async () => {
      const active = await live.listActive();
      for (const gauge of [batchesActive, daysInFlight, daysOpen]) gauge.reset();
      for (const dataset of datasets) {
        for (const state of ACTIVE_STATUSES) batchesActive.set({ dataset, state }, 0);
        for (const gauge of [daysInFlight, daysOpen]) gauge.set({ dataset }, 0);
      }
      for (const { dataset, finished, running, status: state, total } of active) {
        batchesActive.inc({ dataset, state });
        daysInFlight.inc({ dataset }, running);
        daysOpen.inc({ dataset }, total - finished);
      }
      queueLength.set(active.filter(({ status }) => status === 'queued').length);
      watchers.set(countWatchers());
    });
  }
}

function resultOf(verdict: DayVerdict): AttemptResult {
  switch (verdict.state) {
    case 'success':
    case 'failed':
      return verdict.state;
    case 'deferred':
      // As the metric has always named it.
      return 'held';
    case 'skipped':
      return verdict.reason;
    case 'waiting':
      return RESULT_OF_WAIT[verdict.waitsFor];
  }
}

const RESULT_OF_WAIT = {
  retry: 'retried',
  rate_limit: 'throttled',
  disk: 'no_room',
  database: 'no_room',
} as const;
