import { HttpClient, HttpErrorResponse, type HttpHeaders } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { pollProgress, type PollAnswer, type PollUpdate } from '@daysync/progress';
import { firstValueFrom, fromEvent, map, takeUntil, type Observable } from 'rxjs';
import { problemOf } from '../api/problem';
import { API, type Envelope } from '../api/wire';
import { RANDOM } from '../time/random';
import { PAGE_LIFE } from './browser-ports';
import { isProgressOf } from './tab-message';

/** How often a tab that nobody sees asks at most. */
const HIDDEN_INTERVAL_MS = 30_000;

/** `pollProgress` over HTTP. Whoever unsubscribes ends it, the request under way included. */
@Injectable({ providedIn: 'root' })
export class ProgressPoller {
  private readonly http = inject(HttpClient);
  private readonly random = inject(RANDOM);
  /** A tab that is shown again asks at once. */
  private readonly leastIntervalMs = inject(PAGE_LIFE).isShown.pipe(
    map((isShown) => (isShown ? 0 : HIDDEN_INTERVAL_MS)),
  );

  /** The progress of a batch until it ends or the server refuses. */
  poll(taskId: string): Observable<PollUpdate> {
    return pollProgress({
      random: this.random,
      leastIntervalMs: this.leastIntervalMs,
      // The feed ends it: it knows what else has brought the progress meanwhile.
      deadlineMs: Infinity,
      fetch: (signal) => this.ask(taskId, signal),
    });
  }

  private async ask(taskId: string, signal: AbortSignal): Promise<PollAnswer> {
    const url = `${API}/sync/batch/progress/${encodeURIComponent(taskId)}`;
    try {
      return await firstValueFrom(
        this.http.get<Partial<Envelope<unknown>> | null>(url).pipe(
          map((body): PollAnswer => {
            const progress = body?.data;
            if (isProgressOf(taskId, progress)) return { kind: 'progress', progress };
            throw new TypeError(`expected the progress of ${taskId}, got something else`);
          }),
          takeUntil(fromEvent(signal, 'abort')),
        ),
      );
    } catch (error) {
      const answer = answerTo(error);
      if (answer === undefined) throw error;
      return answer;
    }
  }
}

/** What a failed request means to the poller; `undefined` where nobody has answered it. */
export function answerTo(error: unknown): PollAnswer | undefined {
  if (!(error instanceof HttpErrorResponse)) return undefined;
  switch (error.status) {
    // A success that can't be read is another server's, such as that of a network that wants a login.
    case 200:
    case 0:
    // What stands before the server says these while the server is away.
    case 502:
    case 504:
      return undefined;
    case 408:
    case 425:
    case 429:
      return { kind: 'busy', retryAfterMs: retryAfterMs(error.headers) };
    default:
      return error.status >= 400 && error.status < 500
        ? { kind: 'refused', code: problemOf(error).code }
        : { kind: 'busy', retryAfterMs: retryAfterMs(error.headers) };
  }
}

/** `Retry-After` in milliseconds, where it counts seconds. */
function retryAfterMs(headers: HttpHeaders): number | null {
  const header = headers.get('Retry-After');
  return header !== null && /^\d+$/.test(header) ? Number(header) * 1_000 : null;
}
