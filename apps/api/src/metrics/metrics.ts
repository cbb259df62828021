import { TERMINAL_STATUSES } from '@daysync/progress';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SCHEDULE_RUN_OUTCOMES, SKIP_REASONS } from '../database/schema.js';
import { REQUEST_CLASSES } from '../sources/http/http-failure.js';
import { DAY_ERROR_CODES } from '../sources/day-errors.js';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';

/** What an attempt at a day came to. */
export const ATTEMPT_RESULTS = [
  'success',
  'no_data',
  'failed',
  'retried',
  'throttled',
  'deferred',
  'no_room',
  'cancelled',
] as const;
export type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

/** How a poll was answered. */
export const POLL_ANSWERS = ['new', 'unchanged', 'limited', 'passed_on'] as const;
export type PollAnswerLabel = (typeof POLL_ANSWERS)[number];

/** What an attempt to tell an endpoint came to. */
export const DELIVERY_OUTCOMES = ['delivered', 'retried', 'failed'] as const;

const DURATION_BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1_800];
const OWN_REASONS: ReadonlySet<string> = new Set([...SKIP_REASONS, ...DAY_ERROR_CODES]);
/** Codes that sources make up count up to here; what comes later is one. */
const MOST_REASONS = 100;
const OTHER_REASON = 'OTHER';

/**
 * What Prometheus is told. Counters say what was committed since the process began; what is so at the moment is read
 * when somebody looks.
 */
export class Metrics {
  readonly registry = new Registry();
  private readonly readers: (() => void | Promise<void>)[] = [];
  /** Reasons that sources have made up so far. */
  private readonly madeUp = new Set<string>();
  private readonly registers = [this.registry];

  readonly days = this.counter(
    'daysync_days_total',
    'Days that took their outcome, by outcome and reason: why a day was skipped, or the code of its error',
    ['dataset', 'outcome', 'reason'],
  );
  readonly dayAttempts = this.counter(
    'daysync_day_attempts_total',
    `Attempts at days, by result: ${ATTEMPT_RESULTS.join(', ')}`,
    ['dataset', 'result'],
  );
  readonly dayDuration = new Histogram({
    name: 'daysync_day_duration_seconds',
    help: 'How long attempts at days took from their start until their rows were there',
    labelNames: ['dataset'],
    buckets: DURATION_BUCKETS,
    registers: this.registers,
  });
  readonly rows = this.counter('daysync_rows_total', 'Rows that were written to targets', [
    'dataset',
  ]);
  readonly sourceRequests = this.counter(
    'daysync_source_requests_total',
    `Requests to HTTP sources, by class: ${REQUEST_CLASSES.join(', ')}`,
    ['dataset', 'class'],
  );
  readonly scheduleRuns = this.counter(
    'daysync_schedule_runs_total',
    `Runs of schedules, by outcome: ${SCHEDULE_RUN_OUTCOMES.join(', ')}`,
    ['dataset', 'outcome'],
  );
  readonly batchesEnded = this.counter(
    'daysync_batches_ended_total',
    `Batches that ended, by state: ${TERMINAL_STATUSES.join(', ')}`,
    ['dataset', 'state'],
  );
  readonly batchesActive = this.gauge(
    'daysync_batches_active',
    'Batches that have not ended, by state: queued, running, paused, cancelling',
    ['dataset', 'state'],
  );
  readonly queueLength = this.gauge('daysync_queue_length', 'Batches that wait for their turn');
  readonly daysOpen = this.gauge(
    'daysync_days_open',
    'Days of active batches that have no outcome yet, those in flight included',
    ['dataset'],
  );
  readonly daysInFlight = this.gauge(
    'daysync_days_in_flight',
    'Days that are being fetched or committed',
    ['dataset'],
  );
  readonly webhookDeliveries = this.counter(
    'daysync_webhook_deliveries_total',
    `Attempts to send a delivery, by outcome: ${DELIVERY_OUTCOMES.join(', ')}`,
    ['outcome'],
  );
  readonly watchers = this.gauge('daysync_watchers', 'Event streams that are open');
  readonly polls = this.counter(
    'daysync_polls_total',
    `Polls of the progress, by answer: ${POLL_ANSWERS.join(', ')} (to the database, or not found)`,
    ['answer'],
  );

  /**
   * @param datasets whose counters begin at 0: an increase from nothing is none
   * @param node what every metric carries as its `node`, where there are several processes
   */
  constructor(datasets: readonly string[], node: string | null = null) {
    if (node !== null) this.registry.setDefaultLabels({ node });
    for (const dataset of datasets) {
      this.days.inc({ dataset, outcome: 'success', reason: '' }, 0);
      for (const result of ATTEMPT_RESULTS) this.dayAttempts.inc({ dataset, result }, 0);
      for (const state of TERMINAL_STATUSES) this.batchesEnded.inc({ dataset, state }, 0);
      this.rows.inc({ dataset }, 0);
    }
    for (const answer of POLL_ANSWERS) this.polls.inc({ answer }, 0);
    for (const outcome of DELIVERY_OUTCOMES) this.webhookDeliveries.inc({ outcome }, 0);
  }

  private counter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: this.registers });
  }

  private gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: this.registers });
  }

  /** Measures the process as well: memory, processor, files, garbage collection, and how late the event loop is. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Has gauges set at each look. */
  addReader(read: () => void | Promise<void>): void {
    this.readers.push(read);
  }

  /** All of it, in Prometheus' text format. */
  async expose(): Promise<{ readonly contentType: string; readonly text: string }> {
    for (const read of this.readers) await read();
    const text = await this.registry.metrics();
    // The client writes it otherwise than the format does: a mean of nothing, where two look in one moment.
    return { contentType: this.registry.contentType, text: text.replaceAll(/ Nan$/gm, ' NaN') };
  }

  /** A reason as it may be a label: of those that sources make up there is no end. */
  boundedReason(reason: string | null): string {
    if (reason === null) return '';
    if (OWN_REASONS.has(reason)) return reason;
    if (this.madeUp.size < MOST_REASONS) this.madeUp.add(reason);
    return this.madeUp.has(reason) ? reason : OTHER_REASON;
  }
}

const EXAMPLE = 'daysync_days_total{dataset="weather",outcome="success",reason=""} 31\n';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiOperation({ operationId: 'getMetrics', summary: 'What Prometheus is told' })
  @ApiProduces('text/plain')
  @ApiResponse({
    status: 200,
    description: 'The metrics, in the text format of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string', example: EXAMPLE } } },
  })
  async read(@Res() response: Response): Promise<void> {
    const { contentType, text } = await this.metrics.expose();
    response.set({ 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  }
}
