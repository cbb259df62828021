import { isTerminal, type Progress } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { LiveView } from '../batches/live-view.js';
import { EventPacer } from './event-pacer.js';
import type { Refused } from './refusal.js';

/** How long a browser waits before it connects again. */
const RECONNECT_MS = 2_000;
/** A stream that says nothing for so long is told from a dead one. */
const COMMENT_MS = 15_000;
const LOOK_MS = 1_000;

/** What an event stream needs of a response. */
export interface EventSink {
  readonly writableNeedDrain: boolean;
  /** Whether its reader has left. */
  readonly destroyed: boolean;
  write(text: string): unknown;
  end(): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
}

interface Watcher {
  readonly channel: Channel;
  readonly render: (progress: Progress) => string;
  readonly sink: EventSink;
  readonly maySee: () => boolean;
  /** What was written last. */
  shown: Progress | undefined;
  /** When something was written last. */
  writtenAt: number;
  /** Whether its buffer is full. */
  draining: boolean;
}

/** Everybody who watches one batch. */
interface Channel {
  readonly batchId: string;
  readonly watchers: Set<Watcher>;
  newest: Progress;
  changes?: Subscription;
}

/**
 * The progress of batches as server-sent events (WHATWG HTML, 9.2): first a snapshot, then changes in order until
 * the end. A change is serialized once for all watchers; each is shown at most ten a second, the newest always, and
 * who reads slowly is shown fewer of them: nothing gathers for anybody.
 */
@Injectable()
export class EventStreams {
  private readonly channels = new Map<string, Channel>();
  private readonly pacer: EventPacer<Watcher>;
  private looks: NodeJS.Timeout | undefined;
  private count = 0;
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

  /** How many are open. */
  get size(): number {
    return this.count;
  }

  /** Whether another stream may be opened: `stopping` once {@link close} was called. */
  room(): { readonly kind: 'room' } | Refused<'too_many_streams' | 'stopping'> {
    if (this.closed) return { kind: 'stopping' };
    const { maxEventStreams: limit } = this.config;
    return this.count < limit
      ? { kind: 'room' }
      : { kind: 'too_many_streams', open: this.count, limit };
  }

  /**
   * Shows `sink` the batch from `progress` on, and ends it with the batch. Who has left already is shown nothing.
   * @param render writes a progress as JSON
   * @param maySee whether the watcher still may: within a second after that is false, its stream ends
   */
  open(
    progress: Progress,
    render: (progress: Progress) => string,
    sink: EventSink,
    maySee: () => boolean = () => true,
  ): void {
    // Its `close` has been, and nothing else would take it from the list.
    if (sink.destroyed) return;
    const channel = this.channelOf(progress);
    const at = this.clock.monotonic();
    const watcher: Watcher = {
      channel,
      render,
      sink,
      maySee,
      shown: undefined,
      writtenAt: at,
      draining: false,
    };
    channel.watchers.add(watcher);
    this.count += 1;
    this.looks ??= setInterval(() => {
      this.look();
    }, LOOK_MS);
    sink.once('close', () => {
      this.remove(watcher);
    });
    sink.write(`retry: ${RECONNECT_MS}\n\n`);
    this.pacer.add(watcher);
  }

  /** Ends every stream, for a stop: browsers connect again to whoever comes next. */
  close(): void {
    this.closed = true;
    for (const { watchers } of [...this.channels.values()]) {
      for (const watcher of [...watchers]) this.end(watcher);
    }
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

  /** Writes what is newest by now, or lets the watcher read on first. */
  private show(watcher: Watcher): void {
    const { channel, render, sink } = watcher;
    const { newest } = channel;
    if (!watcher.maySee()) {
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

  /** Ends the streams of those who may not see them any more, and comments on those that say nothing. */
  private look(): void {
    const now = this.clock.monotonic();
    for (const { watchers } of this.channels.values()) {
      for (const watcher of watchers) {
        if (!watcher.maySee()) {
          this.end(watcher);
          continue;
        }
        if (watcher.draining || now - watcher.writtenAt < COMMENT_MS) continue;
        watcher.sink.write(':\n\n');
        watcher.writtenAt = now;
      }
    }
  }

  private end(watcher: Watcher): void {
    this.remove(watcher);
    watcher.sink.end();
  }

  private remove(watcher: Watcher): void {
    const { channel } = watcher;
    if (!channel.watchers.delete(watcher)) return;
    this.count -= 1;
    if (channel.watchers.size === 0) {
      this.channels.delete(channel.batchId);
      channel.changes?.unsubscribe();
    }
    if (this.count === 0) {
      clearInterval(this.looks);
      this.looks = undefined;
    }
  }
}
