import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  signal,
} from '@angular/core';
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { calendarDayAt, type DayRange, type Progress } from '@daysync/progress';
import {
  catchError,
  filter,
  forkJoin,
  map,
  of,
  startWith,
  switchMap,
  take,
  takeWhile,
  timer,
  type Observable,
} from 'rxjs';
import { DatasetTitles } from '../api/dataset-titles';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import { DayField } from '../day-field/day-field';
import { injectExtendWords } from '../i18n/extend-words';
import { planSentence, type PlanCounts } from '../i18n/plan-sentence';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { CLOCK } from '../time/clock';
import {
  askedRange,
  countAdded,
  joinPlans,
  previewOf,
  quickAdditions,
  type AskedRange,
  type ExtendedBatch,
} from './added-days';

/** How long the form must rest before a preview. */
const REST_MS = 300;

type Preview =
  | { readonly kind: 'none' | 'asking' }
  | { readonly kind: 'planned'; readonly plan: PlanCounts }
  | { readonly kind: 'failed'; readonly problem: RequestProblem };

const NONE: Preview = { kind: 'none' };
const ASKING: Preview = { kind: 'asking' };

/** What a batch got. */
export interface ExtendedDays {
  readonly count: number;
  /** Its progress with the new days. */
  readonly progress: Progress;
}

/** Picks a larger range for a batch that has not ended, previews the new days, and adds them. */
@Component({
  selector: 'ds-extend-form',
  imports: [DayField, MatButtonModule, ReactiveFormsModule, RouterLink],
  templateUrl: './extend-form.html',
  styleUrl: './extend-form.scss',
})
export class ExtendForm {
  private readonly api = inject(SyncApi);
  private readonly clock = inject(CLOCK);
  private readonly titles = inject(DatasetTitles);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = injectExtendWords();

  readonly batch = input.required<ExtendedBatch>();
  readonly extended = output<ExtendedDays>();
  /** The user adds no days. */
  readonly closed = output();

  protected readonly form = new FormGroup({
    start_date: new FormControl<string | null>(null, Validators.required),
    end_date: new FormControl<string | null>(null, Validators.required),
  });
  private readonly changes = toSignal(this.form.events);
  /** The range alone: it does not change with each day of the batch. */
  private readonly has = computed(
    (): DayRange => {
      const { end_date, start_date } = this.batch();
      return { start_date, end_date };
    },
    { equal: isSameRange },
  );
  protected readonly asked = computed(
    () => {
      this.changes();
      return askedRange(this.has(), this.form.getRawValue());
    },
    { equal: isSameAsked },
  );
  protected readonly quick = computed(() => {
    const timeZone = this.titles.zoneOf(this.batch().dataset) ?? ownZone();
    const asked = this.asked();
    return quickAdditions(this.has(), calendarDayAt(this.clock.now(), timeZone)).map(
      ({ quick, range }) => ({
        range,
        label: this.t(
          `extend.${quick.kind}`,
          quick.kind === 'until_today' ? {} : { count: quick.count },
        ),
        isChosen: asked.kind === 'larger' && isSameRange(asked.range, range),
      }),
    );
  });
  protected readonly count = computed(() => {
    const asked = this.asked();
    return asked.kind === 'larger' ? countAdded(asked.added) : 0;
  });
  private readonly answer = toSignal(
    toObservable(this.asked).pipe(
      switchMap((asked) => (asked.kind === 'larger' ? this.plan(asked.added) : of(NONE))),
    ),
    { initialValue: NONE },
  );
  protected readonly preview = computed(() => (this.count() === 0 ? NONE : this.answer()));
  private readonly previews = toObservable(this.preview);
  protected readonly sentence = computed(() => {
    const preview = this.preview();
    return preview.kind === 'planned' ? planSentence(preview.plan, this.words) : '';
  });
  /** Why the range does not do yet. */
  protected readonly hint = computed(() => {
    const { end_date: end, start_date: start } = this.has();
    switch (this.asked().kind) {
      case 'same':
        return this.t('extend.has', { start, end });
      case 'shrinks':
        return this.t('extend.shrinks', { start, end });
      case 'incomplete':
      case 'larger':
        return undefined;
    }
  });

  protected readonly isSubmitting = signal(false);
  /** The refusal of the last request, until the range changes. */
  private readonly refusal = linkedSignal({
    source: this.asked,
    computation: (): RequestProblem | undefined => undefined,
  });
  private readonly problem = computed(() => {
    const preview = this.preview();
    return this.refusal() ?? (preview.kind === 'failed' ? preview.problem : undefined);
  });
  /** The batch that has some of the days. */
  protected readonly overlappedId = computed(() => {
    const problem = this.problem();
    return problem?.code === 'BATCH_OVERLAPS' ? problem.batchId : null;
  });
  protected readonly problemText = computed(() => {
    const [problem, id] = [this.problem(), this.overlappedId()];
    if (problem === undefined) return undefined;
    return id === null ? problemSentence(problem, this.words) : this.t('extend.overlaps');
  });
  protected readonly canSubmit = computed(
    () => this.count() > 0 && !this.isSubmitting() && this.preview().kind !== 'failed',
  );

  constructor() {
    const host: HTMLElement = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    effect(() => this.titles.want(this.batch().dataset));
    afterNextRender(() => {
      this.form.setValue(this.has());
      // Most batches get later days.
      [...host.querySelectorAll('input')].at(-1)?.focus();
    });
  }

  protected choose(range: DayRange): void {
    this.form.setValue(range);
  }

  /** Escape closes this form, and not the list around it. */
  protected discard(event: Event): void {
    event.stopPropagation();
    this.closed.emit();
  }

  protected submit(): void {
    this.form.markAllAsTouched();
    const asked = this.asked();
    if (asked.kind !== 'larger' || !this.canSubmit()) return;
    this.isSubmitting.set(true);
    this.planned(asked)
      .pipe(
        switchMap(() => this.api.extend(this.batch().task_id, asked.range)),
        takeUntilDestroyed(this.destroyRef),
      )
      .subscribe({
        next: (progress) => this.extended.emit({ progress, count: countAdded(asked.added) }),
        error: (error: unknown) => {
          this.isSubmitting.set(false);
          this.refusal.set(problemOf(error));
        },
        complete: () => this.isSubmitting.set(false),
      });
  }

  /** Emits once the plan is shown; completes without that if it fails, or if the range changes before. */
  private planned(asked: AskedRange): Observable<Preview> {
    return this.previews.pipe(
      // The replayed value may be outdated.
      map(() => this.preview()),
      takeWhile(({ kind }) => this.asked() === asked && kind !== 'failed'),
      filter(({ kind }) => kind === 'planned'),
      take(1),
    );
  }

  private plan(added: readonly DayRange[]): Observable<Preview> {
    const batch = this.batch();
    return timer(REST_MS).pipe(
      switchMap(() => forkJoin(added.map((range) => this.api.preview(previewOf(batch, range))))),
      map((plans): Preview => ({ kind: 'planned', plan: joinPlans(plans) })),
      catchError((error: unknown) => of<Preview>({ kind: 'failed', problem: problemOf(error) })),
      startWith(ASKING),
    );
  }
}

/** Until that of the dataset is known. */
function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function isSameRange(one: DayRange, other: DayRange): boolean {
  return one.start_date === other.start_date && one.end_date === other.end_date;
}

function isSameAsked(one: AskedRange, other: AskedRange): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
