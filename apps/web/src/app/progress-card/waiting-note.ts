import { Component, computed, inject, input } from '@angular/core';
import type { Progress, WaitingFor } from '@daysync/progress';
import { injectDetail } from '../i18n/detail';
import { Words } from '../i18n/words';
import { secondsWords } from '../i18n/duration';
import { QueueNote } from './queue-note';

/** After this long without change the page says so. */
const QUIET_MS = 60_000;

/** Why a batch makes no progress: what it waits for, what went wrong, or that nothing has changed for long. */
@Component({
  selector: 'ds-waiting-note',
  imports: [QueueNote],
  host: { '[class.reserved]': 'progress().finished_at === null' },
  template: `
    @if (failure(); as text) {
      <p class="ds-message failed">{{ text }}</p>
    }
    @if (waiting(); as shown) {
      <div class="ds-message" [class.warning]="shown.isTrouble">
        @if (shown.isQueue) {
          <p><ds-queue-note [progress]="progress()" /></p>
        } @else {
          <p>{{ shown.sentence }}{{ until() }}</p>
        }
        @if (shown.reason; as text) {
          <p class="reason">{{ text }}</p>
        }
      </div>
    }
    @if (quiet(); as text) {
      <p class="ds-message">{{ text }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 8px;
      align-content: start;
    }
    // After the end no note comes any more.
    :host(.ended) {
      min-height: 0;
    }
    :host(.ended:empty) {
      display: none;
    }
    // Reserves room while a batch goes on: what is below does not move.
    :host(.reserved) {
      min-height: 41px;
    }
    .reason {
      font-size: 13px;
    }
  `,
})
export class WaitingNote {
  private readonly words = inject(Words);
  private readonly t = this.words.t;
  private readonly inLanguage = injectDetail();

  readonly progress = input.required<Progress>();
  /** The server's time, in milliseconds since the epoch. */
  readonly now = input.required<number>();
  /** Whether the connection to the server works. */
  readonly isConnected = input(true);

  protected readonly waiting = computed(() => {
    const progress = this.progress();
    const waiting = progress.waiting_for;
    if (waiting === null) return undefined;
    switch (waiting.kind) {
      case 'retry':
      case 'throttle':
      case 'rate_limit':
      case 'queue':
        return this.note(waiting, false);
      case 'paused':
        // The reason is the batch's error, which is shown above.
        return { ...this.note(waiting, false), reason: undefined };
      case 'source': {
        const note = this.note(waiting, true);
        if (progress.status !== 'paused') return note;
        return { ...note, sentence: this.t('waiting.source_paused'), reason: this.reason() };
      }
      case 'failures':
        return { ...this.note(waiting, true), reason: this.reason() };
      case 'disk':
      case 'database':
      case 'target':
        return this.note(waiting, true);
    }
  });
  protected readonly until = computed(() => {
    const until = this.progress().waiting_for?.until;
    if (until == null) return '';
    const left = Date.parse(until) - this.now();
    if (left < 1_000) return this.t('waiting.soon');
    const time = this.words.clock(until);
    return this.t('waiting.until', { time, left: this.words.say(secondsWords(left)) });
  });
  /** The error that ended or paused the batch, unless it is shown with what the batch waits for. */
  protected readonly failure = computed(() => {
    const { error, status, waiting_for } = this.progress();
    const isShown = waiting_for?.kind === 'source' || waiting_for?.kind === 'failures';
    if (error === null || isShown) return undefined;
    // Of a batch that ended, the text says what has changed, such as the keys of its dataset.
    return status === 'failed'
      ? this.reason()
      : this.words.known(`error.${error.code}`, this.inLanguage(error.text));
  });
  /** The server answers, but nothing changes: this is not a lost connection. */
  protected readonly quiet = computed(() => {
    const { status, waiting_for, updated_at } = this.progress();
    const isMoving = (status === 'running' || status === 'cancelling') && waiting_for === null;
    const age = this.now() - Date.parse(updated_at);
    if (!isMoving || !this.isConnected() || age < QUIET_MS) return undefined;
    return this.t('waiting.quiet', { time: this.words.say(secondsWords(age)) });
  });

  private note({ kind, detail }: WaitingFor, isTrouble: boolean) {
    return {
      sentence: this.t(`waiting.${kind}`),
      isQueue: kind === 'queue',
      reason: detail === null ? undefined : this.inLanguage(detail),
      isTrouble,
    };
  }

  /** The error of the batch: our own text if there is one, and the original text. */
  private reason(): string | undefined {
    const { error, waiting_for } = this.progress();
    const written = error?.text ?? waiting_for?.detail ?? undefined;
    const text = written && this.inLanguage(written);
    const known = error === null ? '' : this.words.known(`error.${error.code}`, '');
    return known !== '' && text !== undefined ? this.t('waiting.why', { known, text }) : text;
  }
}
