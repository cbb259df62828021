import { Component, computed, input } from '@angular/core';
import type { Notice } from '../api/wire';
import { LookIcon } from '../design/badge';
import { injectNoticeWords } from '../i18n/webhook-words';

/** Where a notice stands, as icon, word and colour: one that failed and is tried again is told from one that is new. */
@Component({
  selector: 'ds-notice-badge',
  imports: [LookIcon],
  template: `<ds-look-icon [look]="shown().icon" />{{ t(shown().word) }}`,
  host: { '[attr.data-tone]': 'shown().tone' },
  styleUrl: '../design/badge.scss',
})
export class NoticeBadge {
  protected readonly t = injectNoticeWords();
  readonly notice = input.required<Notice>();
  protected readonly shown = computed(() => SHOWN[lookOf(this.notice())]);
}

const SHOWN = {
  new: { icon: 'queued', tone: 'skipped', word: 'notice.state.waiting' },
  retried: { icon: 'partly_failed', tone: 'warning', word: 'notice.state.retried' },
  delivered: { icon: 'success', tone: 'success', word: 'notice.state.delivered' },
  given_up: { icon: 'failed', tone: 'failed', word: 'notice.state.given_up' },
} as const;

function lookOf({ error, state }: Notice): keyof typeof SHOWN {
  if (state !== 'waiting') return state;
  return error === null ? 'new' : 'retried';
}
