import { Component, computed, DestroyRef, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { lastKnownOf } from '../api/last-known';
import { datasetResource } from '../api/resources';
import { DayPanel } from '../day-panel/day-panel';
import { ReadState } from '../design/read-state';
import { injectDatasetWords } from '../i18n/dataset-words';
import { TabTitle } from '../i18n/tab-title';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { injectWithEdits } from '../live/record-edits';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { DatasetOverview } from './dataset-overview';
import { DatasetSchedule } from './dataset-schedule';
import { DatasetSettings } from './dataset-settings';
import { DayTestForm } from './day-test';

/** One dataset by the name in the address: its days, its schedule and its configuration. */
@Component({
  selector: 'ds-dataset-page',
  imports: [
    DatasetOverview,
    DatasetSchedule,
    DatasetSettings,
    DayPanel,
    DayTestForm,
    ReadState,
    RouterLink,
  ],
  template: `
    <p class="ways">
      <a routerLink="/datasets">{{ t('dataset.all') }}</a>
    </p>
    @if (shown(); as dataset) {
      <ds-read-state stale [read]="read" failed="records.stale" />
      <ds-dataset-overview [dataset]="dataset" [batches]="batches()" />
      @if (dataset.schedule; as schedule) {
        <ds-dataset-schedule
          [dataset]="dataset.name"
          [schedule]="schedule"
          (changed)="read.reload()"
        />
      }
      <ds-day-test [dataset]="dataset.name" [day]="dataset.source_days?.last" />
      <ds-dataset-settings [dataset]="dataset" [yaml]="dataset.yaml" />
      <ds-day-panel [dataset]="name()" />
    } @else {
      <h1 class="ds-unseen">{{ name() }}</h1>
      <ds-read-state [read]="read" failed="dataset.unread" loading="datasets.loading">
        @for (card of [0, 1]; track card) {
          <span class="ds-skeleton" style="height: 320px"></span>
        }
      </ds-read-state>
    }
  `,
  styles: `
    .ways a {
      display: inline-block;
      min-height: 24px;
    }
  `,
  host: { class: 'ds-page' },
})
export class DatasetPage {
  private readonly active = inject(ActiveBatch);
  /** The known batches of all datasets. */
  protected readonly batches = computed(() => [
    this.active.progress(),
    ...(this.active.batches() ?? []),
  ]);
  protected readonly t = injectDatasetWords();

  readonly name = input.required<string>();

  protected readonly read = datasetResource(computed(() => ({ name: this.name() })));
  protected readonly shown = lastKnownOf(this.read, this.name);

  constructor() {
    const { language } = inject(Words);
    const subject = computed(() => {
      const dataset = this.shown();
      return dataset && { name: dataset.title[language()] };
    });
    inject(DestroyRef).onDestroy(inject(TabTitle).nameSubject(subject));
    rereadOnChange(this.read, injectWithEdits(injectBatchesKey()));
  }
}
