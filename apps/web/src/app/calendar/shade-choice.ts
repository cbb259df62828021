import { Component, computed, inject, input, output } from '@angular/core';
import { Words } from '../i18n/words';
import { SHADES, type Shade, type ShadeLimits } from './row-shades';

/** Whether synced days are shaded by their rows, and what each shade means. */
@Component({
  selector: 'ds-shade-choice',
  template: `
    <label>
      <input
        #box
        type="checkbox"
        [checked]="shades() !== undefined"
        (change)="wanted.emit(box.checked)"
      />
      {{ t('calendar.shade') }}
    </label>
    @if (meanings().length > 0) {
      <ul [attr.aria-label]="t('calendar.shade')">
        @for (meaning of meanings(); track meaning.shade) {
          <li>
            <span class="sign" aria-hidden="true" [attr.data-shade]="meaning.shade"></span>
            {{ meaning.text }}
          </li>
        }
      </ul>
    }
  `,
  styles: `
    :host,
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 20px;
      font-size: 13px;
    }
    label,
    li {
      display: flex;
      align-items: center;
      gap: 6px;
      min-block-size: 24px;
    }
    input {
      inline-size: 18px;
      block-size: 18px;
      margin: 1px;
      accent-color: var(--mat-sys-primary);
    }
    .sign {
      inline-size: 20px;
      block-size: 20px;
      border: 1px solid var(--ds-bar-success);
      border-radius: 4px;
    }
    @each $shade in 1, 2, 3, 4 {
      .sign[data-shade='#{$shade}'] {
        background: var(--ds-shade-#{$shade});
      }
    }
  `,
})
export class ShadeChoice {
  protected readonly t = inject(Words).t;

  /** The shades that are shown, if any are. */
  readonly shades = input<ShadeLimits>();
  readonly wanted = output<boolean>();

  protected readonly meanings = computed(() => {
    const limits = this.shades();
    return limits === undefined ? [] : SHADES.map((shade) => this.meaningOf(shade, limits));
  });

  private meaningOf(shade: Shade, limits: ShadeLimits): { shade: Shade; text: string } {
    const rows = limits[shade - 1];
    const text =
      rows === undefined ? this.t('calendar.shade_more') : this.t('calendar.shade_most', { rows });
    return { shade, text };
  }
}
