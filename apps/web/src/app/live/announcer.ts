import { Component, effect, inject, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { EMPTY, interval, switchMap } from 'rxjs';
import { Words } from '../i18n/words';
import { MONOTONIC } from '../time/clock';
import { ActiveBatch } from './active-batch';
import { nextAnnouncement, type Announcement, type Said } from './announcement';

/** Speaks of the active batch, on whatever page: the one live region for it. */
@Component({
  selector: 'ds-announcer',
  template: `<p class="ds-unseen" aria-live="polite" aria-atomic="true">{{ spoken() }}</p>`,
})
export class Announcer {
  private readonly words = inject(Words);
  private readonly monotonic = inject(MONOTONIC);
  private readonly progress = inject(ActiveBatch).progress;
  private said: Said | undefined;

  protected readonly spoken = signal('');
  /** Moves once a second while there is a batch to speak of: what is kept back is said later. */
  private readonly tick = toSignal(
    toObservable(this.progress).pipe(
      switchMap((progress) => (progress === undefined ? EMPTY : interval(1_000))),
    ),
  );

  constructor() {
    effect(() => {
      this.tick();
      const progress = this.progress();
      const language = this.words.language();
      const now = this.monotonic.now();
      const next = progress && nextAnnouncement(this.said, progress, { now, language });
      if (next === undefined) return;
      this.said = next.said;
      this.spoken.set(
        next.phrases.map((phrase) => this.say(phrase)).join(this.words.t('speak.and')),
      );
    });
  }

  private say(phrase: Announcement): string {
    return 'sentence' in phrase ? phrase.sentence : this.words.t(phrase.key, phrase.params);
  }
}
