import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  Injector,
  input,
  output,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import type { BatchStatus, ControlVerb, Progress } from '@daysync/progress';
import { problemOf } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { Session } from '../session/session';

/** The possible commands in each status, in the order of their buttons. */
export const VERBS: Readonly<Record<BatchStatus, readonly ControlVerb[]>> = {
  queued: ['pause', 'cancel'],
  running: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  cancelling: [],
  cancelled: [],
  completed: [],
  failed: [],
};

/** The buttons that pause, resume and cancel a batch; cancelling asks for confirmation. */
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
        disabledInteractive
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
          disabledInteractive
          [disabled]="isBusy() || isViewer()"
          (click)="press(button.verb)"
        >
          {{ t(button.word) }}
        </button>
      }
    }
    @if (isViewer() && buttons().length > 0) {
      <p class="ds-quiet">{{ t('session.viewer') }}</p>
    }
    @if (failure(); as text) {
      <p class="ds-message failed" role="alert">{{ text }}</p>
    }
  `,
  host: { tabindex: '-1' },
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      min-height: 40px;
    }
  `,
})
export class BatchControls {
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = this.words.t;

  protected readonly isViewer = inject(Session).isViewer;

  readonly progress = input.required<Progress>();
  readonly changed = output<Progress>();

  protected readonly buttons = computed(() =>
    VERBS[this.progress().status].map((verb) => ({ verb, word: `control.${verb}` as const })),
  );
  protected readonly isAsking = signal(false);
  protected readonly isBusy = signal(false);
  protected readonly failure = signal<string | undefined>(undefined);

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly injector = inject(Injector);

  constructor() {
    effect(() => {
      this.buttons();
      const isAsking = this.isAsking();
      // It runs before rendering: the pressed button still exists.
      if (!this.host.contains(document.activeElement)) return;
      afterNextRender(() => this.keepFocus(isAsking), { injector: this.injector });
    });
  }

  protected press(verb: ControlVerb): void {
    if (this.isViewer()) return;
    if (verb === 'cancel') this.isAsking.set(true);
    else this.ask(verb);
  }

  protected ask(verb: ControlVerb): void {
    if (this.isBusy() || this.isViewer()) return;
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

  /** Focuses the replacement of the pressed button; in a question, the harmless answer. */
  private keepFocus(isAsking: boolean): void {
    if (this.host.contains(document.activeElement)) return;
    const buttons = [...this.host.querySelectorAll('button')];
    (buttons.at(isAsking ? -1 : 0) ?? this.host).focus();
  }

  private settle(): void {
    this.isBusy.set(false);
    this.isAsking.set(false);
  }
}
