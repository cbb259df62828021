import { setTimeout as sleep } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import type { BatchDayRow, BatchRow } from '../database/schema.js';
import { LOGGER } from '../logging/logger.js';
import {
  readTraceparent,
  spanBelow,
  writeTraceparent,
  type TraceContext,
} from '../tracing/trace-context.js';
import { TRACING, type SpanAttributes, type Tracing } from '../tracing/tracing.js';
import { DAY_LOG_COLUMNS, dayLog, type DayLogRow } from './sync-log.js';

/** The trace of a batch as its row keeps it; both null for a batch that is not traced. */
export type TraceColumns = Pick<BatchRow, 'traceparent' | 'parent_span_id'>;

/** An attempt at a day that is over, and whose end is durable. */
export interface EndedAttempt {
  readonly dataset: string;
  readonly batchId: string;
  /** Of its batch. */
  readonly trace: TraceContext;
  readonly day: CalendarDay;
  readonly token: number;
  readonly attempt: number;
  /** The instant at which it began. */
  readonly startedAt: string;
  /** In milliseconds since the epoch. */
  readonly end: number;
  /** How it ended, in the words of the metric `daysync_day_attempts_total`. */
  readonly result: string;
  readonly reason?: string | undefined;
  readonly rows?: number | undefined;
  /** Null if it has not failed. */
  readonly error: TracedError | null;
}

interface TracedError {
  readonly code: string;
  readonly text: string;
  readonly answer?: { readonly status: number } | undefined;
}

/** Of a day that the process did not live through; the next process writes its outcome. */
const CRASHED = 'DAY_CRASHED_PROCESS';
const MOST_TEXT = 500;
/** How long a stop waits for a database that is away. */
const MOST_READING_MS = 500;

/** The spans of a batch: one for it, below that one for each day that was begun, below that one for each attempt. */
@Injectable()
export class BatchTracing implements OnApplicationShutdown {
  private readonly reading = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    @Inject(TRACING) private readonly tracing: Tracing | null,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The trace of a new batch. @param caller the span of the request that starts it; null for none */
  begin(dataset: string, caller: TraceContext | null): TraceColumns {
    if (this.tracing === null) return { traceparent: null, parent_span_id: null };
    const { context, parentSpanId } = this.tracing.begin(`batch ${dataset}`, caller);
    return { traceparent: writeTraceparent(context), parent_span_id: parentSpanId };
  }

  /** The trace of a batch as it was stored; null where nothing is traced. */
  of(traceparent: string | null): TraceContext | null {
    return this.tracing === null || traceparent === null ? null : readTraceparent(traceparent);
  }

  /** An attempt at a day has ended. */
  attempted(attempt: EndedAttempt): void {
    const { trace, error } = attempt;
    if (!trace.isSampled) return;
    const { name, attributes } = named('attempt', attempt);
    this.tracing?.write({
      name,
      context: attemptSpan(trace, attempt),
      parentSpanId: spanBelow(trace, attempt.day).spanId,
      start: Date.parse(attempt.startedAt),
      end: attempt.end,
      attributes: {
        ...attributes,
        'daysync.attempt': attempt.attempt,
        'daysync.result': attempt.result,
        'daysync.reason': attempt.reason,
        'daysync.rows': attempt.rows,
        'http.response.status_code': error?.answer?.status,
        ...errorType(error?.code ?? null),
      },
      failure: error === null ? null : shortened(error.text),
    });
  }

  /** A day has ended that was in flight. */
  dayEnded(of: DaySpan): void {
    if (!of.trace.isSampled) return;
    this.read(of.batchId, async () => {
      const row = await this.database.read
        .selectFrom('batch_day')
        .select(DAY_LOG_COLUMNS)
        .where('batch_id', '=', of.batchId)
        .where('day', '=', of.day)
        .executeTakeFirst();
      if (row !== undefined) this.writeDay(of, row);
    });
  }

  /** A batch has ended. Days that no commit has ended get their spans now: a cancel or a crash has. */
  batchEnded(batch: BatchRow): void {
    const trace = this.of(batch.traceparent);
    if (trace?.isSampled !== true) return;
    this.writeBatch(trace, batch);
    const { batch_id: batchId, dataset } = batch;
    this.read(batchId, async () => {
      const rows = await this.database.read
        .selectFrom('batch_day')
        .select(DAY_LOG_COLUMNS)
        .where('batch_id', '=', batchId)
        .where((where) => where.or([where('lane', 'is', null), where('error_code', '=', CRASHED)]))
        // A day that waits for another attempt has its start in its log.
        .where((where) =>
          where.or([where('started_at', 'is not', null), where('log', 'is not', null)]),
        )
        .execute();
      for (const row of rows) this.writeDay({ batchId, dataset, trace, day: row.day }, row);
    });
  }

  /** The spans of the last days are written before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.race([
      Promise.all(this.reading),
      sleep(MOST_READING_MS, undefined, { ref: false }),
    ]);
  }

  private writeBatch(trace: TraceContext, batch: BatchRow): void {
    const { batch_id: batchId, created_at, dataset, error_code, finished_at } = batch;
    const { name, attributes } = named('batch', { batchId, dataset });
    this.tracing?.write({
      name,
      context: trace,
      parentSpanId: batch.parent_span_id,
      isParentRemote: true,
      start: Date.parse(created_at),
      end: Date.parse(finished_at ?? batch.updated_at),
      attributes: {
        ...attributes,
        'daysync.outcome': batch.status,
        'daysync.mode': batch.mode,
        'daysync.start_date': batch.start_date,
        'daysync.end_date': batch.end_date,
        'daysync.total': batch.total,
        'daysync.success': batch.success,
        'daysync.failed': batch.failed,
        'daysync.skipped': batch.skipped,
        'daysync.rows': batch.rows,
        'daysync.retry_of': batch.retry_of ?? undefined,
        ...errorType(error_code),
      },
      failure: batch.status === 'failed' ? shortened(batch.error_text ?? '') : null,
    });
  }

  private writeDay(of: DaySpan, row: DayLogRow): void {
    const { finished_at, error_code, error_text, reason, rows } = row;
    if (finished_at === null) return;
    const { name, attributes } = named('day', of);
    const hasFailed = row.state === 'failed';
    this.tracing?.write({
      name,
      context: spanBelow(of.trace, of.day),
      parentSpanId: of.trace.spanId,
      start: firstInstant(row, finished_at),
      end: Date.parse(finished_at),
      attributes: {
        ...attributes,
        'daysync.outcome': row.state,
        'daysync.reason': hasFailed ? (error_code ?? undefined) : (reason ?? undefined),
        'daysync.rows': rows ?? undefined,
        'daysync.attempts': row.attempts,
        ...errorType(hasFailed ? error_code : null),
      },
      failure: hasFailed ? shortened(error_text ?? '') : null,
    });
  }

  /** Reads what a span needs beside the work. What fails costs that span, and nothing else. */
  private read(batchId: string, work: () => Promise<void>): void {
    const reading = work()
      .catch((error: unknown) => {
        this.logger.debug({ err: error, task_id: batchId }, 'a span was not written');
      })
      .finally(() => this.reading.delete(reading));
    this.reading.add(reading);
  }
}

/** A day that has ended. */
export type DaySpan = Pick<EndedAttempt, 'batchId' | 'dataset' | 'day' | 'trace'>;

/** The span of an attempt: the one that a source gets as `traceparent`. */
export function attemptSpan(
  trace: TraceContext,
  { day, token, attempt }: Pick<EndedAttempt, 'day' | 'token' | 'attempt'>,
): TraceContext {
  return spanBelow(trace, day, token, attempt);
}

function named(
  kind: 'batch' | 'day' | 'attempt',
  { batchId, dataset, day }: Pick<EndedAttempt, 'batchId' | 'dataset'> & { day?: CalendarDay },
): { readonly name: string; readonly attributes: SpanAttributes } {
  const attributes = {
    'daysync.dataset': dataset,
    'daysync.task_id': batchId,
    'daysync.day': day,
  };
  return { name: `${kind} ${dataset}`, attributes };
}

function errorType(code: string | null): SpanAttributes {
  return code === null ? {} : { 'error.type': code };
}

/** When a day was begun first. */
function firstInstant(
  row: Pick<BatchDayRow, 'started_at'> & DayLogRow,
  finishedAt: string,
): number {
  const instants = [...dayLog(row).map(({ at }) => at), row.started_at ?? finishedAt];
  return Math.min(...instants.map((at) => Date.parse(at)));
}

function shortened(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1).toWellFormed()}…`;
}
