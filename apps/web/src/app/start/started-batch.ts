import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { BatchNames } from '../design/batch-names';
import { BATCH_STATE_WORDS, displayStatus, STATUS_DISPLAY } from '../design/progress-view';
import { injectQueueWords } from '../i18n/queue-words';
import { injectQueuePlace } from '../live/queue-place';

/** What has become of a start: the state of the batch, its place while it is queued, and where to see more. */
@Component({
  selector: 'ds-started-batch',
  imports: [RouterLink],
  template: `
    <p class="ds-message" [class]="tone()">
      {{ t('queue.state', { state: state() }) }} <b>{{ names.of(queued().batch) }}</b>
      <a [routerLink]="['/batches', queued().batch.task_id]">{{ t('queue.progress') }}</a>
      @if (queued().batch.status === 'queued') {
        <a routerLink="/batches">{{ t('queue.show') }}</a>
      }
    </p>
  `,
  styles: `
    :host {
      display: block;
    }
    a {
      display: inline-block;
      min-height: 24px;
      margin-inline-start: 8px;
      color: inherit;
    }
  `,
})
export class StartedBatch {
  protected readonly names = inject(BatchNames);
  protected readonly t = injectQueueWords();

  /** The newest known progress of the batch. */
  readonly batch = input.required<Progress>();

  protected readonly queued = injectQueuePlace(this.batch);
  private readonly status = computed(() => displayStatus(this.queued().batch));
  protected readonly tone = computed(() => STATUS_DISPLAY[this.status()].tone);
  protected readonly state = computed(() => {
    const { place } = this.queued();
    return place === null
      ? this.t(`state.${BATCH_STATE_WORDS[this.status()]}`)
      : this.t('state.place', { place });
  });
}
