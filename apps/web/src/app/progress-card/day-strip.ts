import { Component, computed, inject, input } from '@angular/core';
import type { CalendarDay, Progress } from '@daysync/progress';
import type { BatchDay } from '../api/wire';
import { doneDays } from '../design/progress-view';
import { Words } from '../i18n/words';

/** More days share a cell. */
const MOST_CELLS = 124;

type CellKind = 'failed' | 'in_flight' | 'open' | 'success' | 'skipped';

/** Some days in a row. */
export interface StripCell {
  readonly kind: CellKind;
  readonly first: CalendarDay;
  readonly last: CalendarDay;
}

/** The days of a batch in its order, in a row of cells that fill as they go. */
@Component({
  selector: 'ds-day-strip',
  template: `
    <div class="strip" role="img" [attr.aria-label]="label()">
      @for (cell of cells(); track cell.first) {
        <span [attr.data-kind]="cell.kind" [title]="titleOf(cell)"></span>
      }
    </div>
  `,
  styles: `
    @use '../../styles/segments' as *;
    .strip {
      display: flex;
      gap: 2px;
      height: 18px;
    }
    span {
      flex: 1 1 0;
      min-width: 0;
      max-width: 18px;
      border-radius: 2px;
      background: var(--ds-bar-open);
      forced-color-adjust: none;
    }
    @include segments;
    @media (max-width: 640px) {
      .strip {
        gap: 1px;
      }
    }
  `,
})
export class DayStrip {
  private readonly t = inject(Words).t;

  readonly progress = input.required<Progress>();
  readonly days = input.required<readonly BatchDay[]>();

  protected readonly cells = computed(() => stripCells(this.days()));
  protected readonly label = computed(() => {
    const { failed, total } = this.progress();
    return this.t('progress.strip', { done: doneDays(this.progress()).done, total, failed });
  });

  protected titleOf({ first, last, kind }: StripCell): string {
    const range = first === last ? first : `${first} ${this.t('progress.to')} ${last}`;
    return `${range} · ${this.t(`progress.${kind}`)}`;
  }
}

/** The cells of the strip. A cell of several days shows what needs attention first. */
function stripCells(days: readonly BatchDay[]): readonly StripCell[] {
  const size = Math.max(1, Math.ceil(days.length / MOST_CELLS));
  const cells: StripCell[] = [];
  for (let start = 0; start < days.length; start += size) {
    const shared = days.slice(start, start + size);
    const [first, last] = [shared[0]?.day, shared.at(-1)?.day];
    if (first === undefined || last === undefined) continue;
    const range = first < last ? { first, last } : { first: last, last: first };
    cells.push({ ...range, kind: kindOf(shared) });
  }
  return cells;
}

const ORDER = ['failed', 'in_flight', 'success', 'skipped', 'open'] as const;

function kindOf(days: readonly BatchDay[]): CellKind {
  const kinds = new Set(days.map(cellKind));
  return ORDER.find((kind) => kinds.has(kind)) ?? 'open';
}

function cellKind({ reason, state }: BatchDay): CellKind {
  switch (state) {
    case 'running':
      return 'in_flight';
    case 'pending':
      return 'open';
    case 'skipped':
      return reason === 'cancelled' || reason === 'not_run' ? 'open' : 'skipped';
    case 'success':
    case 'failed':
      return state;
  }
}
