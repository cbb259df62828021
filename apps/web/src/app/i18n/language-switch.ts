import { Component, computed, inject } from '@angular/core';
import { LANGUAGE_TAGS, LanguageChoice } from './language-choice';
import { Words } from './words';

/** A button with the name of the other language, in that language. */
@Component({
  selector: 'ds-language-switch',
  template: `
    <button
      class="ds-text-button"
      type="button"
      [attr.lang]="tag()"
      (click)="choice.choose(other())"
    >
      {{ other() === 'en' ? 'English' : '中文' }}
    </button>
  `,
})
export class LanguageSwitch {
  private readonly words = inject(Words);
  protected readonly choice = inject(LanguageChoice);
  protected readonly other = computed(() => (this.words.language() === 'en' ? 'zh' : 'en'));
  protected readonly tag = computed(() => LANGUAGE_TAGS[this.other()]);
}
