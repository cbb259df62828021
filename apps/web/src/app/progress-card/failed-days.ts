import {
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink, type Params } from '@angular/router';
import { compareDays, type CalendarDay, type Progress } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { problemOf, type RequestProblem } from '../api/problem';
import { batchDaysResource } from '../api/resources';
import { SyncApi } from '../api/sync-api';
import type { BatchDay, DayError } from '../api/wire';
import { dayParams } from '../day-panel/day-address';
import { injectProblem, problemSentence } from '../i18n/problem-sentence';
import { injectDetail } from '../i18n/detail';
import { saysPlace } from '../i18n/error-detail';
import { Words } from '../i18n/words';
import { injectFollowedDays } from '../live/day-changes';
import { rereadOnChange } from '../live/reread';
import { Session } from '../session/session';

/** The failed days of a batch by error, with retry buttons once the batch has ended. */
@Component({
  selector: 'ds-failed-days',
  imports: [MatButtonModule, RouterLink],
  templateUrl: './failed-days.html',
  styleUrl: './failed-days.scss',
})
export class FailedDays {
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = this.words.t;
  protected readonly detail = injectDetail();
  protected readonly saysPlace = saysPlace;
  protected readonly known = this.words.known;

  protected readonly isViewer = inject(Session).isViewer;

  protected readonly dayParams = dayParams;

  readonly batchId = input.required<string>();
  readonly dataset = input.required<string>();
  readonly failed = input.required<number>();
  /** How many of them have been synced since. */
  readonly repaired = input(0);
  /** The days of the batch, if the page loads them anyway; `null` until they are loaded. */
  readonly given = input<readonly BatchDay[] | null>();
  /** Whether the batch has ended; an active batch has no retry. */
  readonly canRetry = input(false);
  /** The progress of the retry. */
  readonly retried = output<Progress>();
  /** The id of an active batch that overlaps. */
  readonly overlapped = output<string>();

  protected readonly days = batchDaysResource(
    computed(() => (this.given() === undefined ? { batchId: this.batchId() } : undefined)),
  );
  private readonly followed = injectFollowedDays(
    this.batchId,
    lastKnownOf(this.days, this.batchId),
  );
  /** The newest list of this batch; it stays during a reload. */
  private readonly newest = linkedSignal<LoadedDays, LoadedDays>({
    source: () => ({
      batchId: this.batchId(),
      days: this.given() ?? this.followed(),
    }),
    computation: (now, before) =>
      now.days === undefined && before?.value.batchId === now.batchId ? before.value : now,
  });
  protected readonly groups = computed(() => {
    const { days } = this.newest();
    return days && failureGroups(days);
  });
  protected readonly problem = injectProblem(() => this.days);

  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  /** The id of the batch whose retry was requested. */
  private readonly askedFor = signal<string | undefined>(undefined);
  protected readonly isAsking = computed(() => this.askedFor() === this.batchId());
  /** The codes with nothing left to retry; `undefined` stands for all codes. */
  private readonly gone = linkedSignal<string, readonly (string | undefined)[]>({
    source: this.batchId,
    computation: () => [],
  });
  /** Why the last retry was refused. */
  private readonly refusal = linkedSignal<string, RequestProblem | undefined>({
    source: this.batchId,
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

  constructor() {
    // A reload at the end corrects whatever was missed.
    rereadOnChange(
      this.days,
      computed(() => (this.canRetry() ? 'ended' : 'active')),
    );
  }

  /** The records of the days of a group. */
  protected recordsOf({ code, first, last }: FailureGroup): Params {
    const dataset = this.dataset();
    return { dataset, status: 'failed', code, start_date: first, end_date: last };
  }

  protected isGone(code: string | undefined): boolean {
    return this.gone().includes(undefined) || this.gone().includes(code);
  }

  /** Retries the failed days with one code, or all. */
  protected retry(code?: string): void {
    if (this.isAsking() || this.isViewer()) return;
    const batchId = this.batchId();
    const pressed = document.activeElement;
    this.askedFor.set(batchId);
    this.refusal.set(undefined);
    const answer = this.api.retry(batchId, code === undefined ? undefined : [code]);
    answer.pipe(takeUntilDestroyed(this.destroyRef)).subscribe({
      next: (progress) => {
        if (this.isAnswered(batchId)) this.retried.emit(progress);
      },
      error: (error: unknown) => {
        if (this.isAnswered(batchId)) this.refused(problemOf(error), { code, pressed });
      },
    });
  }

  /** Keeps the focus when the pressed button disappears. */
  protected leave(): void {
    this.heading().nativeElement.focus();
  }

  /** Whether an answer is for the shown batch: the user may have gone on to another. */
  private isAnswered(batchId: string): boolean {
    if (this.askedFor() === batchId) this.askedFor.set(undefined);
    return this.batchId() === batchId;
  }

  private refused(problem: RequestProblem, { code, pressed }: Pressed): void {
    if (problem.code === 'BATCH_OVERLAPS' && problem.batchId !== null) {
      this.overlapped.emit(problem.batchId);
      return;
    }
    this.refusal.set(problem);
    if (problem.code !== NOTHING) return;
    this.gone.update((gone) => [...gone, code]);
    if (document.activeElement === pressed) this.leave();
  }
}

const NOTHING = 'NOTHING_TO_RETRY';

/** The pressed button and its code. */
interface Pressed {
  readonly code: string | undefined;
  readonly pressed: Element | null;
}

interface LoadedDays {
  readonly batchId: string;
  readonly days: readonly BatchDay[] | undefined;
}

/** The most single days of a group. */
const SHOWN = 3;

interface DayFailure extends DayError {
  readonly day: CalendarDay;
}

/** The failed days with one error code. */
interface FailureGroup {
  readonly code: string;
  readonly count: number;
  readonly shown: readonly DayFailure[];
  readonly hidden: number;
  /** Its earliest and its latest day. */
  readonly first: CalendarDay | undefined;
  readonly last: CalendarDay | undefined;
}

/** Groups failed days by error code, the largest group first. */
export function failureGroups(days: readonly BatchDay[]): readonly FailureGroup[] {
  const groups = new Map<string, DayFailure[]>();
  for (const { state, day, error } of days) {
    if (state !== 'failed' || error === null) continue;
    const group = groups.get(error.code);
    if (group === undefined) groups.set(error.code, [{ ...error, day }]);
    else group.push({ ...error, day });
  }
  return [...groups]
    .map(([code, failures]) => {
      const inOrder = failures.map(({ day }) => day).toSorted(compareDays);
      return {
        code,
        count: failures.length,
        shown: failures.slice(0, SHOWN),
        hidden: Math.max(0, failures.length - SHOWN),
        first: inOrder[0],
        last: inOrder.at(-1),
      };
    })
    .sort((one, other) => other.count - one.count);
}
