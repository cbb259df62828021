import { Component, computed, inject, input } from '@angular/core';
import type { Dataset } from '../api/wire';
import { secondsWords } from '../i18n/duration';
import { injectFreshnessWords } from '../i18n/freshness-words';
import { Words } from '../i18n/words';
import { injectNow } from '../time/server-clock';

/** Whether the day of a dataset that is due is synced, and how long it is until the next deadline. */
@Component({
  selector: 'ds-freshness-note',
  template: `
    @if (late(); as text) {
      <p class="ds-message warning">{{ text }}</p>
    }
    @if (next(); as text) {
      <p class="ds-quiet">{{ text }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 8px;
    }
    p {
      margin: 0;
      font-variant-numeric: tabular-nums;
    }
  `,
})
export class FreshnessNote {
  private readonly words = inject(Words);
  private readonly t = injectFreshnessWords();
  private readonly now = injectNow();

  readonly freshness = input.required<NonNullable<Dataset['freshness']>>();

  protected readonly late = computed(() => {
    const { due_at, due_day, late, late_since } = this.freshness();
    if (!late || due_at === null || due_day === null) return null;
    const since = this.words.instant(late_since ?? due_at);
    return this.t('freshness.late', { day: due_day, due: this.words.instant(due_at), since });
  });
  protected readonly next = computed(() => {
    const { next_at, next_day } = this.freshness();
    if (next_at === null || next_day === null) return null;
    const left = Date.parse(next_at) - this.now();
    const params = { day: next_day, due: this.words.instant(next_at) };
    return left > 0
      ? this.t('freshness.next', { ...params, time: this.words.say(secondsWords(left)) })
      : this.t('freshness.passed', params);
  });
}
