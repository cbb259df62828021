import { sql } from 'kysely';
import type { Database } from '../database/database.js';
import type { BatchDayRow, BatchRow } from '../database/schema.js';
import { BatchStore } from './batch-store.js';

/** What a scratch database has come to. */
export abstract class ScratchState<T extends Database = Database> {
  readonly store: BatchStore;

  constructor(readonly database: T) {
    this.store = new BatchStore(database);
  }

  async batch(taskId: string): Promise<BatchRow> {
    const batch = await this.store.find(taskId);
    if (batch === undefined) throw new Error(`expected batch ${taskId} to be there`);
    return batch;
  }

  /** Every day of a batch, in its order. */
  async days(taskId: string): Promise<readonly BatchDayRow[]> {
    return (await this.store.days(taskId))?.days ?? [];
  }

  /** What the target has, as `day:value`, sorted. */
  async target(): Promise<string[]> {
    const { rows } = await sql<{ row: string }>`
      select sync_day || ':' || value as row from readings order by 1
    `.execute(this.database.read);
    return rows.map(({ row }) => row);
  }
}
