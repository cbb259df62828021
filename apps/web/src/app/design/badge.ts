import { Component, computed, inject, input } from '@angular/core';
import type { Outcome } from '@daysync/progress';
import { Words } from '../i18n/words';
import { BATCH_STATE_WORDS, STATUS_DISPLAY, type DisplayStatus } from './progress-view';

const TICK = 'M5 10.5l3.2 3.2L15 7';
const CROSS = 'M6 6l8 8M14 6l-8 8';
const DASH = 'M5.5 10h9';
const BANG = 'M10 5v6.2M10 14.4v.4';
const PAUSE = 'M7.5 6v8M12.5 6v8';
const SQUARE = 'M7 7h6v6H7z';
const DOTS = 'M5.6 10h.1M10 10h.1M14.4 10h.1';
const ARROW = 'M10 14.5v-9M6 9l4-4 4 4';

const PATHS: Readonly<Record<DisplayStatus | Outcome, string>> = {
  success: TICK,
  succeeded: TICK,
  failed: CROSS,
  all_failed: CROSS,
  partly_failed: BANG,
  skipped: DASH,
  queued: DOTS,
  running: ARROW,
  paused: PAUSE,
  cancelling: SQUARE,
  cancelled: SQUARE,
};

/** The round icon of an outcome or a batch's status; its word is next to it. */
@Component({
  selector: 'ds-status-icon',
  template: `
    <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="9" />
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
    circle {
      fill: currentColor;
    }
    path {
      fill: none;
      stroke: var(--mat-sys-surface-container-lowest);
      stroke-width: 2.2;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class StatusIcon {
  readonly status = input.required<DisplayStatus | Outcome>();
  protected readonly path = computed(() => PATHS[this.status()]);
}

/** The state of a batch as icon, word and colour. */
@Component({
  selector: 'ds-batch-badge',
  imports: [StatusIcon],
  template: `<ds-status-icon [status]="status()" />{{ word() }}`,
  host: { '[attr.data-tone]': 'tone()', '[attr.data-status]': 'status()' },
  styleUrl: './badge.scss',
})
export class BatchBadge {
  private readonly words = inject(Words);
  readonly status = input.required<DisplayStatus>();
  /** The place of a queued batch in the queue. */
  readonly place = input<number>();
  protected readonly tone = computed(() => STATUS_DISPLAY[this.status()].tone);
  protected readonly word = computed(() => {
    const place = this.place();
    return place === undefined
      ? this.words.t(`state.${BATCH_STATE_WORDS[this.status()]}`)
      : this.words.t('state.place', { place });
  });
}

/** The outcome of a day as icon, word and colour. */
@Component({
  selector: 'ds-outcome-badge',
  imports: [StatusIcon],
  template: `<ds-status-icon [status]="outcome()" />{{ word() }}`,
  host: { '[attr.data-tone]': 'outcome()' },
  styleUrl: './badge.scss',
})
export class OutcomeBadge {
  private readonly words = inject(Words);
  readonly outcome = input.required<Outcome>();
  protected readonly word = computed(() => this.words.t(`outcome.${this.outcome()}`));
}
