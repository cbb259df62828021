import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { CalendarDay } from '@daysync/progress';
import type { DayFinding, FindingRows } from '../api/wire';
import { findingExportUrl } from '../api/resources';
import { injectDayWords, type DayWordKey } from '../i18n/day-words';
import { Words } from '../i18n/words';
import { cellOf } from './cell';

/** What the latest comparison of a day with its source has found, with some of the rows. */
@Component({
  selector: 'ds-day-finding',
  imports: [MatButton],
  template: `
    <div class="ds-message" [class.warning]="!finding().repaired">
      <p class="sentence">
        {{ known('error.' + finding().code, finding().code) }} <code>{{ finding().code }}</code>
      </p>
      <p>
        {{ t('finding.rows', counts()) }}
        @if (finding().changed !== null) {
          {{ t('finding.changed', counts()) }}
        }
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
                <th scope="row">{{ t(line.label) }}</th>
                @for (cell of line.cells; track $index) {
                  <td [class.differs]="cell.differs">{{ cell.text }}</td>
                }
              </tr>
            }
          </tbody>
        </table>
      </div>
      <a class="download" matButton [href]="exportUrl()" download>{{ t('finding.download') }}</a>
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
    .differs {
      font-weight: 700;
      text-decoration: underline;
    }
    .download {
      justify-self: start;
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
  protected readonly t = injectDayWords();
  protected readonly known = this.words.known;

  readonly finding = input.required<DayFinding>();
  readonly rows = input.required<FindingRows | null>();
  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();

  protected readonly exportUrl = computed(() => findingExportUrl(this.dataset(), this.day()));
  protected readonly counts = computed(() => {
    const { added, removed, changed } = this.finding();
    const { number } = this.words;
    return { added: number(added), removed: number(removed), changed: number(changed ?? 0) };
  });

  protected readonly names = computed(() => Object.keys(this.found()[0]?.row ?? {}));
  protected readonly lines = computed(() => {
    const names = this.names();
    return this.found().map(({ side, label, row, other }) => ({
      ...{ side, label },
      cells: names.map((name) => {
        const { kind, text } = cellOf(row[name], 'text');
        // A value that differs is marked in both lines of its row.
        const differs = other !== null && row[name] !== other[name];
        return { text: kind === 'absent' ? 'NULL' : text, differs };
      }),
    }));
  });

  /** Changed rows come first, each with a line for either side. */
  private readonly found = computed((): readonly FoundRow[] => {
    const rows = this.rows();
    if (rows === null) return [];
    return [
      ...rows.changed.flatMap(({ before, after }): FoundRow[] => [
        { side: 'before', label: 'finding.inTarget', row: before, other: after },
        { side: 'after', label: 'finding.inSource', row: after, other: before },
      ]),
      ...rows.removed.map((row): FoundRow => ({
        side: 'before',
        label: 'finding.before',
        row,
        other: null,
      })),
      ...rows.added.map((row): FoundRow => ({
        side: 'after',
        label: 'finding.after',
        row,
        other: null,
      })),
    ];
  });
}

type NamedRow = Readonly<Record<string, unknown>>;

/** A line of the table. */
interface FoundRow {
  readonly side: 'before' | 'after';
  readonly label: DayWordKey;
  readonly row: NamedRow;
  /** The same row on the other side, for one that has changed. */
  readonly other: NamedRow | null;
}
