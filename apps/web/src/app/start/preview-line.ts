import { Component, computed, effect, ElementRef, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { DayRange, Progress } from '@daysync/progress';
import type { Plan } from '../api/wire';
import { BatchNames } from '../design/batch-names';
import { planSentence } from '../i18n/plan-sentence';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { batchesAhead } from './batches-ahead';
import { PlanAdvice } from './plan-advice';
import { daysOutside, partsOf, replacedDays, type SourceBounds } from './range-advice';
import { SplitOffer } from './split-offer';
import type { PreviewState } from './shown-plan';
import { startParams } from './start-values';
import { elsewhereSentence, incompleteSentence } from './target-sentences';

/** One line with the plan of a start. Its room is reserved: nothing moves when it appears. */
@Component({
  selector: 'ds-preview-line',
  imports: [MatButtonModule, PlanAdvice, RouterLink, SplitOffer],
  template: `
    @let shown = state();
    @switch (shown.kind) {
      @case ('none') {}
      @case ('asking') {
        <span class="ds-skeleton"></span>
      }
      @case ('planned') {
        <p [class.ds-quiet]="shown.plan.run === 0">
          @if (isNamed()) {
            <b>{{ t('preview.name', { name: names.of(shown.request) }) }}</b>
          }
          <span>{{ sentence(shown.plan) }}</span>
        </p>
        @if (hasAdvice()) {
          @defer (on immediate) {
            <ds-plan-advice [request]="shown.request" [plan]="shown.plan" [source]="source()" />
          }
        }
        @if (elsewhere(); as text) {
          <p class="note">{{ text }}</p>
        }
        @if (incomplete(); as text) {
          <p class="note">
            <span>{{ text }}</span>
            @if (againParams(); as params) {
              <a routerLink="/" [queryParams]="params">{{ t('target.sync_again') }}</a>
            }
          </p>
        }
      }
      @case ('failed') {
        @if (tooLong(); as limit) {
          @defer (on immediate) {
            <ds-split-offer
              [request]="shown.request"
              [limit]="limit"
              [canStart]="canStart()"
              (started)="split.emit($event)"
            />
          }
        } @else if (overlappedId(); as task_id) {
          <p class="busy">
            <span>{{ t('error.BATCH_OVERLAPS') }}</span>
            <a [routerLink]="['/batches', task_id]">{{ t('preview.open_batch') }}</a>
            <button matButton type="button" (click)="again.emit()">
              {{ t('preview.again') }}
            </button>
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
  host: {
    'aria-live': 'polite',
    '[attr.aria-busy]': 'state().kind === "asking"',
    '[class.named]': 'isNamed()',
    tabindex: '-1',
  },
  styles: `
    :host {
      display: block;
      // Two lines: in English, or on a narrow page.
      min-height: 42px;
      // No last line of a single unit or half a date.
      text-wrap: pretty;
    }
    :host(.named) {
      // One more for the name.
      min-height: 63px;
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
      color: var(--ds-failed);
    }
    .note {
      color: var(--ds-warning);
    }
    .busy,
    .note,
    .problem {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      column-gap: 16px;
    }
    a {
      display: inline-block;
      min-height: 24px;
      color: inherit;
    }
    button {
      // Its text aligns with the rest; its padding is outside.
      margin: -8px -12px;
    }
  `,
})
export class PreviewLine {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly names = inject(BatchNames);

  readonly state = input.required<PreviewState>();
  /** The days of the source, if it knows them. */
  readonly source = input<SourceBounds | null>(null);
  /** Whether batches may be started now. */
  readonly canStart = input(false);
  /** Whether it names the dataset and the days: where no heading beside it does. */
  readonly isNamed = input(false);
  /** The batches that are known, of any dataset. */
  readonly batches = input<readonly Progress[]>([]);
  /** The user asks for a new preview. */
  readonly again = output();
  /** The user starts a batch for each part of a range that is too long for one. */
  readonly split = output<readonly DayRange[]>();

  /** The overlapping batch, if that is the problem. */
  protected readonly overlappedId = computed(() => {
    const state = this.state();
    const isOverlap = state.kind === 'failed' && state.problem.code === 'BATCH_OVERLAPS';
    return isOverlap ? state.problem.batchId : null;
  });
  /** The most days of a batch, if the range has more and can be split. */
  protected readonly tooLong = computed(() => {
    const state = this.state();
    if (state.kind !== 'failed' || state.problem.code !== 'RANGE_TOO_LARGE') return null;
    const { limit } = state.problem;
    return limit !== null && partsOf(state.request, limit).length > 0 ? limit : null;
  });
  protected readonly hasAdvice = computed(() => {
    const state = this.state();
    if (state.kind !== 'planned') return false;
    const isOutside = daysOutside(state.request, this.source()).length > 0;
    return isOutside || replacedDays(state.plan) > 0;
  });
  private readonly plan = computed(() => {
    const state = this.state();
    return state.kind === 'planned' ? state.plan : null;
  });
  protected readonly elsewhere = computed(() => {
    const plan = this.plan();
    return plan && elsewhereSentence(this.words, plan);
  });
  protected readonly incomplete = computed(() => {
    const plan = this.plan();
    return plan && incompleteSentence(this.words, plan);
  });
  /** The start of the days that lack a column; null if this plan runs them. */
  protected readonly againParams = computed(() => {
    const state = this.state();
    if (state.kind !== 'planned' || state.plan.incomplete === null) return null;
    const { dataset, mode, order } = state.request;
    if (mode === 'incomplete' || mode === 'all' || mode === 'verify') return null;
    return startParams(dataset, state.plan.incomplete.range, { mode: 'incomplete', order });
  });
  protected readonly problem = computed(() => {
    const state = this.state();
    return state.kind === 'failed' ? problemSentence(state.problem, this.words) : '';
  });

  constructor() {
    const host: HTMLElement = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    effect(() => {
      this.state();
      // It runs before rendering: the focused element may disappear now, and the focus must stay here.
      if (host.contains(document.activeElement)) host.focus();
    });
  }

  protected sentence(plan: Plan): string {
    const state = this.state();
    const sentence = planSentence(plan, this.words);
    if (plan.run === 0 || state.kind !== 'planned') return sentence;
    const ahead = batchesAhead(state.request.dataset, this.batches());
    if (ahead === undefined) return sentence;
    const word = ahead.isCertain ? 'preview.ahead' : 'preview.ahead_perhaps';
    return sentence + this.t('preview.comma') + this.t(word, { count: ahead.count });
  }
}
