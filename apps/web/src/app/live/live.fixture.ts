import { computed, type Provider, type Signal } from '@angular/core';
import type { PollUpdate, Progress } from '@daysync/progress';
import { BehaviorSubject, Observable, Subject } from 'rxjs';
import { ActiveBatch } from './active-batch';
import { OPEN_STREAM, PAGE_LIFE, type StreamEvent } from './browser-ports';
import { ProgressPoller } from './progress-poller';

/** The batch that a page follows, as the only one that it knows. */
export function provideFollowed(progress: Signal<Progress | undefined>): Provider {
  const batches = computed(() => [progress()].filter((batch) => batch !== undefined));
  return { provide: ActiveBatch, useValue: { progress, batches, apply: () => undefined } };
}

/** A tab whose polls and streams a spec answers. */
export class FakeTab {
  readonly isShown = new BehaviorSubject(true);
  readonly isThere = new BehaviorSubject(true);
  /** The id of the batch for each start of polling. */
  readonly polled: string[] = [];
  readonly polls = new Subject<PollUpdate>();
  /** The open streams, by batch id. */
  readonly streams = new Map<string, Subject<StreamEvent>>();
  opened = 0;

  get isPolling(): boolean {
    return this.polls.observed;
  }

  /** Emits a progress in the stream of a batch. */
  stream(batchId: string, progress: Progress): void {
    this.streams.get(batchId)?.next({ kind: 'progress', progress });
  }

  providers(): Provider[] {
    const poll = (batchId: string): Observable<PollUpdate> => {
      this.polled.push(batchId);
      return this.polls;
    };
    const openStream = (batchId: string): Observable<StreamEvent> =>
      new Observable((subscriber) => {
        this.opened += 1;
        const events = new Subject<StreamEvent>();
        this.streams.set(batchId, events);
        subscriber.add(() => this.streams.delete(batchId));
        return events.subscribe(subscriber);
      });
    const { isShown, isThere } = this;
    return [
      { provide: ProgressPoller, useValue: { poll } },
      { provide: OPEN_STREAM, useValue: openStream },
      { provide: PAGE_LIFE, useValue: { isShown, isThere } },
    ];
  }
}
