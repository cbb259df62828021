import { calendarDay } from '@daysync/progress';
import type { DayHistory, DayHistoryPage, DayRows, SyncRecord } from '../api/wire';

/** The record of a successful day, with the changes of a spec. */
export function recordOf(changes: Partial<SyncRecord> = {}): SyncRecord {
  return {
    dataset: 'weather',
    day: calendarDay('2012-03-01'),
    status: 'success',
    reason: null,
    rows: 2,
    ...{ fetched_rows: 2, quarantined_rows: 0 },
    attempts: 1,
    duration_ms: 12,
    error: null,
    last_task_id: 't1',
    last_tried_at: '2025-10-17T16:00:00.000Z',
    last_success_at: '2025-10-17T16:00:00.000Z',
    elsewhere: false,
    ...{ fingerprint: null, verified_at: null, finding: null },
    ...{ marks: [], accepted_at: null, accepted_by: null },
    ...changes,
  };
}

/** The outcome of that day in one batch. */
export function historyOf(changes: Partial<DayHistory> = {}): DayHistory {
  return {
    task_id: 't1',
    start_date: calendarDay('2012-03-01'),
    end_date: calendarDay('2012-03-31'),
    total: 31,
    mode: 'all',
    verify: null,
    retry_of: null,
    started_by: null,
    state: 'success',
    reason: null,
    rows: 2,
    quarantined_rows: 0,
    attempts: 1,
    duration_ms: 12,
    started_at: '2025-10-17T16:00:00.000Z',
    finished_at: '2025-10-17T16:00:00.000Z',
    error: null,
    marks: [],
    ...changes,
  };
}

/** A page of outcomes, and the record. */
export function historyPage(changes: Partial<DayHistoryPage> = {}): DayHistoryPage {
  const items = changes.items ?? [historyOf()];
  return {
    expected: true,
    settlement: null,
    missing: false,
    record: recordOf(),
    finding_rows: null,
    page: 1,
    page_size: 10,
    total: items.length,
    ...changes,
    items,
  };
}

export function rowsOf(items: DayRows['items'], total = items.length): DayRows {
  return {
    dataset: 'weather',
    day: calendarDay('2012-03-01'),
    columns: [
      { name: 'location', type: 'text' },
      { name: 'wind', type: 'real' },
    ],
    items,
    cut: [],
    page: 1,
    page_size: 20,
    total,
  };
}

/** jsdom has the element without its methods. */
export function giveDialogsTheirMethods(): void {
  Object.assign(HTMLDialogElement.prototype, {
    showModal(this: HTMLDialogElement) {
      this.open = true;
    },
    close(this: HTMLDialogElement) {
      if (!this.open) return;
      this.open = false;
      this.dispatchEvent(new Event('close'));
    },
  });
}
