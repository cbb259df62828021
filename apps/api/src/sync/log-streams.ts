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

/** The logs of batches as server-sent events: first the latest entries, then what changes, until the batch ends. */
@Injectable()
export class LogStreams {
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
    filter: Pick<LogFilter, 'kinds' | 'limit'>,
    sink: EventSink,
    reader: StreamReader,
  ): void {
    // The reader has left: its `close` event is over.
    if (sink.destroyed) return;
    this.streams.adopt(sink, reader);
    void this.write(batchId, first, filter, sink, reader).catch((error: unknown) => {
      // The client reconnects.
      this.logger.warn({ err: error, task_id: batchId }, 'a stream of a log broke off');
      sink.end();
    });
  }

  private async write(
    batchId: string,
    first: BatchLogPage,
    filter: Pick<LogFilter, 'kinds' | 'limit'>,
    sink: EventSink,
    reader: StreamReader,
  ): Promise<void> {
    const wake = new Wake();
    const changes = this.live.watch(batchId).subscribe({
      next: () => wake.ring(),
      complete: () => wake.ring(),
    });
    const isOpen = (): boolean => !sink.destroyed;
    sink.once('close', () => wake.ring());
    try {
      sink.write(`retry: ${RECONNECT_MS}\n\n`);
      let page: BatchLogPage | undefined = first;
      let shown = '';
      while (isOpen() && reader.maySee()) {
        const { items, truncated, cursor, hasEnded } = page;
        const data = JSON.stringify({ items, truncated, cursor });
        if (data !== shown) {
          sink.write(`event: ${hasEnded ? 'end' : 'log'}\nid: ${cursor}\ndata: ${data}\n\n`);
        }
        shown = data;
        if (hasEnded) return;
        await sleep(READ_EVERY_MS);
        if (!(await wake.within(COMMENT_MS))) sink.write(':\n\n');
        while (isOpen() && sink.writableNeedDrain) await sleep(READ_EVERY_MS);
        const known = decodeDaysCursor(cursor) ?? START;
        page = await this.logs.ofBatch(batchId, { ...filter, known });
        if (page === undefined) return;
      }
    } finally {
      changes.unsubscribe();
      sink.end();
    }
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
