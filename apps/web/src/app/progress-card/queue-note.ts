import { Component, effect, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { BatchNames } from '../design/batch-names';
import { injectQueueWords } from '../i18n/queue-words';
import { injectQueuePlace } from '../live/queue-place';

/** The place of a queued batch, and the batch before it. */
@Component({
  selector: 'ds-queue-note',
  imports: [RouterLink],
  template: `
    @let queued = place();
    @if (queued.place === null) {
      {{ t('waiting.queue') }}
    } @else if (queued.behind; as behind) {
      {{ t('queue.behind', { place: queued.place }) }}
      <a [routerLink]="['/batches', behind.task_id]">{{ names.of(behind) }}</a>
    } @else {
      {{ t('queue.place', { place: queued.place }) }}
    }
  `,
  styles: `
    a {
      display: inline-block;
      min-height: 24px;
      color: inherit;
    }
  `,
})
export class QueueNote {
  protected readonly names = inject(BatchNames);
  protected readonly t = injectQueueWords();

  readonly progress = input.required<Progress>();
  protected readonly place = injectQueuePlace(this.progress);

  constructor() {
    effect(() => {
      const { behind } = this.place();
      if (behind !== undefined) this.names.want(behind.dataset);
    });
  }
}
