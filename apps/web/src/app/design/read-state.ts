import { booleanAttribute, Component, inject, input, type Signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import type { WebhookWordKey } from '../i18n/webhook-words';
import { injectProblem } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';

type AnyWordKey = WordKey | WebhookWordKey;

/** What is read, and can be read again. */
export interface Readable {
  readonly error: Signal<Error | undefined>;
  reload(): void;
}

/**
 * How it goes with what is read: why it failed the last time and a way to read it again, or what stands there until
 * it comes: rows, where its content is nothing else.
 */
@Component({
  selector: 'ds-read-state',
  imports: [MatButtonModule],
  template: `
    @if (problem(); as reason) {
      <div
        class="ds-message problem"
        [class]="stale() ? 'warning' : 'failed'"
        [attr.role]="stale() ? 'status' : 'alert'"
      >
        <p>{{ t(failed(), { reason }) }}</p>
        <button matButton="outlined" type="button" (click)="read().reload()">
          {{ t('retry') }}
        </button>
      </div>
    } @else if (loading(); as word) {
      <p class="ds-unseen" role="status">{{ t(word) }}</p>
      <ng-content>
        <div class="loading">
          @for (row of rows; track $index) {
            <span class="ds-skeleton" [style.height.px]="rowHeight()"></span>
          }
        </div>
      </ng-content>
    }
  `,
  styles: `
    :host {
      display: contents;
    }
    .problem {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 8px 16px;
    }
    .loading {
      display: grid;
      gap: 8px;
    }
  `,
})
export class ReadState {
  protected readonly t = inject(Words).t as (
    key: AnyWordKey,
    params?: Readonly<Record<string, string>>,
  ) => string;

  readonly read = input.required<Readable>();
  /** The sentence that says why it failed. */
  readonly failed = input.required<AnyWordKey>();
  /** Whether what was read before is shown. */
  readonly stale = input(false, { transform: booleanAttribute });
  /** What is said until it has come. */
  readonly loading = input<AnyWordKey>();
  readonly rowHeight = input(30);

  protected readonly rows = Array.from({ length: 8 });
  protected readonly problem = injectProblem(this.read);
}
