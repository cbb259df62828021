import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LiveView } from '../batches/live-view.js';
import { BatchLogs, type BatchLogPage, type LogFilter } from '../batches/store/batch-logs.js';
import { decodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { LOGGER } from '../logging/logger.js';
import { EventStreams, type EventSink, type StreamReader } from './event-streams.js';

/** The least time between two reads of one stream. */
const READ_EVERY_MS = 500;
/** A silent stream gets a comment, so that proxies and clients can detect a dead one. */
const COMMENT_MS = 15_000;
/** How long a client waits before it reconnects. */
const RECONNECT_MS = 2_000;

interface OpenStream {
  readonly sink: EventSink;
  readonly reader: StreamReader;
  /** Aborts once nothing more may be written. */
  readonly over: AbortSignal;
}

type StreamFilter = Pick<LogFilter, 'kinds' | 'limit'>;

/** The logs of batches as server-sent events: first the latest entries, then what changes, until the batch ends. */
@Injectable()
export class LogStreams {
  /** The reads that have not begun, by what they ask for. */
  private readonly waiting = new Map<string, Promise<BatchLogPage | undefined>>();
  private lastRead: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly logs: BatchLogs,
    private readonly live: LiveView,
    private readonly streams: EventStreams,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Writes a log to `sink`, beginning with `first`, and ends it with the batch. */
  open(
    batchId: string,
    first: BatchLogPage,
    filter: StreamFilter,
    sink: EventSink,
    reader: StreamReader,
  ): void {
    // The reader has left: its `close` event is over.
    if (sink.destroyed) return;
    const over = this.streams.adopt(sink, reader);
    // The client reconnects.
    const giveUp = (error: unknown): void => {
      this.logger.warn({ err: error, task_id: batchId }, 'a stream of a log broke off');
    };
    // An error without a listener would end the program.
    sink.on('error', giveUp);
    void this.write(batchId, first, filter, { sink, reader, over })
      .catch(giveUp)
      .finally(() => sink.end());
  }

  private async write(
    batchId: string,
    first: BatchLogPage,
    filter: StreamFilter,
    { sink, reader, over }: OpenStream,
  ): Promise<void> {
    const wake = new Wake();
    const ring = (): void => {
      wake.ring();
    };
    const changes = this.live.watch(batchId).subscribe({ next: ring, complete: ring });
    over.addEventListener('abort', ring, { once: true });
    const isOpen = (): boolean => !over.aborted && reader.maySee();
    try {
      sink.write(`retry: ${RECONNECT_MS}\n\n`);
      let page: BatchLogPage | undefined = first;
      let shown = '';
      while (page !== undefined && isOpen()) {
        const { items, truncated, cursor, hasEnded } = page;
        const data = JSON.stringify({ items, truncated, cursor });
        if (data !== shown) {
          sink.write(`event: ${hasEnded ? 'end' : 'log'}\nid: ${cursor}\ndata: ${data}\n\n`);
        }
        shown = data;
        if (hasEnded) return;
        await pause(over);
        const isRung = await wake.within(COMMENT_MS);
        if (!isOpen()) return;
        if (!isRung) sink.write(':\n\n');
        while (isOpen() && sink.writableNeedDrain) await pause(over);
        if (!isOpen()) return;
        page = await this.read(batchId, filter, cursor);
      }
    } finally {
      changes.unsubscribe();
    }
  }

  /** One read runs at a time, however many streams there are. Streams that have come as far share one. */
  private read(
    batchId: string,
    filter: StreamFilter,
    cursor: string,
  ): Promise<BatchLogPage | undefined> {
    const asked = JSON.stringify([batchId, filter, cursor]);
    const known = this.waiting.get(asked);
    if (known !== undefined) return known;
    const page = this.lastRead.then(() => {
      // Of what changes from now on this read may know nothing.
      this.waiting.delete(asked);
      return this.logs.ofBatch(batchId, { ...filter, known: decodeDaysCursor(cursor) ?? START });
    });
    this.waiting.set(asked, page);
    this.lastRead = page.catch(() => undefined);
    return page;
  }
}

async function pause(over: AbortSignal): Promise<void> {
  try {
    await sleep(READ_EVERY_MS, undefined, { signal: over });
  } catch {
    // The stream is over.
  }
}

/** Wakes one who waits; a ring before is not lost. */
class Wake {
  private isRung = false;
  private answer: (() => void) | undefined;

  ring(): void {
    this.isRung = true;
    this.answer?.();
  }

  /** Whether it was rung within a time. */
  async within(ms: number): Promise<boolean> {
    if (!this.isRung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      this.answer = resolve;
      await promise;
      clearTimeout(timer);
      this.answer = undefined;
    }
    const rung = this.isRung;
    this.isRung = false;
    return rung;
  }
}
