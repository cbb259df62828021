// Reads durable rows, which have the same columns in SQLite and PostgreSQL.
import type { DatabaseState } from './database-state.js';

export type Columns = Readonly<Record<string, unknown>>;

/** Selects batches with the sums of their lanes. `where` selects some of them. */
export const selectBatches = (where = ''): string => `
  select batch.batch_id, status, total, batch.success + coalesce(sum(lane.success), 0) as success,
    batch.failed + coalesce(sum(lane.failed), 0) as failed,
    batch.skipped + coalesce(sum(lane.skipped), 0) as skipped,
    count(lane.day) as running, batch.rows + coalesce(sum(lane.rows), 0) as rows, batch.rev + coalesce(sum(lane.rev), 0) as rev
  from batch left join lane on lane.batch_id = batch.batch_id ${where}
  group by batch.seq, batch.batch_id, status, total, batch.success, batch.failed, batch.skipped, batch.rows, batch.rev
  order by batch.seq`;

export function batchOf(row: Columns) {
  const number = (column: string): number => Number(row[column]);
  return {
    taskId: String(row['batch_id']),
    status: String(row['status']),
    total: number('total'),
    success: number('success'),
    failed: number('failed'),
    skipped: number('skipped'),
    running: number('running'),
    finished: number('success') + number('failed') + number('skipped'),
    rows: number('rows'),
    rev: number('rev'),
  };
}

export function dayOf(row: Columns) {
  return {
    day: String(row['day']),
    action: String(row['action']),
    state: String(row['state']),
    reason: textOrNull(row['reason']),
    rows: numberOrNull(row['rows']),
    attempts: Number(row['attempts']),
    finishedAt: textOrNull(row['finished_at']),
  };
}

export function recordOf(row: Columns) {
  return {
    status: String(row['status']),
    reason: textOrNull(row['reason']),
    rows: numberOrNull(row['rows']),
    fetchedRows: numberOrNull(row['fetched_rows']),
    quarantinedRows: numberOrNull(row['quarantined_rows']),
    fingerprint: textOrNull(row['fingerprint']),
    syncedRows: numberOrNull(row['synced_rows']),
    attempts: Number(row['attempts']),
    lastTaskId: String(row['last_batch_id']),
  };
}

export function recordsOf(rows: readonly Columns[]) {
  return new Map(rows.map((row) => [String(row['day']), recordOf(row)]));
}

export const SELECT_QUARANTINE = 'select day, "row" from quarantined_row order by day, position';

/** The numbers of the rows that each day has in quarantine. */
export function quarantineOf(rows: readonly Columns[]): DatabaseState['quarantine'] {
  const byDay = Map.groupBy(rows, (row) => String(row['day']));
  return new Map([...byDay].map(([day, ofDay]) => [day, ofDay.map(({ row }) => row).join()]));
}

/** The rows of each day of a target as text, sorted. */
export function targetOf(rows: readonly Columns[]): DatabaseState['target'] {
  const byDay = Map.groupBy(rows, (row) => String(row['sync_day']));
  return new Map(
    [...byDay].map(([day, ofDay]) => [
      day,
      ofDay
        .map((row) => JSON.stringify(row))
        .sort()
        .join('\n'),
    ]),
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
