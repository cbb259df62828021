import {
  Component,
  computed,
  DestroyRef,
  inject,
  input,
  linkedSignal,
  output,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import type { Observable } from 'rxjs';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { Schedule } from '../api/wire';
import { injectDatasetWords } from '../i18n/dataset-words';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { Session } from '../session/session';
import { injectNow } from '../time/server-clock';
import { scheduleView } from './schedule-view';

/** When a dataset syncs by itself; an operator pauses it, resumes it, and runs it now. */
@Component({
  selector: 'ds-dataset-schedule',
  imports: [MatButtonModule, RouterLink],
  templateUrl: './dataset-schedule.html',
  styleUrl: './dataset-schedule.scss',
})
export class DatasetSchedule {
  private readonly api = inject(SyncApi);
  private readonly active = inject(ActiveBatch);
  private readonly destroyRef = inject(DestroyRef);
  private readonly now = injectNow();
  private readonly words = inject(Words);
  protected readonly t = injectDatasetWords();
  protected readonly isViewer = inject(Session).isViewer;
  protected readonly instant = this.words.instant;

  readonly dataset = input.required<string>();
  readonly schedule = input.required<Schedule>();
  /** It was paused or resumed. */
  readonly changed = output();

  /** The newest that is known: that of the last answer, until the page reads again. */
  protected readonly shown = linkedSignal(() => this.schedule());
  protected readonly runs = computed(() => scheduleView(this.shown(), this.now(), this.words));
  protected readonly isBusy = signal(false);
  private readonly refusal = signal<RequestProblem | undefined>(undefined);
  protected readonly refused = computed(() => {
    const problem = this.refusal();
    return problem && problemSentence(problem, this.words);
  });
  /** The active batch that is in the way of a run. */
  protected readonly inTheWay = computed(() => this.refusal()?.batchId);
  /** The batch of the last run that was asked for. */
  protected readonly started = signal<Progress | undefined>(undefined);

  protected control(verb: 'pause' | 'resume'): void {
    this.ask(this.api.controlSchedule(this.dataset(), verb), (schedule) => {
      this.shown.set(schedule);
      this.changed.emit();
    });
  }

  protected run(): void {
    this.ask(this.api.runSchedule(this.dataset()), (progress) => {
      this.started.set(progress);
      this.active.apply(progress);
    });
  }

  private ask<T>(answer: Observable<T>, done: (value: T) => void): void {
    if (this.isBusy() || this.isViewer()) return;
    this.isBusy.set(true);
    this.refusal.set(undefined);
    this.started.set(undefined);
    answer.pipe(takeUntilDestroyed(this.destroyRef)).subscribe({
      next: (value) => {
        this.isBusy.set(false);
        done(value);
      },
      error: (error: unknown) => {
        this.isBusy.set(false);
        this.refusal.set(problemOf(error));
      },
    });
  }
}
