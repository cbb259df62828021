import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { SyncRecord } from '../api/wire';
import { OutcomeBadge } from '../design/badge';
import {
  causeAndCure,
  loadDayErrorWords,
  textParts,
  type DayErrorWords,
} from '../i18n/day-error-words';
import { Words } from '../i18n/words';
import { durationWords } from '../time/duration';
import { instantText } from '../time/instant';

/** The sync record of a day: its last try, and of an error its cause and cure. */
@Component({
  selector: 'ds-day-record',
  imports: [OutcomeBadge, RouterLink],
  templateUrl: './day-record.html',
  styleUrl: './day-record.scss',
})
export class DayRecord {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly known = this.words.known;
  protected readonly instantText = instantText;

  /** Null: the day was never tried. */
  readonly record = input.required<SyncRecord | null>();

  private readonly errorWords = signal<DayErrorWords | undefined>(undefined);
  /** Sentences in pieces; none for a code that the source's provider made up. */
  protected readonly advice = computed(() => {
    const code = this.record()?.error?.code;
    const words = this.errorWords();
    if (code === undefined || words === undefined) return [];
    const entry = causeAndCure(words, code);
    if (entry === undefined) return [];
    // Some causes have no more to say than the sentence above them.
    const isSaid = entry.cause === this.known(`error.${code}`, '');
    const cause = { word: 'panel.cause', parts: textParts(entry.cause) } as const;
    const cure = { word: 'panel.cure', parts: textParts(entry.cure) } as const;
    return isSaid ? [cure] : [cause, cure];
  });
  protected readonly duration = computed(() => {
    const ms = this.record()?.duration_ms ?? null;
    if (ms === null) return '—';
    const { key, params } = durationWords(ms);
    return this.t(key, params);
  });
  /** The last try failed, and what an earlier one wrote is still there. */
  protected readonly isKept = computed(() => {
    const record = this.record();
    return record?.status === 'failed' && record.last_success_at !== null;
  });

  constructor() {
    effect((onCleanup) => {
      let isCurrent = true;
      onCleanup(() => (isCurrent = false));
      void loadDayErrorWords(this.words.language()).then((words) => {
        if (isCurrent) this.errorWords.set(words);
      });
    });
  }
}
