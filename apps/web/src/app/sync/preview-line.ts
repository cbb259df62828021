import { Component, computed, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Plan } from '../api/wire';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { aboutWords } from '../time/duration';
import type { PreviewState } from './plan-preview';

/** One line that says what a start would do. Its room is kept, so that it moves nothing when it comes. */
@Component({
  selector: 'ds-preview-line',
  imports: [MatButtonModule, RouterLink],
  template: `
    @let shown = state();
    @switch (shown.kind) {
      @case ('none') {}
      @case ('asking') {
        <span class="ds-skeleton"></span>
      }
      @case ('planned') {
        <p [class.ds-quiet]="shown.plan.run === 0">{{ sentence(shown.plan) }}</p>
      }
      @case ('failed') {
        @if (overlappedId(); as task_id) {
          <p class="busy">
            {{ t('error.BATCH_OVERLAPS') }}
            <a routerLink="." [queryParams]="{ task_id }">{{ t('preview.open_batch') }}</a>
          </p>
        } @else {
          <p class="problem">
            <span>{{ problem() }}</span>
            <button matButton type="button" (click)="again.emit()">{{ t('retry') }}</button>
          </p>
        }
      }
    }
  `,
  host: { 'aria-live': 'polite', '[attr.aria-busy]': 'state().kind === "asking"' },
  styles: `
    :host {
      display: block;
      // Two lines of text: what it says on a narrow page, or in English.
      min-height: 42px;
    }
    .ds-skeleton {
      width: 70%;
      height: 15px;
      margin-block-start: 3px;
    }
    .busy {
      color: var(--ds-active);
    }
    .problem {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      column-gap: 16px;
      color: var(--ds-failed);
    }
    a {
      display: inline-block;
      min-height: 24px;
      color: inherit;
    }
    button {
      // Its text stands in line with the rest; its padding lies outside.
      margin: -8px -12px;
    }
  `,
})
export class PreviewLine {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;

  readonly state = input.required<PreviewState>();
  /** The reader wants it asked once more. */
  readonly again = output();

  /** The batch in the way, where that is what is wrong. */
  protected readonly overlappedId = computed(() => {
    const state = this.state();
    const isOverlap = state.kind === 'failed' && state.problem.code === 'BATCH_OVERLAPS';
    return isOverlap ? state.problem.taskId : null;
  });
  protected readonly problem = computed(() => {
    const state = this.state();
    return state.kind === 'failed' ? problemSentence(state.problem, this.words) : '';
  });

  protected sentence({ run, skip, skip_reasons, estimate }: Plan): string {
    const reasons = skip_reasons.map(({ reason, count }) =>
      this.t('preview.reason', { reason: this.words.known(`skip.${reason}`, reason), count }),
    );
    const parts = [run === 0 ? this.t('preview.nothing') : this.t('preview.run', { run })];
    if (skip > 0) {
      parts.push(this.t('preview.skip', { skip, reasons: reasons.join(this.t('preview.and')) }));
    }
    if (run > 0 && estimate !== null) {
      const { key, params } = aboutWords(estimate.likely_ms);
      parts.push(this.t('preview.about', { time: this.t(key, params) }));
    }
    return parts.join(this.t('preview.comma'));
  }
}
