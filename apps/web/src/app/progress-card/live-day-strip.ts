import { Component, computed, effect, input, output } from '@angular/core';
import type { Progress } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { batchDaysResource } from '../api/resources';
import type { BatchDay } from '../api/wire';
import { injectFollowedDays } from '../live/day-changes';
import { rereadOnChange } from '../live/reread';
import { DayStrip } from './day-strip';

/** The strip of a batch on a page that does not load its days: it loads and follows them. */
@Component({
  selector: 'ds-live-day-strip',
  imports: [DayStrip],
  template: `
    @if (days(); as list) {
      <ds-day-strip [progress]="progress()" [days]="list" />
    }
  `,
  styles: `
    :host {
      display: block;
      min-height: 18px;
    }
  `,
})
export class LiveDayStrip {
  readonly progress = input.required<Progress>();
  /** The days, once they are loaded; `undefined` if they can't be. */
  readonly loaded = output<readonly BatchDay[] | undefined>();

  private readonly batchId = computed(() => this.progress().task_id);
  private readonly read = batchDaysResource(computed(() => ({ batchId: this.batchId() })));
  protected readonly days = injectFollowedDays(this.batchId, lastKnownOf(this.read, this.batchId));

  constructor() {
    // A reload at the end corrects whatever was missed.
    rereadOnChange(
      this.read,
      computed(() => (this.progress().finished_at === null ? 'active' : 'ended')),
    );
    effect(() => {
      const days = this.days();
      if (days !== undefined || this.read.error() !== undefined) this.loaded.emit(days);
    });
  }
}
