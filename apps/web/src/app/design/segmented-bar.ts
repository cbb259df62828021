import { Component, computed, inject, input } from '@angular/core';
import type { Progress } from '@daysync/progress';
import { Words } from '../i18n/words';
import { doneDays, segmentsOf } from './progress-view';

/** The progress bar of a batch, with a segment for each outcome. */
@Component({
  selector: 'ds-segmented-bar',
  template: `
    <div
      role="progressbar"
      aria-valuemin="0"
      aria-valuemax="100"
      [attr.aria-label]="t('progress.bar')"
      [attr.aria-valuenow]="done().percent"
      [attr.aria-valuetext]="text()"
    >
      @for (segment of segments(); track segment.kind) {
        <span [attr.data-kind]="segment.kind" [style.width.%]="segment.width"></span>
      }
    </div>
  `,
  styles: `
    @use '../../styles/segments' as *;
    :host {
      display: block;
    }
    div {
      display: flex;
      height: var(--ds-bar-height, 14px);
      overflow: hidden;
      border-radius: calc(var(--ds-bar-height, 14px) / 2);
      background: var(--ds-bar-open);
      // Its parts differ by their colours.
      forced-color-adjust: none;
    }
    span {
      transition: width 300ms ease-out;
    }
    span + span {
      box-shadow: inset 1px 0 var(--mat-sys-surface-container-lowest);
    }
    @include segments;
  `,
})
export class SegmentedBar {
  protected readonly t = inject(Words).t;

  readonly progress = input.required<Progress>();

  protected readonly done = computed(() => doneDays(this.progress()));
  protected readonly segments = computed(() => segmentsOf(this.progress()));
  protected readonly text = computed(() => {
    const { done, percent } = this.done();
    return this.t('progress.bar_text', { done, total: this.progress().total, percent });
  });
}
