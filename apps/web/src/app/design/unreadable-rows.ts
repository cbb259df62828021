import { Component, computed, inject, input } from '@angular/core';
import type { UnreadableRow } from '../api/wire';
import { injectDetail } from '../i18n/detail';
import { Words } from '../i18n/words';

/** Rows of a source whose day can't be read: how many there are, and the first of them. */
@Component({
  selector: 'ds-unreadable-rows',
  template: `
    <div class="ds-message warning">
      <p>
        {{ t('unreadable.rows', { count: count() }) }}
        <code>SOURCE_DAY_UNREADABLE</code>
      </p>
      <ul>
        @for (row of rows(); track $index) {
          <li>
            <code>{{ row.file }}</code> {{ detail(row.text) }}
            <code class="content">{{ row.content }}</code>
          </li>
        }
      </ul>
      @if (rows().length > 0 && more() > 0) {
        <p>{{ t('unreadable.more', { count: more() }) }}</p>
      }
      @if (quarantined() > 0) {
        <p>{{ t('unreadable.quarantined', { count: quarantined() }) }}</p>
      }
      <p>{{ t('unreadable.fix') }}</p>
    </div>
  `,
  styles: `
    ul {
      display: grid;
      gap: 4px;
    }
    li {
      overflow-wrap: anywhere;
      font-size: 13px;
    }
    code {
      font: 13px/20px var(--ds-font-mono);
    }
    .content {
      display: block;
      white-space: pre-wrap;
    }
  `,
})
export class UnreadableRowsNote {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly detail = injectDetail();

  readonly count = input.required<number>();
  /** The first of them; none until they are loaded. */
  readonly rows = input.required<readonly UnreadableRow[]>();

  /** How many of them are in quarantine. */
  readonly quarantined = input(0);

  protected readonly more = computed(() => this.count() - this.rows().length);
}
