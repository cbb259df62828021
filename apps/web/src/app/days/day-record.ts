import { Component, computed, inject, input } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import { from } from 'rxjs';
import type { SyncRecord } from '../api/wire';
import { OutcomeBadge } from '../design/badge';
import { causeAndCure, loadDayErrorWords, textParts } from '../i18n/day-error-words';
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

  private readonly errorWords = rxResource({
    params: () => this.words.language(),
    stream: ({ params }) => from(loadDayErrorWords(params)),
  });
  /** Sentences in pieces; none for a code that the source's provider made up. */
  protected readonly advice = computed(() => {
    const code = this.record()?.error?.code;
    if (code === undefined || !this.errorWords.hasValue()) return [];
    const entry = causeAndCure(this.errorWords.value(), code);
    if (entry === undefined) return [];
    return [
      { word: 'panel.cause', parts: textParts(entry.cause) } as const,
      { word: 'panel.cure', parts: textParts(entry.cure) } as const,
    ];
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
}
