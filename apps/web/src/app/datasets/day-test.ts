import {
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { DayTest } from '../api/wire';
import { DayField } from '../day-field/day-field';
import { injectDatasetWords } from '../i18n/dataset-words';
import { injectDetail } from '../i18n/detail';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { Session } from '../session/session';

/** Fetches a day from the source of a dataset, and shows what came without writing it. */
@Component({
  selector: 'ds-day-test',
  imports: [DayField, MatButtonModule, ReactiveFormsModule],
  templateUrl: './day-test.html',
  styleUrl: './day-test.scss',
})
export class DayTestForm {
  private readonly api = inject(SyncApi);
  private readonly destroyRef = inject(DestroyRef);
  private readonly words = inject(Words);
  protected readonly t = injectDatasetWords();
  protected readonly known = this.words.known;
  protected readonly detail = injectDetail();
  protected readonly number = this.words.number;
  protected readonly isViewer = inject(Session).isViewer;

  readonly dataset = input.required<string>();
  /** The day that stands in the field at first, such as the last day of the source. */
  readonly day = input<CalendarDay>();

  protected readonly field = new FormControl<string | null>(null);
  /** The day that is being fetched. */
  protected readonly running = signal<CalendarDay | undefined>(undefined);
  protected readonly result = signal<DayTest | undefined>(undefined);
  private readonly shown = viewChild<ElementRef<HTMLElement>>('shown');
  private readonly refusal = signal<RequestProblem | undefined>(undefined);
  protected readonly refused = computed(() => {
    const problem = this.refusal();
    return problem && problemSentence(problem, this.words);
  });
  protected readonly sentence = computed(() => {
    const result = this.result();
    if (result === undefined) return '';
    const { day, failure, fits, misfit_count: count, rows } = result;
    if (failure !== null) return this.t('test.failed', { day, rows });
    if (!fits) return this.t('test.misfits', { day, rows, count });
    return rows === 0 ? this.t('test.empty', { day }) : this.t('test.fits', { day, rows });
  });

  constructor() {
    // The result may lie below the window.
    effect(() => this.shown()?.nativeElement.scrollIntoView({ block: 'nearest' }));
    effect(() => {
      const day = this.day();
      if (this.field.pristine && this.field.value === null) this.field.setValue(day ?? null);
    });
  }

  protected run(): void {
    const day = parseCalendarDay(this.field.value ?? '');
    if (day === undefined || this.running() !== undefined) return;
    this.running.set(day);
    this.refusal.set(undefined);
    this.result.set(undefined);
    this.api
      .testDay(this.dataset(), day)
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        next: (result) => {
          this.running.set(undefined);
          this.result.set(result);
        },
        error: (error: unknown) => {
          this.running.set(undefined);
          this.refusal.set(problemOf(error));
        },
      });
  }
}
