import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import {
  fetchProgress,
  pollAnswerOf,
  pollProgress,
  type PollAnswer,
  type PollUpdate,
} from '@daysync/progress';
import { httpClientFetch } from '@daysync/progress/angular';
import { map, type Observable } from 'rxjs';
import { problemOf } from '../api/problem';
import { API } from '../api/wire';
import { RANDOM } from '../time/random';
import { PAGE_LIFE } from './browser-ports';

/** The least interval of polls in a hidden tab. */
const HIDDEN_INTERVAL_MS = 30_000;

/** `pollProgress` over HTTP. Unsubscribing ends it and aborts its request. */
@Injectable({ providedIn: 'root' })
export class ProgressPoller {
  private readonly fetch = httpClientFetch(inject(HttpClient));
  private readonly random = inject(RANDOM);
  /** A tab that is shown again polls at once. */
  private readonly leastIntervalMs = inject(PAGE_LIFE).isShown.pipe(
    map((isShown) => (isShown ? 0 : HIDDEN_INTERVAL_MS)),
  );

  /** The progress of a batch until it ends, the server refuses, or the deadline of 30 minutes passes. */
  poll(batchId: string): Observable<PollUpdate> {
    return pollProgress({
      random: this.random,
      leastIntervalMs: this.leastIntervalMs,
      fetch: fetchProgress(batchId, { baseUrl: API, fetch: this.fetch }),
    });
  }
}

/** The poll answer of a failed request; `undefined` without an answer. */
export function answerTo(error: unknown): PollAnswer | undefined {
  if (!(error instanceof HttpErrorResponse)) return undefined;
  return pollAnswerOf({
    status: error.status,
    retryAfter: error.headers.get('Retry-After'),
    code: problemOf(error).code,
  });
}
