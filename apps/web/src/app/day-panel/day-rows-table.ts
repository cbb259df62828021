import { Component, computed, effect, inject, input, linkedSignal, untracked } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import type { CalendarDay } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { dayRowsResource } from '../api/resources';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { Words } from '../i18n/words';
import { cellOf } from './cell';

const PAGE_SIZE = 20;

/** The rows that a day has in the target, page by page; it reads them by itself. */
@Component({
  selector: 'ds-day-rows-table',
  imports: [MatButtonModule, Pager, ReadState],
  templateUrl: './day-rows-table.html',
  styleUrl: './day-rows-table.scss',
})
export class DayRowsTable {
  protected readonly t = inject(Words).t;

  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();
  /** When the day was tried last, once that is known: the rows are read anew when it is tried again. */
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
  /** The rows as the table draws them, cell by cell. */
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
  /** The last page, where the one that is shown has gone: the day has fewer rows than it had. */
  protected readonly lastPage = computed(() => lastPageOf(this.known()));

  constructor() {
    let seen: { readonly key: string; readonly triedAt: string } | undefined;
    effect(() => {
      const [key, triedAt] = [this.key(), this.triedAt()];
      if (triedAt === undefined) return;
      // What another day brings with it is read anyway.
      if (seen?.key === key && seen.triedAt !== triedAt) untracked(() => this.rows.reload());
      seen = { key, triedAt };
    });
  }
}
