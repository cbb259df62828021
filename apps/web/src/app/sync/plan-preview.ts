import { inject, Injectable } from '@angular/core';
import { catchError, map, of, startWith, switchMap, timeout, timer, type Observable } from 'rxjs';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { Plan, StartRequest } from '../api/wire';

/** How long a form must rest before it is asked for. */
const REST_MS = 300;

/** How long an answer may take. A start waits for it, so that it must not hang. */
const LONGEST_MS = 10_000;

/** What is known of the plan that a start would follow. */
export type PreviewState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'planned'; readonly request: StartRequest; readonly plan: Plan }
  | { readonly kind: 'failed'; readonly request: StartRequest; readonly problem: RequestProblem };

/** Asks the server what a start would do, while a form changes. */
@Injectable({ providedIn: 'root' })
export class PlanPreview {
  private readonly api = inject(SyncApi);

  /** The plans of what is asked for: each asked when the form has rested, and only the latest is told. */
  follow(asked: Observable<StartRequest | undefined>): Observable<PreviewState> {
    return asked.pipe(
      switchMap((request) => (request === undefined ? of(NONE) : this.ask(request))),
    );
  }

  private ask(request: StartRequest): Observable<PreviewState> {
    return timer(REST_MS).pipe(
      switchMap(() => this.api.preview(request).pipe(timeout(LONGEST_MS))),
      map((plan): PreviewState => ({ kind: 'planned', request, plan })),
      catchError((error: unknown) =>
        of<PreviewState>({ kind: 'failed', request, problem: problemOf(error) }),
      ),
      startWith(ASKING),
    );
  }
}

const NONE: PreviewState = { kind: 'none' };
const ASKING: PreviewState = { kind: 'asking' };
