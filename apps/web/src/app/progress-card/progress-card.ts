import { Component, computed, effect, inject, input, linkedSignal, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { isTerminal, type Progress } from '@daysync/progress';
import type { BatchDay } from '../api/wire';
import { UnreadableRowsOfBatch } from './batch-unreadable-rows';
import { FailedDays } from './failed-days';
import { BatchBadge } from '../design/badge';
import { BatchId } from '../design/batch-id';
import { BatchNames } from '../design/batch-names';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import { SegmentedBar } from '../design/segmented-bar';
import type { Trouble } from '../live/watch-state';
import { durationWords, secondsWords } from '../i18n/duration';
import { injectNow } from '../time/server-clock';
import { BatchControls } from './batch-controls';
import { DayStrip } from './day-strip';
import { LiveDayStrip } from './live-day-strip';
import {
  doneText,
  durationOf,
  headline,
  displayStatus,
  segmentsOf,
  startedBy,
} from '../design/progress-view';
import { WaitingNote } from './waiting-note';

/** The live progress of one batch: three lines, a bar, times, what it waits for, how it ended. */
@Component({
  selector: 'ds-progress-card',
  imports: [
    BatchBadge,
    BatchControls,
    BatchId,
    DayStrip,
    LiveDayStrip,
    UnreadableRowsOfBatch,
    FailedDays,
    MatButtonModule,
    RouterLink,
    SegmentedBar,
    WaitingNote,
  ],
  templateUrl: './progress-card.html',
  styleUrl: './progress-card.scss',
})
export class ProgressCard {
  private readonly words = inject(Words);
  private readonly names = inject(BatchNames);
  protected readonly t = this.words.t;
  protected readonly now = injectNow();

  readonly progress = input<Progress>();
  readonly trouble = input<Trouble>();
  /** The days of the batch, if the page loads them; `null` until they are loaded. */
  readonly days = input<readonly BatchDay[] | null>();
  /** Whether the batch or its progress is still unknown. */
  readonly isLoading = input(false);
  /** Whether the page has the name and the id of the batch in its own heading. */
  readonly isNamed = input(false);
  /** The user goes on watching after the deadline. */
  readonly resumed = output();
  /** The progress after a pause, resume or cancel. */
  readonly changed = output<Progress>();
  /** The progress of the retry. */
  readonly retried = output<Progress>();
  /** The id of an active batch that overlaps a retry. */
  readonly overlapped = output<string>();

  protected readonly displayStatus = displayStatus;
  private readonly number = this.words.number;
  protected readonly headline = (progress: Progress): string =>
    headline(progress, this.words.language());
  protected readonly title = computed(() => {
    const progress = this.progress();
    const isShown = progress !== undefined && !this.isNamed();
    return isShown ? this.names.of(progress) : this.t('progress.heading');
  });
  /** The colours of the bar and of the strip: those that are there. */
  protected readonly legend = computed(() => {
    const progress = this.progress();
    if (progress === undefined) return [];
    const present = segmentsOf(progress).filter(({ days }) => days > 0);
    return present.map(({ kind }) => kind);
  });
  /** The finished days, and those in flight and left out beside them. */
  protected readonly done = computed(() => {
    const progress = this.progress();
    return progress === undefined ? '' : doneText(progress, this.t);
  });
  /** Of a batch that was cut short, the note's second line would count the days that it has left out. */
  protected readonly isCutShort = computed(() => {
    const status = this.progress()?.status;
    return status === 'cancelled' || status === 'failed';
  });
  /** The days that the strip has loaded; `null` until then. */
  private readonly stripDays = linkedSignal<
    string | undefined,
    readonly BatchDay[] | null | undefined
  >({
    source: () => this.progress()?.task_id,
    computation: () => null,
  });
  /** Whether the strip loads the days: where the page does not, and there are not too many. */
  protected readonly loadsDays = computed(
    () => this.days() === undefined && (this.progress()?.total ?? 0) <= MOST_LOADED_DAYS,
  );
  /** The days for the failed ones, which load their own if neither the page nor the strip has loaded them. */
  protected readonly knownDays = computed(() =>
    this.loadsDays() ? this.stripDays() : this.days(),
  );

  protected readonly hasEnded = computed(() => {
    const progress = this.progress();
    return progress !== undefined && isTerminal(progress.status);
  });
  /** The known facts about the batch, line by line; unknown ones are left out. */
  protected readonly facts = computed((): readonly CardLine[] => {
    const progress = this.progress();
    if (progress === undefined) return [];
    const { task_id, retry_of, started_by, last_control, finished_at, updated_at } = progress;
    const [now, ms] = [this.now(), durationOf(progress, this.now())];
    // Of a batch that has ended, the same as in the list of batches.
    const spent = this.hasEnded() ? durationWords : secondsWords;
    const took = ms === undefined ? '—' : this.words.say(spent(ms));
    const ago = this.words.say(secondsWords(now - Date.parse(updated_at)));
    const facts: readonly (CardLine | false)[] = [
      { word: this.hasEnded() ? 'progress.took' : 'progress.elapsed', text: took },
      ...(finished_at === null
        ? this.remainingFacts()
        : [{ word: 'progress.ended', text: this.words.clock(finished_at) } as const]),
      !this.hasEnded() && { word: 'progress.updated', text: this.t('progress.ago', { time: ago }) },
      ...this.paceFacts(progress),
      { word: 'progress.mode', text: this.daysText(progress), isWide: true },
      !this.isNamed() && { word: 'progress.batch', own: task_id, isWide: true },
      retry_of !== null && { word: 'progress.retry_of', batch: retry_of, isWide: true },
      started_by !== null && {
        word: 'progress.started_by',
        isWide: true,
        text: startedBy(started_by, this.t),
      },
      last_control?.by != null && {
        word: `progress.control_${last_control.verb}`,
        isWide: true,
        text: `${last_control.by} · ${this.words.clock(last_control.at)}`,
      },
    ];
    return facts.filter((fact) => fact !== false);
  });
  protected readonly troubleText = computed(() => {
    const trouble = this.trouble();
    if (trouble === undefined) return undefined;
    const code = trouble.kind === 'refused' ? trouble.code : '';
    return this.t(`watch.${trouble.kind}`, { reason: this.words.known(`error.${code}`, code) });
  });

  /** Seconds until a busy server is polled again; an unreachable one is polled all the time. */
  protected readonly retryIn = computed(() => {
    const trouble = this.trouble();
    if (trouble?.kind !== 'busy') return undefined;
    return Math.max(0, Math.ceil((trouble.retryAt - this.now()) / 1_000));
  });

  constructor() {
    effect(() => {
      const dataset = this.progress()?.dataset;
      if (dataset !== undefined) this.names.want(dataset);
    });
  }

  private daysText({ mode, order, verify }: Progress): string {
    const days = this.t(verify === 'report' ? 'mode.verify_report' : `mode.${mode}`);
    return order === 'desc' ? `${days} · ${this.t('order.desc')}` : days;
  }

  /** Keeps the focus when the pressed button disappears with its batch. */
  protected leave(heading: HTMLElement): void {
    heading.focus();
  }

  protected keepDays(days: readonly BatchDay[] | undefined): void {
    this.stripDays.set(days);
  }

  /** Rows, pace, and why days are skipped. */
  private paceFacts(progress: Progress): readonly (CardLine | false)[] {
    const { days_per_minute, rows, rows_per_minute, skip_reasons } = progress;
    const pace = (value: number | null): string => (value === null ? '—' : this.number(value));
    // Days that the batch has left out stand beside the finished ones.
    const reasons = skip_reasons.flatMap(({ reason, count }) =>
      reason === 'cancelled' || reason === 'not_run'
        ? []
        : this.t('preview.reason', { count, reason: this.t(`skip.${reason}`) }),
    );
    return [
      { word: 'progress.rows', text: this.number(rows) },
      !this.hasEnded() && { word: 'progress.days_per_minute', text: pace(days_per_minute) },
      !this.hasEnded() && { word: 'progress.rows_per_minute', text: pace(rows_per_minute) },
      reasons.length > 0 && {
        word: 'progress.skipped',
        isWide: true,
        text: reasons.join(this.t('preview.comma')),
      },
    ];
  }

  /** The expected end, then the late one; undefined if it is not known or over. */
  private expectedEnd(): string | undefined {
    const eta = this.progress()?.eta;
    return eta
      ? [eta.likely, eta.late].find((end) => Date.parse(end) - this.now() >= 1_000)
      : undefined;
  }

  /** The time left, and if it is long also the time of the day at which it is over. */
  private remainingFacts(): readonly CardLine[] {
    const end = this.expectedEnd();
    if (end === undefined) return [{ word: 'progress.remaining', text: '—' }];
    const ms = Date.parse(end) - this.now();
    const left = { word: 'progress.remaining', text: this.words.say(secondsWords(ms)) } as const;
    if (ms < SHORT_MS) return [left];
    const at = ms < HALF_DAY_MS ? this.words.clock(end) : this.words.instant(end);
    return [left, { word: 'progress.expected_end', text: at }];
  }
}

/** With less time left, the time of the day says nothing more. */
const SHORT_MS = 60_000;
/** Of a longer time left, the day of the end is shown too. */
const HALF_DAY_MS = 12 * 3_600_000;

/** So many days are loaded for the strip alone. */
const MOST_LOADED_DAYS = 400;

/** One line of the card: a text or a link to another batch. */
interface CardLine {
  readonly word: WordKey;
  readonly text?: string;
  readonly batch?: string;
  /** The id of the batch itself. */
  readonly own?: string;
  /** A text, which needs more room than a number. */
  readonly isWide?: boolean;
}
