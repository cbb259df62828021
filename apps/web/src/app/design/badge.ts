import { Component, computed, inject, input } from '@angular/core';
import type { Outcome } from '@daysync/progress';
import { Words } from '../i18n/words';
import { LOOKS, type DisplayStatus } from '../sync/progress-view';
import { LookIcon } from './look-icon';

/** The state of a batch as icon, word and colour. */
@Component({
  selector: 'ds-batch-badge',
  imports: [LookIcon],
  template: `<ds-look-icon [look]="look()" />{{ word() }}`,
  host: { '[attr.data-tone]': 'tone()', '[attr.data-look]': 'look()' },
  styleUrl: './badge.scss',
})
export class BatchBadge {
  private readonly words = inject(Words);
  readonly look = input.required<DisplayStatus>();
  protected readonly tone = computed(() => LOOKS[this.look()].tone);
  protected readonly word = computed(() => this.words.t(`state.${this.look()}`));
}

/** The outcome of a day as icon, word and colour. */
@Component({
  selector: 'ds-outcome-badge',
  imports: [LookIcon],
  template: `<ds-look-icon [look]="outcome()" />{{ word() }}`,
  host: { '[attr.data-tone]': 'outcome()' },
  styleUrl: './badge.scss',
})
export class OutcomeBadge {
  private readonly words = inject(Words);
  readonly outcome = input.required<Outcome>();
  protected readonly word = computed(() => this.words.t(`outcome.${this.outcome()}`));
}
