import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { BatchDay } from '../api/wire';
import { OutcomeBadge } from '../design/badge';
import { Pager } from '../design/pager';
import { ReadState, type Readable } from '../design/read-state';
import { UnusualSign } from '../design/unusual-sign';
import { injectDetail } from '../i18n/detail';
import { Words } from '../i18n/words';
import { durationWords } from '../i18n/duration';
import { countStates, DAY_STATES, daysPage, shownState, type BatchDayState } from './batch-days';

/**
 * The days of a batch, page by page, in one state or all. States and days are links, kept in the address as `state` and
 * `day`.
 */
@Component({
  selector: 'ds-batch-days-list',
  imports: [OutcomeBadge, Pager, ReadState, RouterLink, UnusualSign],
  templateUrl: './batch-days-list.html',
  styleUrl: './batch-days-list.scss',
})
export class BatchDaysList {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly detail = injectDetail();
  protected readonly number = this.words.number;
  protected readonly stateOf = shownState;

  /** All days of the batch; `undefined` until they are loaded. */
  readonly days = input.required<readonly BatchDay[] | undefined>();
  /** The request that loads them. */
  readonly read = input.required<Readable>();
  readonly state = input<BatchDayState>();
  readonly page = input(1);
  /** The page to go to, from 1. */
  readonly turn = output<number>();

  protected readonly choices = computed(() => {
    const days = this.days() ?? [];
    const counts = countStates(days);
    const all = { state: undefined, word: this.t('days.all'), count: days.length };
    // States without days are left out, except the chosen one.
    const states = DAY_STATES.filter((state) => counts[state] > 0 || state === this.state());
    return [
      all,
      ...states.map((state) => ({
        state,
        word: this.t(`days.${state}`),
        count: counts[state],
      })),
    ];
  });
  protected readonly shown = computed(() => {
    const days = this.days();
    return days && daysPage(days, this.state(), this.page());
  });

  protected duration({ duration_ms }: BatchDay): string {
    return duration_ms === null ? '—' : this.words.say(durationWords(duration_ms));
  }

  protected why({ error, reason }: BatchDay): string {
    if (error !== null) return this.words.known(`error.${error.code}`, this.t('failures.other'));
    return reason === null ? '' : this.words.known(`reason.${reason}`, reason);
  }
}
