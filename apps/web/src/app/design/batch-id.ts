import { Clipboard } from '@angular/cdk/clipboard';
import { Component, effect, inject, input, signal } from '@angular/core';
import { Words } from '../i18n/words';

/** How long a copy is confirmed. */
const CONFIRMED_MS = 2_000;

/** The id of a batch, small, with a button that copies it. */
@Component({
  selector: 'ds-batch-id',
  template: `
    <code>{{ id() }}</code>
    <button type="button" [attr.aria-label]="t('batch.copy_id')" (click)="copy()">
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true" focusable="false">
        @if (isCopied()) {
          <path d="M4 10.5l4 4 8-9" />
        } @else {
          <path d="M7 7V3.5h9.5v9.5H13M3.5 7H13v9.5H3.5z" />
        }
      </svg>
    </button>
    <span class="ds-unseen" role="status">{{ isCopied() ? t('batch.id_copied') : '' }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 2px;
      max-width: 100%;
      font-size: 12px;
      font-weight: 400;
      color: var(--mat-sys-on-surface-variant);
    }
    code {
      overflow-wrap: anywhere;
    }
    button {
      display: grid;
      flex: none;
      place-items: center;
      width: 28px;
      height: 28px;
      border: 0;
      border-radius: 6px;
      background: none;
      color: inherit;
      cursor: pointer;
    }
    button:hover {
      background: var(--mat-sys-surface-container-high);
    }
    path {
      fill: none;
      stroke: currentcolor;
      stroke-width: 1.6;
    }
  `,
})
export class BatchId {
  private readonly clipboard = inject(Clipboard);
  protected readonly t = inject(Words).t;

  readonly id = input.required<string>();
  protected readonly isCopied = signal(false);

  constructor() {
    effect((onCleanup) => {
      if (!this.isCopied()) return;
      const timer = setTimeout(() => this.isCopied.set(false), CONFIRMED_MS);
      onCleanup(() => clearTimeout(timer));
    });
  }

  protected copy(): void {
    this.isCopied.set(this.clipboard.copy(this.id()));
  }
}
