import { calendarDay } from '@daysync/progress';
import type { DayHistory, DayHistoryPage, DayRows, SyncRecord } from '../api/wire';

/** A record of a day that went well, with what a spec wants otherwise. */
export function recordOf(changes: Partial<SyncRecord> = {}): SyncRecord {
  return {
    dataset: 'weather',
    day: calendarDay('2012-03-01'),
    status: 'success',
    reason: null,
    rows: 2,
    attempts: 1,
    duration_ms: 12,
    error: null,
    last_task_id: 't1',
    last_tried_at: '2025-10-17T16:00:00.000Z',
    last_success_at: '2025-10-17T16:00:00.000Z',
    ...changes,
  };
}

/** What one batch came to with that day. */
export function historyOf(changes: Partial<DayHistory> = {}): DayHistory {
  return {
    task_id: 't1',
    mode: 'all',
    retry_of: null,
    started_by: null,
    state: 'success',
    reason: null,
    rows: 2,
    attempts: 1,
    duration_ms: 12,
    started_at: '2025-10-17T16:00:00.000Z',
    finished_at: '2025-10-17T16:00:00.000Z',
    error: null,
    ...changes,
  };
}

/** A page of those, and the record. */
export function historyPage(changes: Partial<DayHistoryPage> = {}): DayHistoryPage {
  const items = changes.items ?? [historyOf()];
  return { record: recordOf(), page: 1, page_size: 10, total: items.length, ...changes, items };
}

/** The rows of that day in the target. */
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

/** jsdom has the element and none of what it does. */
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
