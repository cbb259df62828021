import { Component, input } from '@angular/core';
import type { SourceAnswer } from '../api/wire';
import { injectLogWords } from '../i18n/log-words';

/** What an HTTP source has answered instead of rows. */
@Component({
  selector: 'ds-source-answer',
  template: `
    @if (answer().body; as body) {
      <p id="ds-answer">{{ t('answer.heading', { status: answer().status }) }}</p>
      <pre tabindex="0" role="region" aria-labelledby="ds-answer">{{ body }}</pre>
    } @else {
      <p>{{ t('answer.none', { status: answer().status }) }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 4px;
      min-width: 0;
    }
    pre {
      max-height: 200px;
      overflow: auto;
      padding: 8px;
      background: var(--mat-sys-surface);
      font-size: 13px;
      overflow-wrap: anywhere;
      white-space: pre-wrap;
    }
  `,
})
export class SourceAnswerText {
  protected readonly t = injectLogWords();

  readonly answer = input.required<SourceAnswer>();
}
