import { NgTemplateOutlet } from '@angular/common';
import {
  booleanAttribute,
  Component,
  computed,
  ErrorHandler,
  inject,
  InjectionToken,
  input,
  resource,
} from '@angular/core';
import { adviceFor, loadDayErrorWords, textParts } from '../i18n/day-error-words';
import { Words } from '../i18n/words';

/** Loads the texts of all errors; replaced in specs. */
export const LOAD_DAY_ERROR_WORDS = new InjectionToken<typeof loadDayErrorWords>(
  'day error words',
  {
    factory: () => loadDayErrorWords,
  },
);

/** Cause and fix of an error of a day; empty for the own code of a provider. */
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
  /** Whether it is collapsed at first. */
  readonly folded = input(false, { transform: booleanAttribute });

  private readonly load = inject(LOAD_DAY_ERROR_WORDS);
  private readonly errors = inject(ErrorHandler);
  private readonly errorWords = resource({
    params: () => this.words.language(),
    loader: ({ params }) => this.load(params).catch((error: unknown) => this.report(error)),
  });
  protected readonly advice = computed(() => {
    const [code, words] = [this.code(), this.errorWords.value()];
    const entry = words && adviceFor(words, code);
    if (entry === undefined) return [];
    // Some causes equal the sentence above them, but for the kind of the source.
    const isSaid = entry.cause.replace('HTTP ', '') === this.words.known(`error.${code}`, '');
    const cause = { word: 'panel.cause', parts: textParts(entry.cause) } as const;
    const fix = { word: 'panel.fix', parts: textParts(entry.fix) } as const;
    return isSaid ? [fix] : [cause, fix];
  });

  /** The network may be down: the error is shown without advice then. */
  private report(error: unknown): undefined {
    this.errors.handleError(error);
  }
}
