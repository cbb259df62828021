import { Component, computed, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Notice } from '../api/wire';
import { injectNoticeWords } from '../i18n/webhook-words';
import { Words } from '../i18n/words';
import { Session } from '../session/session';
import { secondsWords } from '../i18n/duration';
import { instantText } from '../time/instant';
import { injectTicks } from '../time/server-clock';
import { NoticeBadge } from './delivery-badge';

/** Notices, a row each; on a phone a card each. */
@Component({
  selector: 'ds-notices-table',
  imports: [MatButtonModule, NoticeBadge, RouterLink],
  templateUrl: './deliveries-table.html',
  styleUrl: './deliveries-table.scss',
})
export class NoticesTable {
  private readonly words = inject(Words);
  private readonly now = injectTicks();
  protected readonly t = injectNoticeWords();
  protected readonly known = this.words.known;
  /** Whether the reader may only look. */
  protected readonly isViewer = inject(Session).isViewer;

  readonly notices = input.required<readonly Notice[]>();
  /** The one that is being asked for. */
  readonly asking = input<string>();
  readonly again = output<Notice>();

  protected readonly instantText = instantText;
  protected readonly isBusy = computed(() => this.asking() !== undefined);

  protected press(notice: Notice): void {
    if (!this.isBusy() && !this.isViewer()) this.again.emit(notice);
  }

  /** What its button says, and what the button's name begins with. */
  protected wordOf({ state }: Notice): 'notices.again' | 'notices.at_once' {
    return state === 'waiting' ? 'notices.at_once' : 'notices.again';
  }

  /** When it is tried next, as long as it is. */
  protected next({ next_attempt_at, state }: Notice): string {
    if (state !== 'waiting') return '—';
    const ms = next_attempt_at === null ? 0 : Date.parse(next_attempt_at) - this.now();
    if (ms < 1_000) return this.t('notices.now');
    return this.t('notices.in', { time: this.words.say(secondsWords(ms)) });
  }
}
