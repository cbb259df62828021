import { inject, Injectable } from '@angular/core';
import type { DayRange, Progress } from '@daysync/progress';
import { DatasetTitles } from '../api/dataset-titles';
import { dayRangeText } from '../i18n/day-range';
import { Words } from '../i18n/words';

/** What people call a batch: its dataset and its days, `Orders · 1–31 Oct 2026`. Its id is for programs. */
@Injectable({ providedIn: 'root' })
export class BatchNames {
  private readonly titles = inject(DatasetTitles);
  private readonly words = inject(Words);

  /** The name of a batch. In a template or `computed` it follows the language and the titles. */
  readonly of = (batch: Pick<Progress, 'dataset'> & DayRange): string =>
    `${this.dataset(batch.dataset)} · ${this.days(batch)}`;

  /** The title of a dataset; its name until the title is loaded. */
  readonly dataset = (name: string): string => {
    const language = this.words.language();
    return this.titles.of(name)?.[language] ?? name;
  };

  readonly days = (range: DayRange): string => dayRangeText(range, this.words.language());

  /** Loads the title of a dataset, unless it is known. */
  want(dataset: string): void {
    this.titles.want(dataset);
  }
}
