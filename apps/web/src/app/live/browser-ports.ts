// What the live progress needs of the browser, each thing as a port of its own, so that specs need no browser.
import { DOCUMENT, inject, InjectionToken } from '@angular/core';
import { isProgressOf, type Progress } from '@daysync/progress';
import { distinctUntilChanged, fromEvent, map, merge, NEVER, Observable, startWith } from 'rxjs';
import { API } from '../api/wire';

/** What an event stream tells. */
export type StreamEvent =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The connection is lost, and the browser connects again by itself. */
  | { readonly kind: 'lost' };

/**
 * Opens the event stream of a batch for as long as it is subscribed to. It completes where the server refuses it
 * or tells what is no progress.
 */
export type OpenStream = (taskId: string) => Observable<StreamEvent>;

/** How a tab lives. Both tell the state of the moment at once. */
export interface PageLife {
  /** Whether the tab is in front. */
  readonly isShown: Observable<boolean>;
  /** Whether the page is there: not once it was left, and again if the browser brings it back. */
  readonly isThere: Observable<boolean>;
}

export const OPEN_STREAM = new InjectionToken<OpenStream>('OpenStream', {
  providedIn: 'root',
  // Where there is none, nothing is ever told, and the console polls.
  factory: () => (typeof EventSource === 'undefined' ? () => NEVER : openStream),
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
