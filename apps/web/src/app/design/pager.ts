import { Component, computed, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { Words } from '../i18n/words';
import { pageSpan, type PageOf } from './page-span';

/** Which entries of a list a page shows, and the ways to the other pages. */
@Component({
  selector: 'ds-pager',
  imports: [MatButtonModule],
  template: `
    <nav [attr.aria-label]="label() || t('pager.label')">
      <span class="caption ds-quiet">{{ caption() }}</span>
      @if (sizes().length > 0) {
        <label class="size">
          <span class="ds-quiet">{{ t('pager.size') }}</span>
          <select (change)="choose($event)">
            @for (size of sizes(); track size) {
              <option [value]="size" [selected]="size === page().page_size">{{ size }}</option>
            }
          </select>
        </label>
      }
      <span class="turns">
        <button
          matButton
          type="button"
          disabledInteractive
          [disabled]="span().isFirst"
          [attr.aria-label]="t('pager.first')"
          (click)="turn.emit(1)"
        >
          <span aria-hidden="true">⇤</span>
        </button>
        <button
          matButton
          type="button"
          disabledInteractive
          [disabled]="span().isFirst"
          (click)="turn.emit(span().previous)"
        >
          {{ t('pager.previous') }}
        </button>
        <button
          matButton
          type="button"
          disabledInteractive
          [disabled]="span().isLast"
          (click)="turn.emit(span().next)"
        >
          {{ t('pager.next') }}
        </button>
        <button
          matButton
          type="button"
          disabledInteractive
          [disabled]="span().isLast"
          [attr.aria-label]="t('pager.last')"
          (click)="turn.emit(span().pages)"
        >
          <span aria-hidden="true">⇥</span>
        </button>
      </span>
    </nav>
  `,
  styles: `
    nav,
    .turns {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: flex-end;
      gap: 4px 8px;
    }
    .caption {
      margin-inline-end: auto;
    }
    .size {
      display: flex;
      align-items: center;
      gap: 6px;
    }
    select {
      min-height: 32px;
      padding-inline: 6px;
      border: 1px solid var(--mat-sys-outline);
      border-radius: 6px;
      background: var(--mat-sys-surface-container-lowest);
      color: inherit;
      font: inherit;
    }
    .turns {
      gap: 0;
    }
    .turns button {
      min-width: 40px;
    }
  `,
})
export class Pager {
  protected readonly t = inject(Words).t;

  readonly page = input.required<PageOf>();
  /** What the list is called, where a page has several. */
  readonly label = input('');
  /** The sizes to choose from; none: there is no choice. */
  readonly sizes = input<readonly number[]>([]);
  /** The page to go to, from 1. */
  readonly turn = output<number>();
  readonly sizeChange = output<number>();

  protected readonly span = computed(() => pageSpan(this.page()));

  protected readonly caption = computed(() => {
    const { from, to, total } = this.span();
    return this.t('pager.caption', { from, to, total });
  });

  protected choose(event: Event): void {
    this.sizeChange.emit(Number((event.target as HTMLSelectElement).value));
  }
}
