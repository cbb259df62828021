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
import type { Progress } from '@daysync/progress';
import { problemOf, type Problem } from '../api/problem';
import { batchDaysResource, SyncApi } from '../api/sync-api';
import type { BatchDay } from '../api/wire';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { failureGroups } from './failures';

/** The failed days of a batch by what was wrong, and once it has ended the offers to try them again. */
@Component({
  selector: 'ds-failed-days',
  imports: [MatButtonModule],
  templateUrl: './failed-days.html',
  styleUrl: './failed-days.scss',
})
export class FailedDays {
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = this.words.t;
  protected readonly known = this.words.known;

  readonly taskId = input.required<string>();
  /** How many have failed so far; when it grows the list is read again. */
  readonly failed = input.required<number>();
  /** Whether the batch has ended: no day is tried again while it goes on. */
  readonly canRetry = input(false);
  /** The progress of the batch that tries them again. */
  readonly retried = output<Progress>();
  /** The id of a running batch that holds their range. */
  readonly overlapped = output<string>();

  protected readonly days = batchDaysResource(
    computed(() => ({ taskId: this.taskId(), failed: this.failed() })),
  );
  /** The newest list of this batch: it stays while it is read again, and goes with its batch. */
  private readonly newest = linkedSignal<Known, Known>({
    source: () => ({
      taskId: this.taskId(),
      days: this.days.hasValue() ? this.days.value() : undefined,
    }),
    computation: (now, before) =>
      now.days === undefined && before?.value.taskId === now.taskId ? before.value : now,
  });
  protected readonly groups = computed(() => {
    const { days } = this.newest();
    return days && failureGroups(days);
  });
  protected readonly problem = computed(() => {
    const error = this.days.error();
    return error && problemSentence(problemOf(error), this.words);
  });

  protected readonly isAsking = signal(false);
  /** The codes of which nothing is left to try again; `undefined` stands for all of them. */
  private readonly gone = linkedSignal<string, readonly (string | undefined)[]>({
    source: this.taskId,
    computation: () => [],
  });
  /** Why the last retry was refused. */
  private readonly refusal = linkedSignal<string, Problem | undefined>({
    source: this.taskId,
    computation: () => undefined,
  });
  protected readonly note = computed(() =>
    this.refusal()?.code === NOTHING ? this.t(`error.${NOTHING}`) : undefined,
  );
  protected readonly failure = computed(() => {
    const problem = this.refusal();
    const isFailure = problem !== undefined && problem.code !== NOTHING;
    return isFailure ? problemSentence(problem, this.words) : undefined;
  });

  protected isGone(code: string | undefined): boolean {
    return this.gone().includes(undefined) || this.gone().includes(code);
  }

  /** Tries the failed days again: those with one code, or all. */
  protected retry(code?: string): void {
    if (this.isAsking()) return;
    this.isAsking.set(true);
    this.refusal.set(undefined);
    const answer = this.api.retry(this.taskId(), code === undefined ? undefined : [code]);
    answer.pipe(takeUntilDestroyed(this.destroyRef)).subscribe({
      next: (progress) => {
        this.isAsking.set(false);
        this.retried.emit(progress);
      },
      error: (error: unknown) => {
        this.isAsking.set(false);
        this.refused(problemOf(error), code);
      },
    });
  }

  private refused(problem: Problem, code: string | undefined): void {
    if (problem.code === 'BATCH_OVERLAPS' && problem.taskId !== null) {
      this.overlapped.emit(problem.taskId);
      return;
    }
    this.refusal.set(problem);
    if (problem.code === NOTHING) this.gone.update((gone) => [...gone, code]);
  }
}

const NOTHING = 'NOTHING_TO_RETRY';

interface Known {
  readonly taskId: string;
  readonly days: readonly BatchDay[] | undefined;
}
