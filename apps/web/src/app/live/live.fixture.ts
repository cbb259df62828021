import type { Provider } from '@angular/core';
import type { PollUpdate, Progress } from '@daysync/progress';
import { BehaviorSubject, Observable, Subject } from 'rxjs';
import {
  OPEN_STREAM,
  PAGE_LIFE,
  TAB_LOCK,
  TABS,
  type StreamEvent,
  type Tabs,
} from './browser-ports';
import { ProgressPoller } from './progress-poller';

/** A browser of specs: what all its tabs share. */
export class FakeBrowser {
  /** The streams that are open, by the id of their batch. */
  readonly streams = new Map<string, Subject<StreamEvent>>();
  /** How many streams were opened. */
  opened = 0;
  readonly messages: object[] = [];
  private readonly channel = new Subject<{ readonly from: FakeTab; readonly message: object }>();
  private readonly queue: (() => void)[] = [];
  private holder: object | undefined;

  /** The lock: the next in the queue gets it when it is given back. */
  readonly lock = new Observable<void>((subscriber) => {
    const owner = {};
    const take = (): void => {
      this.holder = owner;
      subscriber.next();
    };
    if (this.holder === undefined) take();
    else this.queue.push(take);
    return () => {
      const place = this.queue.indexOf(take);
      if (place >= 0) this.queue.splice(place, 1);
      if (this.holder !== owner) return;
      this.holder = undefined;
      this.queue.shift()?.();
    };
  });

  readonly openStream = (taskId: string): Observable<StreamEvent> =>
    new Observable((subscriber) => {
      this.opened += 1;
      const events = new Subject<StreamEvent>();
      this.streams.set(taskId, events);
      subscriber.add(() => this.streams.delete(taskId));
      return events.subscribe(subscriber);
    });

  /** The stream of a batch tells this. */
  stream(taskId: string, progress: Progress): void {
    this.streams.get(taskId)?.next({ kind: 'progress', progress });
  }

  tabsOf(tab: FakeTab): Tabs {
    return {
      messages: new Observable((subscriber) =>
        this.channel.subscribe(({ from, message }) => {
          if (from !== tab) subscriber.next(message);
        }),
      ),
      post: (message) => {
        this.messages.push(message);
        this.channel.next({ from: tab, message });
      },
    };
  }
}

/** One tab, whose polls the spec answers. */
export class FakeTab {
  readonly isShown = new BehaviorSubject(true);
  readonly isThere = new BehaviorSubject(true);
  /** The ids of the batches that were polled: one for each beginning. */
  readonly polled: string[] = [];
  readonly polls = new Subject<PollUpdate>();

  constructor(private readonly browser: FakeBrowser) {}

  /** Whether it polls now. */
  get isPolling(): boolean {
    return this.polls.observed;
  }

  providers(): Provider[] {
    const poll = (taskId: string): Observable<PollUpdate> => {
      this.polled.push(taskId);
      return this.polls;
    };
    const { isShown, isThere } = this;
    return [
      { provide: ProgressPoller, useValue: { poll } },
      { provide: OPEN_STREAM, useValue: this.browser.openStream },
      { provide: TABS, useValue: this.browser.tabsOf(this) },
      { provide: TAB_LOCK, useValue: this.browser.lock },
      { provide: PAGE_LIFE, useValue: { isShown, isThere } },
    ];
  }
}
