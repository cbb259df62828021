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
  linkedSignal,
  output,
  viewChild,
  type WritableSignal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import type { BatchStatus, ControlVerb, Progress } from '@daysync/progress';
import { problemOf } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { Session } from '../session/session';
import { RANDOM_ID } from '../time/random';
import { ExtendForm, type ExtendedDays } from './extend-form';

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

/** The states in which a batch can get more days. */
const EXTENDABLE: readonly BatchStatus[] = ['queued', 'running', 'paused'];

/** The buttons that pause, resume and cancel a batch, and add days to it; cancelling asks for confirmation. */
@Component({
  selector: 'ds-batch-controls',
  imports: [ExtendForm, MatButtonModule],
  template: `
    @if (isAsking()) {
      <p [id]="questionId">{{ t('control.ask_cancel') }}</p>
      <button
        matButton="filled"
        type="button"
        [attr.aria-describedby]="questionId"
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
        @if (button.verb === 'cancel' && canExtend()) {
          <button
            #extend
            matButton="outlined"
            type="button"
            disabledInteractive
            [attr.aria-expanded]="isExtending()"
            [disabled]="isViewer()"
            (click)="toggleExtending()"
          >
            {{ t('control.extend') }}
          </button>
        }
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
    <p class="note" role="status">
      @if (addedDays(); as count) {
        {{ t('control.extended', { count }) }}
      }
    </p>
    @if (isViewer() && buttons().length > 0) {
      <p class="ds-quiet">{{ t('session.viewer') }}</p>
    }
    @if (failure(); as text) {
      <p class="ds-message failed" role="alert">{{ text }}</p>
    }
    @if (isExtending() && canExtend()) {
      @defer (on immediate) {
        <ds-extend-form
          [batch]="progress()"
          (extended)="extended($event)"
          (closed)="closeExtending()"
        />
      }
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
    .note {
      margin: 0;
      color: var(--ds-success);
    }
    .note:empty {
      position: absolute;
    }
  `,
})
export class BatchControls {
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = this.words.t;

  protected readonly isViewer = inject(Session).isViewer;
  /** The card of a batch and the list of active batches may ask at the same time. */
  protected readonly questionId = `cancel-${inject(RANDOM_ID)()}`;

  readonly progress = input.required<Progress>();
  readonly changed = output<Progress>();

  protected readonly buttons = computed(() =>
    VERBS[this.progress().status].map((verb) => ({ verb, word: `control.${verb}` as const })),
  );
  /** A batch of chosen days has no whole range. */
  protected readonly canExtend = computed(() => {
    const { chosen_days, status } = this.progress();
    return EXTENDABLE.includes(status) && !chosen_days;
  });
  /** What is open, asked or said belongs to one batch: a card may go on to the next one. */
  private readonly id = computed(() => this.progress().task_id);
  protected readonly isExtending = this.perBatch(false);
  /** How many days the form has just added. */
  protected readonly addedDays = this.perBatch(0);
  protected readonly isAsking = this.perBatch(false);
  protected readonly isBusy = this.perBatch(false);
  protected readonly failure = this.perBatch<string | undefined>(undefined);

  private readonly extendButton = viewChild<string, ElementRef<HTMLElement>>('extend', {
    read: ElementRef,
  });
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

  protected toggleExtending(): void {
    if (this.isViewer()) return;
    this.addedDays.set(0);
    this.isExtending.update((isExtending) => !isExtending);
  }

  /** The counters are no help: the event stream may have brought the new ones before the answer. */
  protected extended({ count, progress }: ExtendedDays): void {
    this.addedDays.set(count);
    this.changed.emit(progress);
    this.closeExtending();
  }

  protected closeExtending(): void {
    this.isExtending.set(false);
    this.extendButton()?.nativeElement.focus();
  }

  protected press(verb: ControlVerb): void {
    if (this.isViewer()) return;
    this.addedDays.set(0);
    if (verb === 'cancel') this.isAsking.set(true);
    else this.ask(verb);
  }

  protected ask(verb: ControlVerb): void {
    if (this.isBusy() || this.isViewer()) return;
    this.isBusy.set(true);
    this.failure.set(undefined);
    const id = this.id();
    const answer = this.api.control(id, verb);
    answer.pipe(takeUntilDestroyed(this.destroyRef)).subscribe({
      next: (progress) => {
        this.settle(id);
        this.changed.emit(progress);
      },
      error: (error: unknown) => {
        this.settle(id);
        if (this.id() !== id) return;
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

  private perBatch<T>(initial: T): WritableSignal<T> {
    return linkedSignal({ source: this.id, computation: () => initial });
  }

  /** The answer for a batch that is no longer shown changes nothing here. */
  private settle(id: string): void {
    if (this.id() !== id) return;
    this.isBusy.set(false);
    this.isAsking.set(false);
  }
}
