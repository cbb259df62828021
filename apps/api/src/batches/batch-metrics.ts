import { ACTIVE_STATUSES, type TerminalStatus } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Metrics, type AttemptResult } from '../metrics/metrics.js';
import type { LiveView } from './live-view.js';
import type { DayVerdict, EndedDays } from './day-outcome.js';

const A_SECOND = 1_000;

/** Counts commits, and measures the active batches when metrics are read. */
@Injectable()
export class SyncMetrics {
  constructor(private readonly metrics: Metrics) {}

  /** An attempt at a day was committed. */
  attempted(dataset: string, durationMs: number, verdict: DayVerdict): void {
    const { dayAttempts, dayDuration, rows } = this.metrics;
    dayAttempts.inc({ dataset, result: resultOf(verdict) });
    dayDuration.observe({ dataset }, durationMs / A_SECOND);
    if (verdict.state === 'success') rows.inc({ dataset }, verdict.rows);
  }

  /** Days were committed with their outcome. */
  daysEnded(dataset: string, ended: readonly EndedDays[]): void {
    for (const { outcome, reason, count } of ended) {
      const labels = { dataset, outcome, reason: this.metrics.boundedReason(reason) };
      this.metrics.days.inc(labels, count);
    }
  }

  /** A batch has met rows whose day can't be read. */
  rowsUnreadable(dataset: string, count: number): void {
    this.metrics.unreadableRows.inc({ dataset }, count);
  }

  /** A day has put rows in quarantine. */
  rowsQuarantined(dataset: string, count: number): void {
    this.metrics.quarantinedRows.inc({ dataset }, count);
  }

  /** The end of a batch was committed. */
  batchEnded(dataset: string, state: TerminalStatus): void {
    this.metrics.batchesEnded.inc({ dataset, state });
  }

  /**
   * Reads the active batches and the watchers whenever metrics are read.
   * @param namesOf the names of the datasets at that time
   */
  observe(live: LiveView, countWatchers: () => number, namesOf: () => readonly string[]): void {
    const { batchesActive, daysInFlight, daysOpen, queueLength, watchers } = this.metrics;
    this.metrics.addReader(async () => {
      const active = await live.listActive();
      for (const gauge of [batchesActive, daysInFlight, daysOpen]) gauge.reset();
      for (const dataset of namesOf()) {
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

/** How an attempt ended, as the metric `daysync_day_attempts_total` has it. */
export function resultOf(verdict: DayVerdict): AttemptResult {
  switch (verdict.state) {
    case 'success':
    case 'failed':
      return verdict.state;
    case 'deferred':
      return 'deferred';
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
