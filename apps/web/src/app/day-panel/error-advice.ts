import { NgTemplateOutlet } from '@angular/common';
import {
  booleanAttribute,
  Component,
  computed,
  effect,
  ErrorHandler,
  inject,
  InjectionToken,
  input,
  signal,
} from '@angular/core';
import {
  causeAndCure,
  loadDayErrorWords,
  textParts,
  type DayErrorWords,
} from '../i18n/day-error-words';
import { Words } from '../i18n/words';

/** Loads cause and cure of all errors; another in specs. */
export const LOAD_DAY_ERROR_WORDS = new InjectionToken<typeof loadDayErrorWords>(
  'day error words',
  {
    factory: () => loadDayErrorWords,
  },
);

/** Cause and cure of an error of a day; nothing for a code that the source's provider made up. */
@Component({
  selector: 'ds-error-advice',
  imports: [NgTemplateOutlet],
  template: `
    <ng-template #advised>
      <dl>
        @for (entry of advice(); track entry.word) {
          <div>
            <dt>{{ t(entry.word) }}</dt>
            <dd>
              @for (part of entry.parts; track $index) {
                @if (part.isCode) {
                  <code>{{ part.text }}</code>
                } @else {
                  <span>{{ part.text }}</span>
                }
              }
            </dd>
          </div>
        }
      </dl>
    </ng-template>
    @if (advice().length > 0) {
      @if (folded()) {
        <details>
          <summary>{{ t('panel.advice') }}</summary>
          <ng-container [ngTemplateOutlet]="advised" />
        </details>
      } @else {
        <ng-container [ngTemplateOutlet]="advised" />
      }
    }
  `,
  styles: `
    dl {
      display: grid;
      gap: 10px;
    }
    dt {
      font-size: 13px;
      font-weight: 500;
    }
    summary {
      width: fit-content;
      min-height: 24px;
      font-size: 13px;
      cursor: pointer;
    }
  `,
})
export class ErrorAdvice {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;

  readonly code = input.required<string>();
  /** Whether it takes a line until the reader asks for more. */
  readonly folded = input(false, { transform: booleanAttribute });

  private readonly errorWords = signal<DayErrorWords | undefined>(undefined);
  /** Sentences in pieces. */
  protected readonly advice = computed(() => {
    const [code, words] = [this.code(), this.errorWords()];
    const entry = words && causeAndCure(words, code);
    if (entry === undefined) return [];
    // Some causes have no more to say than the sentence above them.
    const isSaid = entry.cause === this.words.known(`error.${code}`, '');
    const cause = { word: 'panel.cause', parts: textParts(entry.cause) } as const;
    const cure = { word: 'panel.cure', parts: textParts(entry.cure) } as const;
    return isSaid ? [cure] : [cause, cure];
  });

  constructor() {
    const load = inject(LOAD_DAY_ERROR_WORDS);
    const errors = inject(ErrorHandler);
    effect((onCleanup) => {
      let isCurrent = true;
      onCleanup(() => (isCurrent = false));
      load(this.words.language()).then(
        (words) => {
          if (isCurrent) this.errorWords.set(words);
        },
        (error: unknown) => {
          // The network may be gone. The error itself is told without them.
          errors.handleError(error);
          if (isCurrent) this.errorWords.set(undefined);
        },
      );
    });
  }
}
