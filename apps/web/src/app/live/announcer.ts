import { Component, inject, linkedSignal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { isTerminal, progressMessage, type Language, type Progress } from '@daysync/progress';
import { EMPTY, interval, switchMap } from 'rxjs';
import { BatchNames } from '../design/batch-names';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import { MONOTONIC } from '../time/clock';
import { ActiveBatch } from './active-batch';

/** Announces the active batch to screen readers, on every page: the only live region for it. */
@Component({
  selector: 'ds-announcer',
  template: `<p class="ds-unseen" aria-live="polite" aria-atomic="true">{{ spoken().text }}</p>`,
})
export class Announcer {
  private readonly words = inject(Words);
  private readonly names = inject(BatchNames);
  private readonly monotonic = inject(MONOTONIC);
  private readonly progress = inject(ActiveBatch).progress;

  /** Ticks once a second while there is a batch: what is kept back is announced later. */
  private readonly tick = toSignal(
    toObservable(this.progress).pipe(
      switchMap((progress) => (progress === undefined ? EMPTY : interval(1_000))),
    ),
  );
  /** What was announced last; it stays until there is more to announce. */
  protected readonly spoken = linkedSignal<Moment, Spoken>({
    source: () => ({
      tick: this.tick(),
      progress: this.progress(),
      language: this.words.language(),
    }),
    computation: ({ progress, language }, before) => {
      const last = before?.value ?? NOTHING_SPOKEN;
      const now = this.monotonic.now();
      if (progress === undefined) return last;
      const next = nextAnnouncement(last.said, progress, { now, language });
      if (next === undefined) return last;
      const isNew = last.said?.batchId !== next.said.batchId || next.said.end;
      const phrases = next.phrases.map((phrase) => this.say(phrase));
      if (isNew) phrases.unshift(this.names.of(progress));
      return { said: next.said, text: phrases.join(this.words.t('speak.and')) };
    },
  });

  private say(phrase: Announcement): string {
    return 'sentence' in phrase ? phrase.sentence : this.words.t(phrase.key, phrase.params);
  }
}

interface Moment {
  readonly tick: number | undefined;
  readonly progress: Progress | undefined;
  readonly language: Language;
}

interface Spoken {
  readonly said: Said | undefined;
  readonly text: string;
}

const NOTHING_SPOKEN: Spoken = { said: undefined, text: '' };
const QUIET_MS = 5_000;

/** What was announced of a batch so far. */
export interface Said {
  readonly batchId: string;
  readonly start: boolean;
  /** The last announced tenth: 0 to 10. */
  readonly tenth: number;
  /** The days of the batch then: it may get more. */
  readonly total: number;
  readonly failure: boolean;
  readonly end: boolean;
  /** When it last announced something, in monotonic milliseconds. */
  readonly at: number;
}

/** One announcement: a word key, or the message of the progress. */
type Announcement =
  | { readonly key: WordKey; readonly params: Readonly<Record<string, number>> }
  | { readonly sentence: string };

/**
 * What to announce now: the start, each 10 %, the first failure and the end, each once, with 5 s between. What is kept
 * back is announced later, in its newest form.
 */
export function nextAnnouncement(
  said: Said | undefined,
  progress: Progress,
  { now, language }: { readonly now: number; readonly language: Language },
): { readonly said: Said; readonly phrases: readonly Announcement[] } | undefined {
  const before = said?.batchId === progress.task_id ? said : nothingSaid(progress);
  if (now - before.at < QUIET_MS) return undefined;

  const phrases: Announcement[] = [];
  const end = isTerminal(progress.status);
  const tenth = Math.floor(progress.percent / 10);
  const failure = progress.failed > 0;
  if (end) {
    if (!before.end) phrases.push({ sentence: progressMessage(progress, language) });
  } else {
    if (!before.start) phrases.push({ key: 'speak.start', params: { total: progress.total } });
    if (failure && !before.failure) phrases.push({ key: 'speak.first_failure', params: {} });
    const isExtended = progress.total !== before.total;
    if (tenth > before.tenth || isExtended) {
      phrases.push({ key: 'speak.percent', params: { percent: progress.percent } });
    }
  }
  if (phrases.length === 0) return undefined;
  return {
    said: {
      ...{ batchId: progress.task_id, start: true, tenth, total: progress.total },
      ...{ failure, end, at: now },
    },
    phrases,
  };
}

function nothingSaid({ task_id: batchId, total }: Progress): Said {
  return { batchId, start: false, tenth: 0, total, failure: false, end: false, at: -Infinity };
}
