import { Component, computed, input } from '@angular/core';
import type { CalendarDay } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { dayLogResource } from '../api/resources';
import { ReadState } from '../design/read-state';
import { injectRecordsRev } from '../live/records-rev';
import { rereadOnChange } from '../live/reread';
import { LogEntries } from './log-entries';
import { injectLogWords } from '../i18n/log-words';

/** The log of a day in its latest batches, the newest entries first. */
@Component({
  selector: 'ds-day-log',
  imports: [LogEntries, ReadState],
  template: `
    <section class="ds-stack">
      <h3>{{ t('log.heading') }}</h3>
      @if (entries(); as shown) {
        <ds-read-state stale [read]="read" failed="log.stale" />
        @if (shown.length > 0) {
          <ds-log-entries [entries]="shown" [hasDays]="false" />
        } @else {
          <p class="ds-quiet">{{ t('log.empty') }}</p>
        }
      } @else {
        <ds-read-state [read]="read" failed="log.unread" loading="log.loading" />
      }
    </section>
  `,
})
export class DayLog {
  protected readonly t = injectLogWords();

  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();

  private readonly key = computed(() => `${this.dataset()} ${this.day()}`);
  protected readonly read = dayLogResource(
    computed(() => ({ dataset: this.dataset(), day: this.day() })),
  );
  private readonly known = lastKnownOf(this.read, this.key);
  protected readonly entries = computed(() => this.known()?.items.toReversed());

  constructor() {
    rereadOnChange(this.read, injectRecordsRev(this.dataset));
  }
}
