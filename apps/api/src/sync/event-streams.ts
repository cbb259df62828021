import { isTerminal, type Progress } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { LiveView } from '../batches/live-view.js';
import { EventPacer } from './event-pacer.js';
import type { Refused } from './refusal.js';

/** How long a browser waits before it reconnects. */
const RECONNECT_MS = 2_000;
/** A silent stream gets a comment, so that proxies and clients can detect a dead one. */
const COMMENT_MS = 15_000;
const CHECK_MS = 1_000;

/** The part of a response that an event stream uses. */
export interface EventSink {
  readonly writableNeedDrain: boolean;
  readonly destroyed: boolean;
  write(text: string): unknown;
  end(): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** The caller that a stream is written to. */
export interface StreamReader {
  /** The key by which its streams are counted. */
  readonly countedAs: string;
  /** Within a second after it returns false, the stream ends. */
  readonly maySee: () => boolean;
}

interface Watcher {
  readonly channel: Channel;
  readonly render: (progress: Progress) => string;
  readonly sink: EventSink;
  readonly reader: StreamReader;
  shown: Progress | undefined;
  writtenAt: number;
  /** Its buffer is full. */
  draining: boolean;
}

/** A stream that another class writes. */
interface AdoptedStream {
  readonly sink: EventSink;
  readonly reader: StreamReader;
  /** Aborts once nothing more may be written. */
  readonly over: AbortController;
}

/** The watchers of one batch. */
interface Channel {
  readonly batchId: string;
  readonly watchers: Set<Watcher>;
  newest: Progress;
  changes?: Subscription;
}

/**
 * The progress of batches as server-sent events (WHATWG HTML, 9.2): first a snapshot, then changes in order until the end.
 * A change is serialized once for all watchers. A watcher gets at most ten per second, and always the latest; a slow reader
 * gets fewer of them, so that nothing is buffered for it.
 */
@Injectable()
export class EventStreams {
  private readonly channels = new Map<string, Channel>();
  /** The streams that other classes write. */
  private readonly adopted = new Set<AdoptedStream>();
  private readonly pacer: EventPacer<Watcher>;
  private checks: NodeJS.Timeout | undefined;
  private count = 0;
  /** The open streams of each caller. */
  private readonly counts = new Map<string, number>();
  private closed = false;

  constructor(
    private readonly live: LiveView,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    this.pacer = new EventPacer((watcher) => {
      this.show(watcher);
    }, clock);
  }

  /** The number of open streams. */
  get size(): number {
    return this.count;
  }

  /** Whether a caller may open another stream: `stopping` once {@link close} was called. */
  room(
    countedAs: string,
  ): { readonly kind: 'room' } | Refused<'too_many_streams' | 'too_many_own_streams' | 'stopping'> {
    if (this.closed) return { kind: 'stopping' };
    const { maxEventStreams: limit, limitStreams } = this.config;
    if (limitStreams > 0 && (this.counts.get(countedAs) ?? 0) >= limitStreams) {
      return { kind: 'too_many_own_streams', limit: limitStreams };
    }
    return this.count < limit
      ? { kind: 'room' }
      : { kind: 'too_many_streams', open: this.count, limit };
  }

  /**
   * Writes the changes of a batch to `sink`, starting with `progress`, and ends it with the batch.
   * @param render writes a progress as JSON
   */
  open(
    progress: Progress,
    render: (progress: Progress) => string,
    sink: EventSink,
    reader: StreamReader,
  ): void {
    // The reader has left: its `close` event, which would remove it, is over.
    if (sink.destroyed) return;
    const channel = this.channelOf(progress);
    const at = this.clock.monotonic();
    const watcher: Watcher = {
      channel,
      render,
      sink,
      reader,
      shown: undefined,
      writtenAt: at,
      draining: false,
    };
    channel.watchers.add(watcher);
    this.countStream(reader, 1);
    sink.once('close', () => {
      this.remove(watcher);
    });
    sink.write(`retry: ${RECONNECT_MS}\n\n`);
    this.pacer.add(watcher);
  }

  /**
   * Counts a stream that another class writes, and ends it with the session of its reader and with the program.
   * @returns aborts once the stream is over: nothing more may be written then
   */
  adopt(sink: EventSink, reader: StreamReader): AbortSignal {
    const stream = { sink, reader, over: new AbortController() };
    this.adopted.add(stream);
    this.countStream(reader, 1);
    sink.once('close', () => {
      this.release(stream);
    });
    return stream.over.signal;
  }

  /** Ends every stream when the program stops: browsers then reconnect to the next process. */
  close(): void {
    this.closed = true;
    for (const { watchers } of [...this.channels.values()]) {
      for (const watcher of [...watchers]) this.end(watcher);
    }
    for (const stream of [...this.adopted]) this.endAdopted(stream);
  }

  private channelOf(progress: Progress): Channel {
    const { task_id: batchId } = progress;
    const known = this.channels.get(batchId);
    if (known !== undefined) return known;
    const channel: Channel = { batchId, watchers: new Set(), newest: progress };
    channel.changes = this.live.watch(batchId).subscribe((newest) => {
      channel.newest = newest;
      for (const watcher of channel.watchers) this.pacer.add(watcher);
    });
    this.channels.set(batchId, channel);
    return channel;
  }

  /** Writes the latest progress, or waits until the watcher has read its buffer. */
  private show(watcher: Watcher): void {
    const { channel, render, sink } = watcher;
    const { newest } = channel;
    if (!watcher.reader.maySee()) {
      this.end(watcher);
      return;
    }
    if (!channel.watchers.has(watcher) || watcher.draining || watcher.shown === newest) return;
    if (sink.writableNeedDrain) {
      watcher.draining = true;
      sink.once('drain', () => {
        watcher.draining = false;
        this.pacer.add(watcher);
      });
      return;
    }
    const ended = isTerminal(newest.status);
    sink.write(
      `event: ${ended ? 'end' : 'progress'}\nid: ${newest.rev}\ndata: ${render(newest)}\n\n`,
    );
    watcher.shown = newest;
    watcher.writtenAt = this.clock.monotonic();
    if (ended) this.end(watcher);
  }

  /** Ends streams whose session has ended, and writes a comment to silent ones. */
  private check(): void {
    for (const stream of [...this.adopted]) {
      if (!stream.reader.maySee()) this.endAdopted(stream);
    }
    const now = this.clock.monotonic();
    for (const { watchers } of this.channels.values()) {
      for (const watcher of watchers) {
        if (!watcher.reader.maySee()) {
          this.end(watcher);
          continue;
        }
        if (watcher.draining || now - watcher.writtenAt < COMMENT_MS) continue;
        watcher.sink.write(':\n\n');
        watcher.writtenAt = now;
      }
    }
  }

  private endAdopted(stream: AdoptedStream): void {
    this.release(stream);
    stream.sink.end();
  }

  private release(stream: AdoptedStream): void {
    if (!this.adopted.delete(stream)) return;
    this.countStream(stream.reader, -1);
    stream.over.abort();
  }

  private end(watcher: Watcher): void {
    this.remove(watcher);
    watcher.sink.end();
  }

  private remove(watcher: Watcher): void {
    const { channel } = watcher;
    if (!channel.watchers.delete(watcher)) return;
    this.countStream(watcher.reader, -1);
    if (channel.watchers.size === 0) {
      this.channels.delete(channel.batchId);
      channel.changes?.unsubscribe();
    }
  }

  private countStream({ countedAs }: StreamReader, change: 1 | -1): void {
    this.count += change;
    const open = (this.counts.get(countedAs) ?? 0) + change;
    if (open === 0) this.counts.delete(countedAs);
    else this.counts.set(countedAs, open);
    if (this.count === 0) {
      clearInterval(this.checks);
      this.checks = undefined;
    } else {
      this.checks ??= setInterval(() => {
        this.check();
      }, CHECK_MS);
    }
  }
}
