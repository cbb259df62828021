// The browser features of the live progress, as ports that specs replace.
import { DOCUMENT, inject, InjectionToken } from '@angular/core';
import { isProgressOf, type Progress } from '@daysync/progress';
import { distinctUntilChanged, fromEvent, map, merge, NEVER, Observable, startWith } from 'rxjs';
import { API } from '../api/wire';

/** An event of a batch's stream. */
export type StreamEvent =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The connection is lost; the browser reconnects automatically. */
  | { readonly kind: 'lost' };

/**
 * Opens the event stream of a batch while it is subscribed to. It completes if the server refuses it or sends anything
 * but progress.
 */
type OpenStream = (batchId: string) => Observable<StreamEvent>;

/** The lifecycle of a tab. Both emit the current state at once. */
interface PageLife {
  readonly isShown: Observable<boolean>;
  /** Whether the page is active: false once it was left, true again if the browser restores it. */
  readonly isThere: Observable<boolean>;
}

export const OPEN_STREAM = new InjectionToken<OpenStream>('OpenStream', {
  providedIn: 'root',
  // Without `EventSource` the console polls.
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

const openStream: OpenStream = (batchId) =>
  new Observable((subscriber) => {
    const url = `${API}/sync/batch/progress/${encodeURIComponent(batchId)}/events`;
    const source = new EventSource(url);
    const emit = ({ data }: MessageEvent<string>): void => {
      const progress = progressIn(batchId, data);
      if (progress === undefined) subscriber.complete();
      else subscriber.next({ kind: 'progress', progress });
    };
    source.addEventListener('progress', emit);
    source.addEventListener('end', emit);
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) subscriber.complete();
      else subscriber.next({ kind: 'lost' });
    });
    return () => source.close();
  });

function progressIn(batchId: string, data: string): Progress | undefined {
  try {
    const progress: unknown = JSON.parse(data);
    return isProgressOf(batchId, progress) ? progress : undefined;
  } catch {
    // Not JSON: something between here and the server answered.
    return undefined;
  }
}
