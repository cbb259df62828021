import { Component, computed, inject, input } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { problemOf } from '../api/problem';
import { batchDaysResource } from '../api/sync-api';
import { lastKnown } from '../api/last-known';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { failuresOf } from './failures';

/** The failed days of a batch, each with its code and what was wrong. */
@Component({
  selector: 'ds-failed-days',
  imports: [MatButtonModule],
  template: `
    <h3>{{ t('failures.heading') }}</h3>
    @if (failures(); as list) {
      <ul>
        @for (failure of list.shown; track failure.day) {
          <li>
            <span class="day">{{ failure.day }}</span>
            <span class="what">
              {{ known('error.' + failure.code, failure.text) }}
              @if (failure.row !== null) {
                {{ t('failures.place', { row: failure.row }) }}
              }
              @if (failure.column !== null) {
                {{ t('failures.column', { column: failure.column }) }}
              }
              <code>{{ failure.code }}</code>
              <span class="ds-quiet">{{ failure.text }}</span>
            </span>
          </li>
        }
      </ul>
      @if (list.hidden > 0) {
        <p class="ds-quiet">{{ t('failures.more', { count: list.hidden }) }}</p>
      }
    } @else if (problem(); as reason) {
      <p class="ds-quiet">
        {{ t('failures.unread', { reason }) }}
        <button matButton type="button" (click)="days.reload()">{{ t('retry') }}</button>
      </p>
    } @else {
      <p class="ds-quiet">{{ t('failures.loading') }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 8px;
      padding-block-start: 14px;
      border-block-start: 1px solid var(--mat-sys-outline-variant);
    }
    ul {
      display: grid;
      gap: 8px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: 92px 1fr;
      gap: 12px;
    }
    .day {
      color: var(--ds-failed);
      font-weight: 500;
    }
    .what {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 2px 8px;
    }
    code {
      padding: 0 6px;
      border-radius: 4px;
      background: var(--ds-failed-soft);
      color: var(--ds-failed);
      font: 12px/20px var(--ds-font-mono);
    }
    .ds-quiet {
      font-size: 13px;
    }
  `,
})
export class FailedDays {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly known = this.words.known;

  readonly taskId = input.required<string>();
  /** How many have failed so far; when it grows the list is read again. */
  readonly failed = input.required<number>();

  protected readonly days = batchDaysResource(
    computed(() => ({ taskId: this.taskId(), failed: this.failed() })),
  );
  private readonly newest = lastKnown(this.days);
  protected readonly failures = computed(() => {
    const days = this.newest();
    return days && failuresOf(days);
  });
  protected readonly problem = computed(() => {
    const error = this.days.error();
    return error && problemSentence(problemOf(error), this.words);
  });
}
