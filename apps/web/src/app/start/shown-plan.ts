import { computed, inject, Injectable, signal, type Signal } from '@angular/core';
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop';
import {
  catchError,
  debounceTime,
  EMPTY,
  map,
  mergeMap,
  of,
  startWith,
  switchMap,
  take,
  takeWhile,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { Plan, StartRequest } from '../api/wire';

/** A plan counts as seen after this time, longer than a double click. */
const SEEN_MS = 500;

interface Unseen {
  readonly request: StartRequest;
  /** Whether only a new plan counts: a failed preview was seen before. */
  readonly wantsPlan: boolean;
}

/** The plan that a form shows. It guards starts: a batch starts only with a plan that the user has seen. */
export class ShownPlan {
  /** Each change requests the plan again. */
  private readonly round = signal(0);
  private readonly asked: Signal<StartRequest | undefined>;
  private readonly answer: Signal<PreviewState | undefined>;
  private readonly unseen = signal<Unseen | undefined>(undefined);

  /** The state of the preview. */
  readonly state = computed((): PreviewState => {
    const [asked, answer] = [this.asked(), this.answer()];
    if (asked === undefined) return { kind: 'none' };
    // An answer to an earlier request does not count.
    const isCurrent = answer !== undefined && 'request' in answer && answer.request === asked;
    return isCurrent ? answer : { kind: 'asking' };
  });
  /**
   * Whether the same start was just answered, and the new plan has not been seen yet: the second click of a double
   * click must not start another batch.
   */
  readonly isUnseen = computed(() => {
    const unseen = this.unseen();
    return unseen !== undefined && unseen.request === this.request();
  });
  private readonly states = toObservable(this.state);

  /**
   * @param request the request of the form, while there is something to plan
   * @param changes a signal whose changes may change the plan
   */
  constructor(
    private readonly request: Signal<StartRequest | undefined>,
    changes: Signal<unknown>,
  ) {
    this.asked = computed(() => {
      this.round();
      changes();
      const asked = this.request();
      // A new object each time: an answer belongs to one request.
      return asked && { ...asked };
    });
    this.answer = toSignal(inject(PlanPreview).follow(toObservable(this.asked)));
    this.states.pipe(debounceTime(SEEN_MS), takeUntilDestroyed()).subscribe(() => this.see());
  }

  again(): void {
    this.round.update((round) => round + 1);
  }

  /** The server has answered a start of this request: the shown plan is outdated. */
  outdated(unseen: Unseen): void {
    this.unseen.set(unseen);
    this.again();
  }

  /**
   * The request with the hash of its plan, once that is known; without it if the preview has failed. Completes without
   * a value if the form changes before.
   */
  planned(request: StartRequest): Observable<StartRequest> {
    return this.states.pipe(
      // The replayed value may be outdated.
      map(() => this.state()),
      takeWhile(() => this.request() === request),
      mergeMap((state) => {
        switch (state.kind) {
          case 'none':
          case 'asking':
            return EMPTY;
          case 'planned':
            return of({ ...request, plan_hash: state.plan.plan_hash });
          case 'failed':
            return of(request);
        }
      }),
      take(1),
    );
  }

  /** The shown plan was visible for long enough. */
  private see(): void {
    const { kind } = this.state();
    if (kind === 'planned' || (kind === 'failed' && this.unseen()?.wantsPlan === false)) {
      this.unseen.set(undefined);
    }
  }
}

/** How long the form must rest before a preview. */
const REST_MS = 300;

/** A start waits for the preview, so the preview must not hang. */
const LONGEST_MS = 10_000;

/** The state of a preview. */
export type PreviewState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'planned'; readonly request: StartRequest; readonly plan: Plan }
  | { readonly kind: 'failed'; readonly request: StartRequest; readonly problem: RequestProblem };

/** Requests the plan of a start while the form changes. */
@Injectable({ providedIn: 'root' })
export class PlanPreview {
  private readonly api = inject(SyncApi);

  /** The plan of each request once the form has rested; only the latest request is answered. */
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
