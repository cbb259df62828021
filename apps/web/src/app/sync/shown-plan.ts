import { computed, inject, signal, type Signal } from '@angular/core';
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop';
import { debounceTime, EMPTY, map, mergeMap, of, take, takeWhile, type Observable } from 'rxjs';
import type { StartRequest } from '../api/wire';
import { PlanPreview, type PreviewState } from './plan-preview';

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
