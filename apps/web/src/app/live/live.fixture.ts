import type { Provider } from '@angular/core';
import type { PollUpdate, Progress } from '@daysync/progress';
import { BehaviorSubject, Observable, Subject } from 'rxjs';
import { OPEN_STREAM, PAGE_LIFE, type StreamEvent } from './browser-ports';
import { ProgressPoller } from './progress-poller';

/** One tab, whose polls and streams the spec answers. */
export class FakeTab {
  readonly isShown = new BehaviorSubject(true);
  readonly isThere = new BehaviorSubject(true);
  /** The ids of the batches that were polled: one for each beginning. */
  readonly polled: string[] = [];
  readonly polls = new Subject<PollUpdate>();
  /** The streams that are open, by the id of their batch. */
  readonly streams = new Map<string, Subject<StreamEvent>>();
  /** How many streams were opened. */
  opened = 0;

  /** Whether it polls now. */
  get isPolling(): boolean {
    return this.polls.observed;
  }

  /** The stream of a batch tells this. */
  stream(taskId: string, progress: Progress): void {
    this.streams.get(taskId)?.next({ kind: 'progress', progress });
  }

  providers(): Provider[] {
    const poll = (taskId: string): Observable<PollUpdate> => {
      this.polled.push(taskId);
      return this.polls;
    };
    const openStream = (taskId: string): Observable<StreamEvent> =>
      new Observable((subscriber) => {
        this.opened += 1;
        const events = new Subject<StreamEvent>();
        this.streams.set(taskId, events);
        subscriber.add(() => this.streams.delete(taskId));
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
