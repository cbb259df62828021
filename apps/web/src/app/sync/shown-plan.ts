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

/** How long a plan stands before it counts as seen: longer than a double click. */
const SEEN_MS = 500;

interface Unseen {
  readonly request: StartRequest;
  /** Whether nothing but a plan will do: that there is none now was seen before. */
  readonly wantsPlan: boolean;
}

/** The plan that a form shows, and what a start may do with it. Made where its owner is, and goes with it. */
export class ShownPlan {
  /** Each time it moves, the plan is asked for anew. */
  private readonly round = signal(0);
  private readonly asked: Signal<StartRequest | undefined>;
  private readonly answer: Signal<PreviewState | undefined>;
  private readonly unseen = signal<Unseen | undefined>(undefined);

  /** What is known of it. */
  readonly state = computed((): PreviewState => {
    const [asked, answer] = [this.asked(), this.answer()];
    if (asked === undefined) return { kind: 'none' };
    // An answer to what the form was a moment ago is none.
    const isCurrent = answer !== undefined && 'request' in answer && answer.request === asked;
    return isCurrent ? answer : { kind: 'asking' };
  });
  /**
   * Whether a start of the same was answered, and what another one would do has not been seen yet: no click can mean
   * it, and the second one of a double click would start it.
   */
  readonly isUnseen = computed(() => {
    const unseen = this.unseen();
    return unseen !== undefined && unseen.request === this.request();
  });
  private readonly states = toObservable(this.state);

  /**
   * @param request what the form asks for, while there is something to plan
   * @param changes moves when the plan may have become another
   */
  constructor(
    private readonly request: Signal<StartRequest | undefined>,
    changes: Signal<unknown>,
  ) {
    this.asked = computed(() => {
      this.round();
      changes();
      const asked = this.request();
      // Another object each time: an answer belongs to the time it was asked.
      return asked && { ...asked };
    });
    this.answer = toSignal(inject(PlanPreview).follow(toObservable(this.asked)));
    this.states.pipe(debounceTime(SEEN_MS), takeUntilDestroyed()).subscribe(() => this.see());
  }

  again(): void {
    this.round.update((round) => round + 1);
  }

  /** The server has answered a start of this: what is shown is of before. */
  outdated(unseen: Unseen): void {
    this.unseen.set(unseen);
    this.again();
  }

  /**
   * The request with its plan, once there is one; without, where the preview has failed. Nothing if the form asks for
   * something else by then.
   */
  planned(request: StartRequest): Observable<StartRequest> {
    return this.states.pipe(
      // The newest: what the stream gives a new listener may be a moment old.
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

  /** What is shown has stood for long enough. */
  private see(): void {
    const { kind } = this.state();
    if (kind === 'planned' || (kind === 'failed' && this.unseen()?.wantsPlan === false)) {
      this.unseen.set(undefined);
    }
  }
}

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
