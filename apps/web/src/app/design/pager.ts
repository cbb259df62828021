import { Component, computed, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { Words } from '../i18n/words';

/** The shown range of a list, and buttons to the other pages. */
@Component({
  selector: 'ds-pager',
  imports: [MatButtonModule],
  template: `
    <nav [attr.aria-label]="label() || t('records.pages')">
      <span class="caption ds-quiet">{{ caption() }}</span>
      @if (sizes().length > 0) {
        <label class="size">
          <span class="ds-quiet">{{ t('records.page_size') }}</span>
          <select (change)="choose($event)">
            @for (size of sizes(); track size) {
              <option [value]="size" [selected]="size === page().page_size">{{ size }}</option>
            }
          </select>
        </label>
      }
      <span class="turns">
        @for (way of ways(); track way.word) {
          <button
            matButton
            type="button"
            disabledInteractive
            [disabled]="way.isOff"
            [attr.aria-label]="way.icon ? t(way.word) : null"
            (click)="go(way.to)"
          >
            @if (way.icon; as icon) {
              <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
                <path [attr.d]="icon" />
              </svg>
            } @else {
              {{ t(way.word) }}
            }
          </button>
        }
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
    svg {
      display: block;
    }
    path {
      fill: none;
      stroke: currentColor;
      stroke-width: 2;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Pager {
  protected readonly t = inject(Words).t;

  readonly page = input.required<PageOf>();
  /** The accessible name, where a page has several lists. */
  readonly label = input('');
  /** The page sizes to choose from; without any there is no choice. */
  readonly sizes = input<readonly number[]>([]);
  /** The page to go to, from 1. */
  readonly turn = output<number>();
  readonly sizeChange = output<number>();

  protected readonly span = computed(() => pageSpan(this.page()));

  /** The buttons to other pages, two of them as icons. */
  protected readonly ways = computed(() => {
    const { pages, previous, next, isFirst, isLast } = this.span();
    return [
      { word: 'records.first_page', icon: 'M15 5l-6 5 6 5M5 4v12', to: 1, isOff: isFirst },
      { word: 'records.previous', icon: undefined, to: previous, isOff: isFirst },
      { word: 'records.next', icon: undefined, to: next, isOff: isLast },
      { word: 'records.last_page', icon: 'M5 5l6 5-6 5M15 4v12', to: pages, isOff: isLast },
    ] as const;
  });
  protected readonly caption = computed(() => {
    const { from, to, total } = this.span();
    return this.t('records.caption', { from, to, total });
  });

  /** A disabled button stays focusable and does nothing. */
  protected go(page: number): void {
    if (page !== this.page().page) this.turn.emit(page);
  }

  protected choose(event: Event): void {
    this.sizeChange.emit(Number((event.target as HTMLSelectElement).value));
  }
}

/** The position of a page in its list, as in every paged answer. */
interface PageOf {
  /** From 1. */
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

/** The shown range of a page, and its neighbours. */
interface PageSpan {
  /** The number of the first entry, from 1; 0 without entries. */
  readonly from: number;
  readonly to: number;
  readonly total: number;
  readonly pages: number;
  readonly previous: number;
  readonly next: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** The last page of a list, if the given page is beyond it: the list may have become shorter. */
export function lastPageOf(
  page: (PageOf & { readonly items: readonly unknown[] }) | undefined,
): number | undefined {
  const isBeyond = page?.items.length === 0 && page.total > 0;
  return isBeyond ? pageSpan(page).pages : undefined;
}

/** A page beyond the last one is empty, and its previous page is the last one. */
export function pageSpan({ page, page_size, total }: PageOf): PageSpan {
  const pages = Math.max(1, Math.ceil(total / page_size));
  const before = (page - 1) * page_size;
  const isBeyond = before >= total;
  return {
    from: isBeyond ? 0 : before + 1,
    to: isBeyond ? 0 : Math.min(total, before + page_size),
    total,
    pages,
    previous: Math.max(1, Math.min(page - 1, pages)),
    next: Math.min(page + 1, pages),
    isFirst: page <= 1,
    isLast: page >= pages,
  };
}
