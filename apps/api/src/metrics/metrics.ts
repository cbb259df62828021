import { SKIP_REASONS, TERMINAL_STATUSES } from '@daysync/progress';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { takeTurn } from '../config/slices.js';
import { SCHEDULE_RUN_OUTCOMES } from '../database/schema.js';
import { REQUEST_CLASSES } from '../sources/http/http-failure.js';
import { DAY_ERROR_CODES } from '../sources/day-errors.js';

/** The results of an attempt at a day. */
const ATTEMPT_RESULTS = [
  'success',
  'no_data',
  'failed',
  'retried',
  'throttled',
  'deferred',
  'no_room',
  'unchanged',
  'cancelled',
] as const;
export type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

const POLL_ANSWERS = ['new', 'unchanged', 'limited', 'passed_on'] as const;
export type PollAnswerLabel = (typeof POLL_ANSWERS)[number];

const DELIVERY_OUTCOMES = ['delivered', 'retried', 'failed'] as const;

const DURATION_BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1_800];
const OWN_REASONS: ReadonlySet<string> = new Set([...SKIP_REASONS, ...DAY_ERROR_CODES]);
/** The maximum number of codes of users' sources; later ones count as {@link OTHER_REASON}. */
const MOST_REASONS = 100;
const OTHER_REASON = 'OTHER';

/**
 * The metrics for Prometheus. Counters count what was committed since the process started. Gauges are read at each scrape.
 */
export class Metrics {
  readonly registry = new Registry();
  private readonly readers: (() => void | Promise<void>)[] = [];
  /** The codes of users' sources so far. */
  private readonly customReasons = new Set<string>();
  private readonly registers = [this.registry];

  readonly days = this.counter(
    'daysync_days_total',
    'Days that ended, by outcome and reason: the reason of a skip, or the error code of a failure',
    ['dataset', 'outcome', 'reason'],
  );
  readonly dayAttempts = this.counter(
    'daysync_day_attempts_total',
    `Attempts at days, by result: ${ATTEMPT_RESULTS.join(', ')}`,
    ['dataset', 'result'],
  );
  readonly dayDuration = new Histogram({
    name: 'daysync_day_duration_seconds',
    help: 'Duration of attempts at days, from their start until their rows were fetched',
    labelNames: ['dataset'],
    buckets: DURATION_BUCKETS,
    registers: this.registers,
  });
  readonly rows = this.counter('daysync_rows_total', 'Rows written to targets', ['dataset']);
  readonly unreadableRows = this.counter(
    'daysync_unreadable_rows_total',
    'Rows of sources whose day could not be read, counted once for each batch',
    ['dataset'],
  );
  readonly quarantinedRows = this.counter(
    'daysync_quarantined_rows_total',
    'Rows that did not fit and were put in quarantine, counted at each sync of their day',
    ['dataset'],
  );
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
  readonly queueLength = this.gauge('daysync_queue_length', 'Batches that wait in the queue');
  readonly daysOpen = this.gauge(
    'daysync_days_open',
    'Days of active batches without an outcome, including those in flight',
    ['dataset'],
  );
  readonly daysInFlight = this.gauge(
    'daysync_days_in_flight',
    'Days that are being fetched or committed',
    ['dataset'],
  );
  readonly datasetFresh = this.gauge(
    'daysync_dataset_fresh',
    'Of datasets with fresh_by: 1 if the day that is due is synced, 0 if not',
    ['dataset'],
  );
  readonly datasetLate = this.gauge(
    'daysync_dataset_late_seconds',
    'Of datasets with fresh_by: the time since the first deadline that was missed; 0 while it is fresh',
    ['dataset'],
  );
  readonly targetUp = this.gauge(
    'daysync_target_up',
    'Of datasets with a target elsewhere: 1 if it could be reached when it was last asked, 0 if not',
    ['dataset'],
  );
  readonly webhookDeliveries = this.counter(
    'daysync_webhook_deliveries_total',
    `Attempts to send a delivery, by outcome: ${DELIVERY_OUTCOMES.join(', ')}`,
    ['outcome'],
  );
  readonly watchers = this.gauge('daysync_watchers', 'Open event streams');
  readonly polls = this.counter(
    'daysync_polls_total',
    `Polls of the progress, by answer: ${POLL_ANSWERS.join(', ')} (passed_on: read from the database, or not found)`,
    ['answer'],
  );

  /**
   * @param datasets their counters start at 0, since `increase()` ignores the first value of a series
   * @param node the label `node` of every metric; null with a single process
   */
  constructor(datasets: readonly string[], node: string | null = null) {
    if (node !== null) this.registry.setDefaultLabels({ node });
    this.begin(datasets);
    for (const answer of POLL_ANSWERS) this.polls.inc({ answer }, 0);
    for (const outcome of DELIVERY_OUTCOMES) this.webhookDeliveries.inc({ outcome }, 0);
  }

  /** Begins the counters of datasets at 0. Those that have begun keep their values. */
  begin(datasets: readonly string[]): void {
    for (const dataset of datasets) {
      this.days.inc({ dataset, outcome: 'success', reason: '' }, 0);
      for (const result of ATTEMPT_RESULTS) this.dayAttempts.inc({ dataset, result }, 0);
      for (const state of TERMINAL_STATUSES) this.batchesEnded.inc({ dataset, state }, 0);
      this.rows.inc({ dataset }, 0);
      this.unreadableRows.inc({ dataset }, 0);
      this.quarantinedRows.inc({ dataset }, 0);
    }
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

  /** Adds metrics of the process: memory, processor, files, garbage collection, and the delay of the event loop. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Adds a function that sets gauges at each scrape. */
  addReader(read: () => void | Promise<void>): void {
    this.readers.push(read);
  }

  /** All metrics in Prometheus' text format. */
  async expose(): Promise<{ readonly contentType: string; readonly text: string }> {
    for (const read of this.readers) await read();
    const texts: string[] = [];
    // With hundreds of datasets each takes milliseconds.
    for (const { name } of this.registry.getMetricsAsArray()) {
      texts.push(await this.registry.getSingleMetricAsString(name));
      await takeTurn();
    }
    const text = `${texts.join('\n\n')}\n`;
    // The client writes `Nan` for the mean of no values, the format requires `NaN`.
    return { contentType: this.registry.contentType, text: text.replaceAll(/ Nan$/gm, ' NaN') };
  }

  /** A reason as a label. Users' sources can have any number of codes, so those are bounded. */
  boundedReason(reason: string | null): string {
    if (reason === null) return '';
    if (OWN_REASONS.has(reason)) return reason;
    if (this.customReasons.size < MOST_REASONS) this.customReasons.add(reason);
    return this.customReasons.has(reason) ? reason : OTHER_REASON;
  }
}
