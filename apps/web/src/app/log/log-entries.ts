import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { LogEntry } from '../api/wire';
import { startedBy } from '../design/progress-view';
import { injectDetail } from '../i18n/detail';
import { Words } from '../i18n/words';
import { errorCodeOf, phraseOf } from './log-view';
import { injectLogWords } from '../i18n/log-words';

/** Entries of a log, in the given order. */
@Component({
  selector: 'ds-log-entries',
  imports: [RouterLink],
  template: `
    <ol>
      @for (entry of entries(); track key(entry)) {
        <li>
          <time [attr.datetime]="entry.at">{{ instantText(entry.at) }}</time>
          @if (hasDays()) {
            <span class="day">
              @if (entry.day; as day) {
                <a [routerLink]="[]" [queryParams]="{ day }" queryParamsHandling="merge">{{
                  day
                }}</a>
              } @else {
                {{ t('log.of_batch') }}
              }
            </span>
          }
          <span class="what" [class.failed]="isFailure(entry)">
            {{ phrase(entry) }}
            @if (entry.until; as until) {
              <span class="ds-quiet">{{ t('log.until', { time: instantText(until) }) }}</span>
            }
            @if (entry.by; as name) {
              <span class="ds-quiet">{{ t('log.by', { name: who(name) }) }}</span>
            }
            @if (why(entry); as text) {
              <span class="ds-quiet why">{{ text }}</span>
            }
            @if (code(entry); as shown) {
              <code>{{ shown }}</code>
            }
            @if (detail(entry); as text) {
              <span class="ds-quiet detail">{{ text }}</span>
            }
          </span>
        </li>
      }
    </ol>
  `,
  styleUrl: './log-entries.scss',
})
export class LogEntries {
  private readonly words = inject(Words);
  private readonly inLanguage = injectDetail();
  protected readonly t = injectLogWords();
  protected readonly instantText = this.words.instant;
  protected readonly code = errorCodeOf;

  readonly entries = input.required<readonly LogEntry[]>();
  /** Whether each entry names its day. */
  readonly hasDays = input(true);

  /** Newer entries come before it: at another place it stays the same element, with its focus. */
  protected key({ at, attempt, day, kind }: LogEntry): string {
    return [at, day, kind, attempt].join(' ');
  }

  protected phrase(entry: LogEntry): string {
    const { key, params } = phraseOf(entry);
    return this.t(key, params);
  }

  protected isFailure({ kind }: LogEntry): boolean {
    return kind === 'failed' || kind === 'failed_attempt';
  }

  protected who(name: string): string {
    return startedBy(name, this.words.t);
  }

  /** The reason in our own words. */
  protected why(entry: LogEntry): string {
    const { code, kind } = entry;
    if (kind === 'skipped') return code === null ? '' : this.words.known(`reason.${code}`, code);
    const error = errorCodeOf(entry);
    return error === null ? '' : this.words.known(`error.${error}`, this.words.t('failures.other'));
  }

  /** The text of the error. A new range stands in the sentence. */
  protected detail({ kind, text }: LogEntry): string {
    return text === null || kind === 'extended' ? '' : this.inLanguage(text);
  }
}
