import {
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import {
  FormControl,
  FormGroup,
  ReactiveFormsModule,
  Validators,
  type AbstractControl,
  type ValidationErrors,
} from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import {
  calendarDayAt,
  isTerminal,
  DAY_ORDERS,
  type DayOrder,
  type DayRange,
  type Progress,
} from '@daysync/progress';
import { concatMap, from, switchMap } from 'rxjs';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { Dataset, StartRequest } from '../api/wire';
import { fieldSentence, problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { newestIn } from '../live/known-batches';
import { ChosenDataset } from '../session/chosen-dataset';
import { Session } from '../session/session';
import { CLOCK } from '../time/clock';
import { DayField } from '../day-field/day-field';
import { PreviewLine } from '../start/preview-line';
import {
  formParams,
  overlapsBatch,
  isSameRequest,
  QUICK_RANGES,
  quickRange,
  requestedDays,
  START_MODES,
  startRequest,
  type StartMode,
  type StartQuery,
  type QuickRange,
} from '../start/start-values';
import { ShownPlan } from '../start/shown-plan';
import { StartedBatch } from '../start/started-batch';

/** The messages about a start, and their colours. */
const NOTE_TONES = {
  started: 'success',
  started_parts: 'success',
  overlaps: 'active',
  plan_changed: 'warning',
} as const;

/** The values of the form as address parameters, and the query that it was opened with. */
export interface StartFormValues {
  readonly asked: StartQuery | undefined;
  readonly params: ReturnType<typeof formParams>;
}

/** Picks dataset, range, mode and order, previews the plan, and starts a batch. */
@Component({
  selector: 'ds-start-form',
  imports: [
    DayField,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    PreviewLine,
    ReactiveFormsModule,
    StartedBatch,
  ],
  templateUrl: './start-form.html',
  styleUrl: './start-form.scss',
})
export class StartForm {
  private readonly api = inject(SyncApi);
  private readonly clock = inject(CLOCK);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly isViewer = inject(Session).isViewer;
  protected readonly t = this.words.t;

  /** The configured datasets; the first one is the default. */
  readonly datasets = input.required<readonly Dataset[]>();
  /** The values of the address to open with, for example a gap of the calendar. */
  readonly asked = input<StartQuery>();
  /** The values of the form, for the address. */
  readonly shown = output<StartFormValues>();
  /** The batch that the page watches. */
  readonly watched = input<Progress>();
  /** The known batches of all datasets. */
  readonly batches = input<readonly Progress[]>([]);
  /** The first progress of the started batch. */
  readonly started = output<Progress>();
  /** The id of an active batch that overlaps the range. */
  readonly overlapped = output<string>();

  private readonly chosen = inject(ChosenDataset);
  protected readonly form = new FormGroup({
    dataset: new FormControl('', { nonNullable: true }),
    start_date: new FormControl<string | null>(null, Validators.required),
    end_date: new FormControl<string | null>(null, [Validators.required, notReversed]),
    mode: new FormControl<StartMode>('missing_and_failed', { nonNullable: true }),
    order: new FormControl<DayOrder>('asc', { nonNullable: true }),
  });
  protected readonly modes = START_MODES;
  protected readonly orders = DAY_ORDERS;
  protected readonly noteTones = NOTE_TONES;
  protected readonly isSubmitting = signal(false);
  protected readonly note = signal<keyof typeof NOTE_TONES | undefined>(undefined);
  protected readonly problem = signal<RequestProblem | undefined>(undefined);
  /** How many parts of a long range have started, after a refusal of the next one. */
  protected readonly begunParts = signal<{ count: number; all: number } | undefined>(undefined);
  private readonly begun = signal<Progress | undefined>(undefined);
  /** The batch that was started here, in its newest progress. */
  protected readonly newest = computed(() => {
    const batch = this.begun();
    return batch && newestIn(batch, [...this.batches(), this.watched()]);
  });

  private readonly changes = toSignal(this.form.events);
  private readonly request = computed(
    () => {
      this.changes();
      return startRequest(this.form.getRawValue());
    },
    { equal: isSameRequest },
  );
  protected readonly dataset = computed(() => {
    this.changes();
    const name = this.form.controls.dataset.value;
    return this.datasets().find((dataset) => dataset.name === name);
  });
  protected readonly datasetHint = computed(() => {
    const dataset = this.dataset();
    const days = dataset?.source_days;
    const throttle = dataset?.throttle;
    return [
      days && this.t('start.source_days', { first: days.first, last: days.last }),
      throttle && this.t('start.throttle', { count: throttle.days_per_minute }),
    ]
      .filter(Boolean)
      .join(' · ');
  });
  protected readonly days = computed(() => {
    const request = this.request();
    return request && requestedDays(request);
  });
  private readonly active = computed(() => {
    const watched = this.watched();
    return watched === undefined || isTerminal(watched.status) ? undefined : watched;
  });
  protected readonly isBusy = computed(() => {
    const [request, active] = [this.request(), this.active()];
    return request !== undefined && active !== undefined && overlapsBatch(request, active);
  });
  private readonly plan = new ShownPlan(
    // An overlapping batch leaves nothing to plan.
    computed(() => (this.isBusy() ? undefined : this.request())),
    // Any batch that starts or ends may overlap the range, even if another one is watched.
    computed(() => this.active()?.task_id),
  );
  protected readonly preview = this.plan.state;
  protected readonly canSubmit = computed(
    () => !this.isSubmitting() && !this.isBusy() && !this.plan.isUnseen() && !this.isViewer(),
  );
  /** The range has more days than a batch can have: the preview offers its parts. */
  protected readonly isTooLong = computed(() => {
    const preview = this.preview();
    return preview.kind === 'failed' && preview.problem.code === 'RANGE_TOO_LARGE';
  });
  protected readonly quickRanges = computed(() =>
    QUICK_RANGES.flatMap((name) => {
      const range = this.rangeOf(name);
      return range === undefined ? [] : [{ name, range, isChosen: this.isChosen(range) }];
    }),
  );
  protected readonly sentences = computed(() => {
    const problem = this.problem();
    if (problem === undefined) return undefined;
    return [
      problemSentence(problem, this.words),
      ...problem.errors.map((error) => fieldSentence(error, this.words)),
    ];
  });
  protected readonly sourceProblem = computed(() => {
    const error = this.dataset()?.source_error;
    return error && this.words.known(`error.${error.code}`, error.text);
  });

  /** The dataset of the address, if there is no such dataset. */
  protected readonly unknown = signal<string | undefined>(undefined);
  /** The query that the form was opened with; the user may have changed the form since. */
  private opened: StartQuery | undefined;
  /** Whether the days are those that the form opened with: not typed, chosen or asked for. */
  private isDefaultRange = true;

  constructor() {
    const { dataset, start_date, end_date } = this.form.controls;
    start_date.valueChanges.subscribe(() => end_date.updateValueAndValidity());
    // Whoever sets a date wants it; `openRange` says then that its own are only a default.
    for (const date of [start_date, end_date]) {
      date.valueChanges.subscribe(() => (this.isDefaultRange = false));
    }
    // Another dataset has other newest days. Days that were chosen stay.
    dataset.valueChanges.subscribe((name) => this.openRange(name));
    dataset.valueChanges.subscribe(() => this.unknown.set(undefined));
    // The message about a start goes when the batch has ended or the form has changed.
    this.form.valueChanges.subscribe(() => this.note.set(undefined));
    this.form.valueChanges.subscribe(() => this.begunParts.set(undefined));
    effect(() => {
      const watched = this.watched();
      if (watched === undefined || !isTerminal(watched.status)) return;
      // After the first of several batches, the others still run.
      const isOver = (note: string | undefined): boolean =>
        note === 'started' || note === 'overlaps';
      this.note.update((note) => (isOver(note) ? undefined : note));
    });
    effect(() => {
      const [datasets, asked] = [this.datasets(), this.asked()];
      untracked(() => this.open(datasets, asked));
      this.show();
    });
    this.form.valueChanges.subscribe(() => this.show());
  }

  /** The title of a dataset in the language of the page. */
  protected titleOf(dataset: Dataset): string {
    return dataset.title[this.words.language()];
  }

  protected choose(range: DayRange): void {
    this.form.patchValue(range);
  }

  protected submit(): void {
    this.form.markAllAsTouched();
    const request = this.request();
    if (request === undefined || !this.canSubmit() || this.isTooLong()) return;
    this.isSubmitting.set(true);
    this.problem.set(undefined);
    this.note.set(undefined);
    this.begunParts.set(undefined);
    this.plan
      .planned(request)
      .pipe(
        switchMap((planned) => this.api.start(planned)),
        takeUntilDestroyed(this.destroyRef),
      )
      .subscribe({
        next: (progress) => {
          this.plan.outdated({ request, wantsPlan: false });
          // The answer to a repeated start may be a batch that has ended.
          if (!isTerminal(progress.status)) this.note.set('started');
          this.begun.set(progress);
          this.started.emit(progress);
        },
        error: (error: unknown) => {
          this.isSubmitting.set(false);
          this.refused(problemOf(error), request);
        },
        complete: () => this.isSubmitting.set(false),
      });
  }

  /** Starts a batch for each part of a range that is too long for one. */
  protected startParts(parts: readonly DayRange[]): void {
    const [request, first] = [this.request(), parts[0]];
    if (request === undefined || first === undefined || !this.canSubmit()) return;
    this.isSubmitting.set(true);
    this.problem.set(undefined);
    this.note.set(undefined);
    this.begunParts.set(undefined);
    let count = 0;
    from(parts)
      .pipe(
        concatMap((part) => this.api.start({ ...request, ...part })),
        takeUntilDestroyed(this.destroyRef),
      )
      .subscribe({
        next: (progress) => {
          // The others wait behind it.
          if (count === 0) this.started.emit(progress);
          count += 1;
        },
        error: (error: unknown) => {
          this.isSubmitting.set(false);
          if (count > 0) this.begunParts.set({ count, all: parts.length });
          this.refused(problemOf(error), request);
        },
        complete: () => {
          this.isSubmitting.set(false);
          this.choose(first);
          this.note.set('started_parts');
        },
      });
  }

  protected previewAgain(): void {
    this.plan.again();
  }

  private refused(problem: RequestProblem, request: StartRequest): void {
    // Without an answer of the server nothing is known to have changed.
    if (problem.status >= 400 && problem.status < 500) {
      this.plan.outdated({ request, wantsPlan: problem.code === 'PLAN_CHANGED' });
    }
    if (problem.code === 'BATCH_OVERLAPS' && problem.batchId !== null) {
      this.note.set('overlaps');
      this.overlapped.emit(problem.batchId);
    } else if (problem.code === 'PLAN_CHANGED') {
      this.note.set('plan_changed');
    } else {
      this.problem.set(problem);
    }
  }

  /**
   * Opens with the query of the address. What it leaves out stays as it is, at first the dataset that was chosen last
   * and its newest days.
   */
  private open(datasets: readonly Dataset[], asked: StartQuery | undefined): void {
    const { dataset, mode, order } = this.form.controls;
    const isNew = asked !== undefined && asked !== this.opened;
    this.opened = asked;
    const wanted = isNew ? asked.dataset : undefined;
    // The user has to choose then: a start of any other dataset would be a surprise.
    const isUnknown = wanted !== undefined && datasets.every(({ name }) => name !== wanted);
    if (isUnknown) dataset.setValue('');
    else if (wanted !== undefined) dataset.setValue(wanted);
    else if (dataset.value === '') dataset.setValue(this.chosen.among(datasets)?.name ?? '');
    if (isUnknown) this.unknown.set(wanted);
    if (!isNew) return;
    const { start_date, end_date } = asked;
    if (start_date !== undefined || end_date !== undefined) {
      this.form.patchValue({ start_date: start_date ?? null, end_date: end_date ?? null });
    }
    if (asked.mode !== undefined) mode.setValue(asked.mode);
    if (asked.order !== undefined) order.setValue(asked.order);
  }

  /** Puts the values into the address, once there is a dataset. */
  private show(): void {
    const values = this.form.getRawValue();
    if (values.dataset === '') return;
    this.chosen.choose(values.dataset);
    this.shown.emit({ asked: this.opened, params: formParams(values) });
  }

  /** The newest days of a dataset, unless other days were chosen. */
  private openRange(name: string): void {
    if (!this.isDefaultRange) return;
    const dataset = this.datasets().find((candidate) => candidate.name === name);
    if (dataset === undefined) return;
    const today = calendarDayAt(this.clock.now(), dataset.time_zone);
    const recent = dataset.source_days?.recent;
    const range = recent ?? quickRange('last_7', today, undefined);
    if (range === undefined) return;
    this.choose(range);
    this.isDefaultRange = true;
  }

  private rangeOf(name: QuickRange): DayRange | undefined {
    const dataset = this.dataset();
    if (dataset === undefined) return undefined;
    const today = calendarDayAt(this.clock.now(), dataset.time_zone);
    return quickRange(name, today, dataset.source_days?.recent);
  }

  private isChosen(range: DayRange): boolean {
    const request = this.request();
    return request?.start_date === range.start_date && request.end_date === range.end_date;
  }
}

function notReversed(end: AbstractControl<string | null>): ValidationErrors | null {
  const start: unknown = end.parent?.get('start_date')?.value;
  const known = typeof start === 'string' && typeof end.value === 'string';
  return known && end.value < start ? { reversed: true } : null;
}
