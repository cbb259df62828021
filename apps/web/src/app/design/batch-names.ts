import { inject, Injectable } from '@angular/core';
import { countDays, type DayRange, type Progress } from '@daysync/progress';
import { DatasetTitles } from '../api/dataset-titles';
import { dayRangeText } from '../i18n/day-range';
import { Words } from '../i18n/words';

/** The days of a batch. A batch of chosen days has fewer than its range; without `total` it has all of them. */
type Days = DayRange & Partial<Pick<Progress, 'total'>>;

/**
 * What people call a batch: its dataset and its days, `Orders · 1–31 Oct 2026`, or `Orders · 3 days, 1–31 Oct 2026`. Its
 * id is for programs.
 */
@Injectable({ providedIn: 'root' })
export class BatchNames {
  private readonly titles = inject(DatasetTitles);
  private readonly words = inject(Words);

  /** The name of a batch. In a template or `computed` it follows the language and the titles. */
  readonly of = (batch: Pick<Progress, 'dataset'> & Days): string =>
    `${this.dataset(batch.dataset)} · ${this.days(batch)}`;

  /** The title of a dataset; its name until the title is loaded. */
  readonly dataset = (name: string): string => {
    const language = this.words.language();
    return this.titles.of(name)?.[language] ?? name;
  };

  readonly days = (days: Days): string => {
    const range = dayRangeText(days, this.words.language());
    const count = this.chosen(days);
    return count === undefined ? range : this.words.t('batches.some_days', { count, range });
  };

  /** How many days a batch has, if these are not all days of its range. */
  readonly chosen = ({ start_date, end_date, total }: Days): number | undefined =>
    total !== undefined && total < countDays(start_date, end_date) ? total : undefined;

  /** Loads the title of a dataset, unless it is known. */
  want(dataset: string): void {
    this.titles.want(dataset);
  }
}
