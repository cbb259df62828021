import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { of, scan, startWith, switchMap } from 'rxjs';
import { lastKnownOf } from '../api/last-known';
import { batchLogExportUrl, batchLogResource } from '../api/resources';
import { ReadState } from '../design/read-state';
import { LogChanges } from '../live/log-changes';
import { LogEntries } from './log-entries';
import {
  isShown,
  LOG_FILTERS,
  withLogChanges,
  type LogFilterKind,
  type ShownLog,
} from './log-view';
import { injectLogWords } from '../i18n/log-words';

const ENTRIES_A_STEP = 100;

/** The log of a batch, the newest entries first, kept current while the batch goes on. The filter is in the address. */
@Component({
  selector: 'ds-batch-log',
  imports: [LogEntries, MatButtonModule, ReadState, RouterLink],
  templateUrl: './batch-log.html',
  styleUrl: './batch-log.scss',
})
export class BatchLog {
  private readonly changes = inject(LogChanges);
  protected readonly t = injectLogWords();

  readonly batchId = input.required<string>();
  readonly filter = input<LogFilterKind>();

  protected readonly read = batchLogResource(computed(() => ({ batchId: this.batchId() })));
  private readonly first = lastKnownOf(this.read, this.batchId);
  private readonly log = toSignal(
    toObservable(this.first).pipe(
      switchMap((page) => {
        if (page === undefined) return of(undefined);
        const changes = this.changes.of(this.batchId(), page.cursor);
        return changes.pipe(
          scan((known: ShownLog, changed) => withLogChanges(known, changed), page),
          startWith(page),
        );
      }),
    ),
  );
  protected readonly entries = computed(() => this.log()?.items);
  protected readonly isTruncated = computed(() => this.log()?.truncated === true);
  protected readonly choices = computed(() => {
    const entries = this.entries() ?? [];
    const count = (filter?: LogFilterKind): number =>
      entries.filter((entry) => isShown(entry, filter)).length;
    const all = { filter: undefined, word: this.t('log.all'), count: count() };
    const some = LOG_FILTERS.map((filter) => ({
      filter,
      word: this.t(`log.${filter}`),
      count: count(filter),
    }));
    return [all, ...some];
  });
  private readonly matching = computed(() =>
    (this.entries() ?? []).filter((entry) => isShown(entry, this.filter())).toReversed(),
  );
  private readonly limit = linkedSignal<unknown, number>({
    source: () => [this.batchId(), this.filter()],
    computation: () => ENTRIES_A_STEP,
  });
  protected readonly shown = computed(() => this.matching().slice(0, this.limit()));
  protected readonly more = computed(() =>
    Math.min(ENTRIES_A_STEP, this.matching().length - this.shown().length),
  );
  protected readonly exportUrl = computed(() => batchLogExportUrl(this.batchId()));

  protected showMore(): void {
    this.limit.update((limit) => limit + ENTRIES_A_STEP);
  }
}
