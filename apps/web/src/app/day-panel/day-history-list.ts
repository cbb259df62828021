import { Component, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { OUTCOMES, type Outcome } from '@daysync/progress';
import type { DayHistory, DayHistoryPage } from '../api/wire';
import { BatchNames } from '../design/batch-names';
import { OutcomeBadge } from '../design/badge';
import { Pager } from '../design/pager';
import { injectDayWords } from '../i18n/day-words';
import { Words } from '../i18n/words';
import { startedBy } from '../design/progress-view';
import { durationWords } from '../i18n/duration';
import type { WordKey } from '../i18n/zh';
import { ErrorAdvice } from './error-advice';

/** The outcome of a day in each batch, the newest first. */
@Component({
  selector: 'ds-day-history-list',
  imports: [ErrorAdvice, OutcomeBadge, Pager, RouterLink],
  template: `
    <section class="ds-stack">
      <h3>{{ t('panel.history') }}</h3>
      <ol>
        @for (entry of page().items; track entry.task_id) {
          <li>
            <p class="outcome">
              @if (outcome(entry); as ended) {
                <ds-outcome-badge [outcome]="ended" />
              } @else {
                <span class="open">{{ t(openWord(entry)) }}</span>
              }
              <a
                [routerLink]="['/batches', entry.task_id]"
                [title]="entry.task_id"
                [attr.aria-label]="label(entry)"
                >{{ days(entry) }}</a
              >
            </p>
            <p class="ds-quiet facts">
              @for (fact of facts(entry); track $index) {
                <span>{{ fact }}</span>
              }
            </p>
            @if (why(entry); as text) {
              <p class="why">
                {{ text }}
                @if (entry.error; as error) {
                  <code>{{ error.code }}</code>
                }
              </p>
            }
            @if (entry.error; as error) {
              <ds-error-advice [code]="error.code" folded />
            }
          </li>
        } @empty {
          <li class="ds-quiet">{{ t('panel.no_history') }}</li>
        }
      </ol>
      @if (page().total > page().page_size) {
        <ds-pager [page]="page()" [label]="t('panel.history_pages')" (turn)="turn.emit($event)" />
      }
    </section>
  `,
  styleUrl: './day-history-list.scss',
})
export class DayHistoryList {
  private readonly words = inject(Words);
  protected readonly t = injectDayWords();
  protected readonly days = inject(BatchNames).days;

  readonly page = input.required<DayHistoryPage>();
  /** The page to go to. */
  readonly turn = output<number>();

  /** Several batches may have the same days. */
  protected label(entry: DayHistory): string {
    const { finished_at } = entry;
    const days = this.days(entry);
    return finished_at === null ? days : `${days} · ${this.words.instant(finished_at)}`;
  }

  /** The outcome in a batch, once the day has ended. */
  protected outcome({ state }: DayHistory): Outcome | undefined {
    return OUTCOMES.find((outcome) => outcome === state);
  }

  /** A day that was put back into the queue has been tried, so it is not one that has not begun. */
  protected openWord({ state, attempts, error }: DayHistory): WordKey {
    if (state === 'running') return 'progress.in_flight';
    return attempts > 0 || error !== null ? 'days.to_retry' : 'progress.open';
  }

  /** The known facts; unknown ones are left out. */
  protected facts(entry: DayHistory): readonly string[] {
    const { rows, attempts, duration_ms, finished_at, started_by, retry_of } = entry;
    return [
      finished_at === null ? '' : this.words.instant(finished_at),
      this.how(entry),
      retry_of === null ? '' : this.t('panel.retry'),
      rows === null ? '' : this.t('panel.count_rows', { count: rows }),
      attempts === 0 ? '' : this.t('panel.count_attempts', { count: attempts }),
      duration_ms === null ? '' : this.words.say(durationWords(duration_ms)),
      started_by === null ? '' : this.t('panel.by', { name: startedBy(started_by, this.t) }),
    ].filter((fact) => fact !== '');
  }

  /** Which days the batch tries, or what it does with the day if it verifies it. */
  private how({ mode, verify }: DayHistory): string {
    if (verify !== null) return this.t(`panel.verify_${verify}`);
    return this.t(mode === 'verify' ? 'panel.verify' : `mode.${mode}`);
  }

  protected why({ error, reason }: DayHistory): string {
    if (error !== null) return this.words.known(`error.${error.code}`, error.text);
    return reason === null ? '' : this.words.known(`reason.${reason}`, reason);
  }
}
