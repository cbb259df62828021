import { Component, computed, inject, input } from '@angular/core';
import type { DayFinding, FindingRows } from '../api/wire';
import { Words } from '../i18n/words';
import { cellOf } from './cell';

/** What the latest comparison of a day with its source has found, with some of the rows. */
@Component({
  selector: 'ds-day-finding',
  template: `
    <div class="ds-message" [class.warning]="!finding().repaired">
      <p class="sentence">
        {{ known('error.' + finding().code, finding().code) }} <code>{{ finding().code }}</code>
      </p>
      <p>
        {{
          t('finding.rows', { added: number(finding().added), removed: number(finding().removed) })
        }}
        {{ t(finding().repaired ? 'finding.repaired' : 'finding.reported') }}
      </p>
    </div>
    @if (lines().length > 0) {
      <div class="ds-scroll" role="region" tabindex="0" [attr.aria-label]="t('finding.table')">
        <table>
          <thead>
            <tr>
              <th scope="col">{{ t('finding.side') }}</th>
              @for (name of names(); track name) {
                <th scope="col">{{ name }}</th>
              }
            </tr>
          </thead>
          <tbody>
            @for (line of lines(); track $index) {
              <tr [class]="line.side">
                <th scope="row">
                  {{ t(line.side === 'before' ? 'finding.before' : 'finding.after') }}
                </th>
                @for (cell of line.cells; track $index) {
                  <td>{{ cell.kind === 'absent' ? 'NULL' : cell.text }}</td>
                }
              </tr>
            }
          </tbody>
        </table>
      </div>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 8px;
    }
    table {
      min-width: 100%;
      border-collapse: collapse;
    }
    th,
    td {
      padding: 4px 12px;
      border-block-end: 1px solid var(--mat-sys-outline-variant);
      text-align: start;
      white-space: nowrap;
      font-weight: 400;
    }
    thead th {
      background: var(--mat-sys-surface-container-low);
      font-weight: 500;
    }
    tbody tr:last-child > * {
      border-block-end: 0;
    }
    .before th {
      color: var(--ds-failed);
    }
    .after th {
      color: var(--ds-success);
    }
  `,
})
export class DayFindingText {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly known = this.words.known;
  protected readonly number = this.words.number;

  readonly finding = input.required<DayFinding>();
  readonly rows = input.required<FindingRows | null>();

  protected readonly names = computed(() => {
    const [first] = [...(this.rows()?.before ?? []), ...(this.rows()?.after ?? [])];
    return Object.keys(first ?? {});
  });
  protected readonly lines = computed(() => {
    const rows = this.rows();
    if (rows === null) return [];
    return (['before', 'after'] as const).flatMap((side) =>
      rows[side].map((row) => ({
        side,
        cells: this.names().map((name) => cellOf(row[name], 'text')),
      })),
    );
  });
}
