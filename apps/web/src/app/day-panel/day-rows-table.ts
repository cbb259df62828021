import { Component, computed, effect, input, linkedSignal, untracked } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import type { CalendarDay } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { dayRowsResource } from '../api/resources';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { injectDayWords } from '../i18n/day-words';
import { cellOf } from './cell';

const PAGE_SIZE = 20;

/** Loads and shows the rows of a day in the target, page by page. */
@Component({
  selector: 'ds-day-rows-table',
  imports: [MatButtonModule, Pager, ReadState],
  templateUrl: './day-rows-table.html',
  styleUrl: './day-rows-table.scss',
})
export class DayRowsTable {
  protected readonly t = injectDayWords();

  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();
  /** The time of the last attempt: a newer attempt reloads the rows. */
  readonly triedAt = input<string>();

  private readonly key = computed(() => `${this.dataset()} ${this.day()}`);
  protected readonly page = linkedSignal<string, number>({
    source: this.key,
    computation: () => 1,
  });
  protected readonly rows = dayRowsResource(
    computed(() => ({
      dataset: this.dataset(),
      day: this.day(),
      page: this.page(),
      pageSize: PAGE_SIZE,
    })),
  );
  protected readonly known = lastKnownOf(this.rows, this.key);
  protected readonly cells = computed(() => {
    const known = this.known();
    if (known === undefined) return [];
    return known.items.map((row, index) =>
      known.columns.map(({ name, type }) => {
        const isCut = known.cut.some((value) => value.row === index && value.column === name);
        return cellOf(row[name], type, isCut);
      }),
    );
  });
  /** The last page, if the shown page is beyond it: the day may have fewer rows than before. */
  protected readonly lastPage = computed(() => lastPageOf(this.known()));

  constructor() {
    let seen: { readonly key: string; readonly triedAt: string } | undefined;
    effect(() => {
      const [key, triedAt] = [this.key(), this.triedAt()];
      if (triedAt === undefined) return;
      // The rows of another day load anyway.
      if (seen?.key === key && seen.triedAt !== triedAt) untracked(() => this.rows.reload());
      seen = { key, triedAt };
    });
  }
}
