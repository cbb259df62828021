import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { FindingRows, SyncRecord } from '../api/wire';
import { OutcomeBadge } from '../design/badge';
import { injectDetail } from '../i18n/detail';
import { saysPlace } from '../i18n/error-detail';
import { injectDayWords } from '../i18n/day-words';
import { Words } from '../i18n/words';
import { SourceAnswerText } from '../log/source-answer';
import { durationWords } from '../i18n/duration';
import { DayFindingText } from './day-finding';
import { DayMarks } from './day-marks';
import { ErrorAdvice } from './error-advice';

/** The sync record of a day: its last attempt, and for an error the cause and the fix. */
@Component({
  selector: 'ds-day-record',
  imports: [DayFindingText, DayMarks, ErrorAdvice, OutcomeBadge, RouterLink, SourceAnswerText],
  templateUrl: './day-record.html',
  styleUrl: './day-record.scss',
})
export class DayRecord {
  private readonly words = inject(Words);
  protected readonly t = injectDayWords();
  protected readonly detail = injectDetail();
  protected readonly saysPlace = saysPlace;
  protected readonly known = this.words.known;
  protected readonly instantText = this.words.instant;
  protected readonly number = this.words.number;

  /** Null for a day that was never tried. */
  readonly record = input.required<SyncRecord | null>();
  /** Some of the rows that the latest comparison has found. */
  readonly findingRows = input<FindingRows | null>(null);

  protected readonly duration = computed(() => {
    const ms = this.record()?.duration_ms ?? null;
    return ms === null ? '—' : this.words.say(durationWords(ms));
  });
  /** The last attempt failed, and the rows of an earlier success are still in the target. */
  protected readonly isKept = computed(() => {
    const record = this.record();
    return record?.status === 'failed' && record.last_success_at !== null && !record.elsewhere;
  });
}
