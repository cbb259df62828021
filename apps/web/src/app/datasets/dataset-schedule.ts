import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Schedule } from '../api/wire';
import { Words } from '../i18n/words';
import { injectNow } from '../time/server-clock';
import { scheduleView } from './schedule-view';

/** When a dataset syncs by itself. */
@Component({
  selector: 'ds-dataset-schedule',
  imports: [RouterLink],
  templateUrl: './dataset-schedule.html',
  styleUrl: './dataset-schedule.scss',
})
export class DatasetSchedule {
  private readonly now = injectNow();
  private readonly words = inject(Words);
  protected readonly t = this.words.t;

  readonly schedule = input.required<Schedule>();

  protected readonly runs = computed(() => scheduleView(this.schedule(), this.now(), this.words));
}
