import { ACTIVE_STATUSES, isTerminal, type BatchStatus } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Injectable } from '@nestjs/common';
import { Metrics, type AttemptResult } from '../metrics/metrics.js';
import type { StepResult } from './batch-step.js';
import type { DayVerdict } from './day-outcome.js';
import type { EndedDays } from './ended-days.js';
import { EventStreams } from './event-streams.js';

const A_SECOND = 1_000;

/** Counts what was committed, and tells of the batches as they are when somebody looks. */
@Injectable()
export class SyncMetrics {
  constructor(private readonly metrics: Metrics) {}

  /** One step of a batch is durable. */
  stepped(dataset: string, result: StepResult): void {
    const { settled, status } = result;
    for (const { finished, verdict } of settled) {
      const { dayAttempts, dayDuration, rows } = this.metrics;
      dayAttempts.inc({ dataset, result: resultOf(verdict) });
      dayDuration.observe({ dataset }, finished.durationMs / A_SECOND);
      if (verdict.state === 'success') rows.inc({ dataset }, verdict.rows);
    }
    this.daysEnded(dataset, result.ended);
    if (result.change !== null) this.batchChanged(dataset, status);
  }

  /** Days took their outcome, and that is durable. */
  daysEnded(dataset: string, ended: readonly EndedDays[]): void {
    for (const { outcome, reason, count } of ended) {
      const labels = { dataset, outcome, reason: this.metrics.boundedReason(reason) };
      this.metrics.days.inc(labels, count);
    }
  }

  /** A batch is in a state by a commit: counts its end. */
  batchChanged(dataset: string, state: BatchStatus): void {
    if (isTerminal(state)) this.metrics.batchesEnded.inc({ dataset, state });
  }

  /** Has the batches and watchers of the moment told at each look. */
  observe(registry: ProgressRegistry, streams: EventStreams, datasets: readonly string[]): void {
    const { batchesActive, daysInFlight, daysOpen, queueLength, watchers } = this.metrics;
    this.metrics.addReader(() => {
      for (const gauge of [batchesActive, daysInFlight, daysOpen]) gauge.reset();
      for (const dataset of datasets) {
        for (const state of ACTIVE_STATUSES) batchesActive.set({ dataset, state }, 0);
        for (const gauge of [daysInFlight, daysOpen]) gauge.set({ dataset }, 0);
      }
      const active = registry.listActive();
      for (const { dataset, finished, running, status: state, total } of active) {
        batchesActive.inc({ dataset, state });
        daysInFlight.inc({ dataset }, running);
        daysOpen.inc({ dataset }, total - finished);
      }
      queueLength.set(active.filter(({ status }) => status === 'queued').length);
      watchers.set(streams.size);
    });
  }
}

function resultOf(verdict: DayVerdict): AttemptResult {
  switch (verdict.state) {
    case 'success':
    case 'failed':
    case 'held':
      return verdict.state;
    case 'skipped':
      return verdict.reason;
    case 'waiting':
      return RESULT_OF_WAIT[verdict.waitsFor];
    default: {
      const unknown: never = verdict;
      return unknown;
    }
  }
}

const RESULT_OF_WAIT = {
  retry: 'retried',
  rate_limit: 'throttled',
  disk: 'no_room',
  database: 'no_room',
} as const;
