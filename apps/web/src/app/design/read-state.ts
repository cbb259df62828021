import { booleanAttribute, Component, inject, input, type Signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import type { DatasetWordKey } from '../i18n/dataset-words';
import type { LogWordKey } from '../i18n/log-words';
import type { QuarantineWordKey } from '../i18n/quarantine-words';
import type { WebhookWordKey } from '../i18n/webhook-words';
import { injectProblem } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';

type AnyWordKey = WordKey | DatasetWordKey | LogWordKey | QuarantineWordKey | WebhookWordKey;

/** A read request that can be repeated. */
export interface Readable {
  readonly error: Signal<Error | undefined>;
  reload(): void;
}

/** The state of a read request: its error with a button to try again, or a skeleton until the first answer. */
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
  /** The message of the error. */
  readonly failed = input.required<AnyWordKey>();
  /** Whether an older answer is shown. */
  readonly stale = input(false, { transform: booleanAttribute });
  /** The message while it loads. */
  readonly loading = input<AnyWordKey>();
  readonly rowHeight = input(30);

  protected readonly rows = Array.from({ length: 8 });
  protected readonly problem = injectProblem(this.read);
}
