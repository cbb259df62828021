import {
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  type WritableSignal,
} from '@angular/core';
import { isTerminal, type Progress } from '@daysync/progress';
import { catchError, EMPTY, map, switchMap, tap, type Observable } from 'rxjs';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { StartRequest } from '../api/wire';
import { BatchNames } from '../design/batch-names';
import { fieldSentence, problemSentence } from '../i18n/problem-sentence';
import { injectStartHereWords } from '../i18n/start-here-words';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { newestIn } from '../live/known-batches';
import { injectBatchesKey } from '../live/reread';
import { PreviewLine } from './preview-line';
import { ShownPlan } from './shown-plan';
import { StartedBatch } from './started-batch';
import { isSameRequest } from './start-values';

/** One range of days with the plan of its start; after the start, the batch. */
@Component({
  selector: 'ds-start-range',
  imports: [PreviewLine, StartedBatch],
  template: `
    @if (heading(); as days) {
      <h3>{{ days }}</h3>
    }
    <div role="status">
      @if (batch(); as started) {
        <ds-started-batch [batch]="newest(started)" />
      } @else if (isOutdated()) {
        <p class="ds-message warning">{{ t('start.plan_changed') }}</p>
      }
    </div>
    @if (!batch()) {
      <ds-preview-line
        [state]="plan.state()"
        [batches]="active.batches() ?? []"
        (again)="plan.again()"
      />
    }
    <div role="alert">
      @for (line of sentences(); track $index) {
        <p class="ds-message failed">{{ line }}</p>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
  `,
})
export class StartRange {
  private readonly api = inject(SyncApi);
  protected readonly active = inject(ActiveBatch);
  private readonly words = inject(Words);
  protected readonly names = inject(BatchNames);
  protected readonly t = injectStartHereWords();

  /** Not required: the parent reads the state of its ranges before they have their request. */
  readonly request = input<StartRequest>();
  /** Whether it is one of several ranges. */
  readonly isNamed = input(false);

  protected readonly heading = computed(() => {
    const request = this.request();
    return request && this.isNamed() ? this.names.days(request) : undefined;
  });
  private readonly key = computed(() => JSON.stringify(this.request()));
  /** The batch that was started. With other days all of this starts anew. */
  readonly batch = this.perRequest((): Progress | undefined => undefined);
  protected readonly isOutdated = this.perRequest(() => false);
  private readonly problem = this.perRequest((): RequestProblem | undefined => undefined);
  /** The same object for the same request: a plan belongs to one. */
  private readonly asked = computed(() => (this.batch() ? undefined : this.request()), {
    equal: isSameRequest,
  });
  protected readonly plan = new ShownPlan(this.asked, injectBatchesKey());
  /** Whether a start would do what the user has seen. */
  readonly isReady = computed(() => this.batch() === undefined && !this.plan.isUnseen());
  protected readonly sentences = computed(() => {
    const problem = this.problem();
    if (problem === undefined) return [];
    const fields = problem.errors.map((error) => fieldSentence(error, this.words));
    return [problemSentence(problem, this.words), ...fields];
  });

  /** Starts what the preview shows; completes when the server has answered, also with a refusal. */
  start(): Observable<void> {
    const request = this.asked();
    if (request === undefined || !this.isReady()) return EMPTY;
    this.isOutdated.set(false);
    this.problem.set(undefined);
    return this.plan.planned(request).pipe(
      switchMap((planned) => this.api.start(planned)),
      tap((progress) => this.started(progress)),
      catchError((error: unknown) => {
        this.refused(problemOf(error), request);
        return EMPTY;
      }),
      map(() => undefined),
    );
  }

  protected newest(batch: Progress): Progress {
    return newestIn(batch, [...(this.active.batches() ?? []), this.active.progress()]);
  }

  private perRequest<T>(initial: () => T): WritableSignal<T> {
    return linkedSignal({ source: () => this.key(), computation: initial });
  }

  private started(progress: Progress): void {
    this.batch.set(progress);
    this.names.want(progress.dataset);
    if (!isTerminal(progress.status)) this.active.apply(progress);
  }

  private refused(problem: RequestProblem, request: StartRequest): void {
    const isChanged = problem.code === 'PLAN_CHANGED';
    if (isChanged) this.plan.outdated({ request, wantsPlan: true });
    else this.plan.again();
    this.isOutdated.set(isChanged);
    // The preview is asked for again, and shows the batch that overlaps.
    if (!isChanged && problem.code !== 'BATCH_OVERLAPS') this.problem.set(problem);
  }
}
