import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { BatchDay } from '../api/wire';
import { OutcomeBadge } from '../design/badge';
import { Pager } from '../design/pager';
import { ReadState, type Readable } from '../design/read-state';
import { Words } from '../i18n/words';
import { durationWords } from '../i18n/duration';
import { countStates, DAY_STATES, daysPage, type BatchDayState } from './batch-days';

/**
 * The days of a batch, a page at a time, of one state or of all. A state and a day are links: they stand in the address
 * of the page that it is on, as `state` and `day`.
 */
@Component({
  selector: 'ds-batch-days-list',
  imports: [OutcomeBadge, Pager, ReadState, RouterLink],
  templateUrl: './batch-days-list.html',
  styleUrl: './batch-days-list.scss',
})
export class BatchDaysList {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;

  /** Every day of the batch; `undefined` until they are read. */
  readonly days = input.required<readonly BatchDay[] | undefined>();
  /** What they are read by. */
  readonly read = input.required<Readable>();
  readonly state = input<BatchDayState>();
  readonly page = input(1);
  /** The page to go to, from 1. */
  readonly turn = output<number>();

  protected readonly choices = computed(() => {
    const days = this.days() ?? [];
    const counts = countStates(days);
    const all = { state: undefined, word: this.t('days.all'), count: days.length };
    // A state that no day is in is no choice, except for the one that is chosen.
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

  /** Why the day was skipped or failed, or what its last attempt met, in a sentence. */
  protected why({ error, reason }: BatchDay): string {
    if (error !== null) return this.words.known(`error.${error.code}`, this.t('failures.other'));
    return reason === null ? '' : this.words.known(`reason.${reason}`, reason);
  }
}
