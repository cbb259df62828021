import { Component, computed, DestroyRef, inject, input, output, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import type { Progress } from '@daysync/progress';
import { problemOf } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { verbsIn, type ControlVerb } from './control-verbs';

/** The buttons that pause, resume and cancel a batch; a cancel asks first. */
@Component({
  selector: 'ds-batch-controls',
  imports: [MatButtonModule],
  template: `
    @if (isAsking()) {
      <p id="ds-cancel-question">{{ t('control.ask_cancel') }}</p>
      <button
        matButton="filled"
        type="button"
        aria-describedby="ds-cancel-question"
        [disabled]="isBusy()"
        (click)="ask('cancel')"
      >
        {{ t('control.confirm_cancel') }}
      </button>
      <button matButton="text" type="button" (click)="isAsking.set(false)">
        {{ t('control.keep') }}
      </button>
    } @else {
      @for (button of buttons(); track button.verb) {
        <button
          matButton="outlined"
          type="button"
          [disabled]="isBusy()"
          (click)="press(button.verb)"
        >
          {{ t(button.word) }}
        </button>
      }
    }
    @if (failure(); as text) {
      <p class="ds-notice failed" role="alert">{{ text }}</p>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      min-height: 40px;
    }
    p {
      margin: 0;
    }
  `,
})
export class BatchControls {
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = this.words.t;

  readonly progress = input.required<Progress>();
  /** The progress that the server answered. */
  readonly changed = output<Progress>();

  protected readonly buttons = computed(() =>
    verbsIn(this.progress().status).map((verb) => ({ verb, word: `control.${verb}` as const })),
  );
  protected readonly isAsking = signal(false);
  protected readonly isBusy = signal(false);
  protected readonly failure = signal<string | undefined>(undefined);

  protected press(verb: ControlVerb): void {
    if (verb === 'cancel') this.isAsking.set(true);
    else this.ask(verb);
  }

  protected ask(verb: ControlVerb): void {
    this.isBusy.set(true);
    this.failure.set(undefined);
    const answer = this.api.control(this.progress().task_id, verb);
    answer.pipe(takeUntilDestroyed(this.destroyRef)).subscribe({
      next: (progress) => {
        this.settle();
        this.changed.emit(progress);
      },
      error: (error: unknown) => {
        this.settle();
        this.failure.set(problemSentence(problemOf(error), this.words));
      },
    });
  }

  private settle(): void {
    this.isBusy.set(false);
    this.isAsking.set(false);
  }
}
