import {
  Component,
  computed,
  DOCUMENT,
  effect,
  ElementRef,
  inject,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { filter, interval } from 'rxjs';
import { lastKnown } from '../api/last-known';
import { batchesResource } from '../api/resources';
import type { BatchPage } from '../api/wire';
import { BatchBadge } from '../design/badge';
import { BatchNames } from '../design/batch-names';
import { injectOwnFocus } from '../design/own-focus';
import { displayStatus, doneText } from '../design/progress-view';
import { ReadState } from '../design/read-state';
import { SegmentedBar } from '../design/segmented-bar';
import { injectActiveWords } from '../i18n/active-words';
import { ActiveBatch } from '../live/active-batch';
import { newestOf } from '../live/known-batches';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { isActive } from '../live/watch-state';
import { BatchControls } from './batch-controls';

/** The most batches in the list; the server lists active ones first. */
const MOST = 50;
/** How often the list is read again: the queue moves when a batch of anybody ends. */
const READ_EVERY_MS = 5_000;

type QueuePlace = BatchPage['items'][number]['queue_place'];

/** All running, queued and paused batches with their place in the queue and their controls, over any page. */
@Component({
  selector: 'ds-active-panel',
  imports: [BatchBadge, BatchControls, ReadState, RouterLink, SegmentedBar],
  templateUrl: './active-panel.html',
  styleUrl: './active-panel.scss',
  host: { '(document:keydown.escape)': 'escape($event)' },
})
export class ActivePanel {
  private readonly active = inject(ActiveBatch);
  private readonly document = inject(DOCUMENT);
  protected readonly names = inject(BatchNames);
  protected readonly t = injectActiveWords();

  /** The user closes the list. */
  readonly closed = output();

  protected readonly displayStatus = displayStatus;
  protected readonly doneText = (batch: Progress): string => doneText(batch, this.t);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  protected readonly read = batchesResource(signal({ page: 1, page_size: MOST }));
  private readonly listed = lastKnown(this.read);
  /** All that are listed, each in its newest progress. */
  private readonly newest = computed(() => {
    const known = [...(this.active.batches() ?? []), this.active.progress()];
    return newestOf(this.listed()?.items ?? [], known);
  });
  private readonly activeIds = computed(() =>
    this.newest()
      .filter(isActive)
      .map(({ task_id }) => task_id),
  );
  /**
   * The active ones in the order in which they came. One that ends stays in its place until the list is closed, so that
   * no button of another batch moves under the pointer.
   */
  private readonly shownIds = linkedSignal<readonly string[], readonly string[]>({
    source: this.activeIds,
    computation: (ids, before) => [...new Set([...(before?.value ?? []), ...ids])],
  });
  protected readonly batches = computed(() => {
    const listed = this.listed();
    if (listed === undefined) return undefined;
    const places = new Map(listed.items.map((batch) => [batch.task_id, batch.queue_place]));
    const newest = new Map(this.newest().map((batch) => [batch.task_id, batch]));
    return this.shownIds()
      .map((id) => newest.get(id))
      .filter((batch) => batch !== undefined)
      .map((batch) => ({ batch, place: placeOf(batch, places) }));
  });
  protected readonly hasMore = computed(() => this.activeIds().length === MOST);

  constructor() {
    rereadOnChange(this.read, injectBatchesKey());
    interval(READ_EVERY_MS)
      .pipe(
        filter(() => !this.read.isLoading()),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.read.reload());
    effect(() => {
      for (const { batch } of this.batches() ?? []) this.names.want(batch.dataset);
    });
    injectOwnFocus(this.heading);
    effect(() => this.keepFocus(this.activeIds()));
  }

  /** Closes the list from anywhere on the page, which it covers. Escape closes what is above it first. */
  protected escape({ target }: Event): void {
    const isAbove =
      target instanceof Element && target.closest('dialog, .cdk-overlay-container') !== null;
    if (!isAbove) this.closed.emit();
  }

  /** The progress after a control. */
  protected changed(progress: Progress): void {
    this.active.apply(progress);
    this.read.reload();
  }

  /** The buttons of a batch that ends go with the next drawing: a focus in them moves to the heading. */
  private keepFocus(active: readonly string[]): void {
    const row = this.document.activeElement?.closest<HTMLElement>('[data-batch]');
    const id = row?.dataset['batch'];
    if (id !== undefined && !active.includes(id)) this.heading().nativeElement.focus();
  }
}

/** A batch has a place in the queue only while it is queued. */
function placeOf(
  { task_id, status }: Progress,
  places: ReadonlyMap<string, QueuePlace>,
): number | undefined {
  return status === 'queued' ? (places.get(task_id) ?? undefined) : undefined;
}
