// What the live progress needs of the browser, each thing as a port of its own, so that specs need no browser.
// Where a browser lacks one of the first three there is no event stream, and the console polls.
import { DOCUMENT, inject, InjectionToken } from '@angular/core';
import { isProgressOf, type Progress } from '@daysync/progress';
import { distinctUntilChanged, fromEvent, map, merge, Observable, startWith } from 'rxjs';
import { API } from '../api/wire';

/** What an event stream tells. */
export type StreamEvent =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The connection is lost, and the browser is about to connect again. */
  | { readonly kind: 'lost' };

/**
 * Opens the event stream of a batch for as long as it is subscribed to. It completes where the server refuses it
 * or tells what is no progress.
 */
export type OpenStream = (taskId: string) => Observable<StreamEvent>;

/** All tabs of a browser that show the console. */
export interface Tabs {
  /** What the others say, for as long as it is subscribed to. */
  readonly messages: Observable<unknown>;
  /** Says something to all others; nothing while nobody listens here. */
  post(message: object): void;
}

/** Emits once this tab is the only one that has the lock, and gives it back when it is left. */
export type TabLock = Observable<void>;

/** How a tab lives. Both tell the state of the moment at once. */
export interface PageLife {
  /** Whether the tab is in front. */
  readonly isShown: Observable<boolean>;
  /** Whether the page is there: not once it was left, and again if the browser brings it back. */
  readonly isThere: Observable<boolean>;
}

export const OPEN_STREAM = new InjectionToken<OpenStream | undefined>('OpenStream', {
  providedIn: 'root',
  factory: () => (typeof EventSource === 'undefined' ? undefined : openStream),
});

export const TABS = new InjectionToken<Tabs | undefined>('Tabs', {
  providedIn: 'root',
  factory: () =>
    typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastTabs('daysync.progress'),
});

export const TAB_LOCK = new InjectionToken<TabLock | undefined>('TabLock', {
  providedIn: 'root',
  // A page that comes over plain HTTP from another machine has no locks.
  factory: () => ('locks' in navigator ? tabLock(navigator.locks, 'daysync.stream') : undefined),
});

export const PAGE_LIFE = new InjectionToken<PageLife>('PageLife', {
  providedIn: 'root',
  factory: () => {
    const document = inject(DOCUMENT);
    const window = document.defaultView;
    if (window === null) throw new Error('expected a document in a window');
    const brought = fromEvent<PageTransitionEvent>(window, 'pageshow');
    return {
      isShown: fromEvent(document, 'visibilitychange').pipe(
        startWith(undefined),
        map(() => document.visibilityState === 'visible'),
        distinctUntilChanged(),
      ),
      isThere: merge(
        fromEvent(window, 'pagehide').pipe(map(() => false)),
        brought.pipe(map(() => true)),
      ).pipe(startWith(true), distinctUntilChanged()),
    };
  },
});

const openStream: OpenStream = (taskId) =>
  new Observable((subscriber) => {
    const url = `${API}/sync/batch/progress/${encodeURIComponent(taskId)}/events`;
    const source = new EventSource(url);
    const tell = ({ data }: MessageEvent<string>): void => {
      const progress = progressIn(taskId, data);
      if (progress === undefined) subscriber.complete();
      else subscriber.next({ kind: 'progress', progress });
    };
    source.addEventListener('progress', tell);
    source.addEventListener('end', tell);
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) subscriber.complete();
      else subscriber.next({ kind: 'lost' });
    });
    return () => source.close();
  });

function progressIn(taskId: string, data: string): Progress | undefined {
  try {
    const progress: unknown = JSON.parse(data);
    return isProgressOf(taskId, progress) ? progress : undefined;
  } catch {
    // No JSON: something on the way is no Daysync.
    return undefined;
  }
}

class BroadcastTabs implements Tabs {
  private channel: BroadcastChannel | undefined;

  readonly messages = new Observable<unknown>((subscriber) => {
    const channel = new BroadcastChannel(this.name);
    this.channel = channel;
    channel.addEventListener('message', ({ data }) => subscriber.next(data));
    return () => {
      channel.close();
      this.channel = undefined;
    };
  });

  constructor(private readonly name: string) {}

  post(message: object): void {
    this.channel?.postMessage(message);
  }
}

function tabLock(locks: LockManager, name: string): TabLock {
  return new Observable((subscriber) => {
    const waiting = new AbortController();
    const { promise: left, resolve: leave } = Promise.withResolvers<undefined>();
    const held = locks.request(name, { signal: waiting.signal }, () => {
      if (!subscriber.closed) subscriber.next();
      return left;
    });
    // It rejects when the tab leaves the queue, and no other tab is told.
    held.catch(() => undefined);
    return () => {
      waiting.abort();
      leave(undefined);
    };
  });
}
