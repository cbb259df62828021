import { ACTIVE_STATUSES } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { BatchRow } from '../database/schema.js';

/** What the last process left in the database. */
@Injectable()
export class BatchRecovery {
  constructor(private readonly database: Database) {}

  /**
   * After a start of the program: gives back the days that were in flight when the last process ended.
   * @returns the batches that have not ended, in the order of their starts
   */
  recover(at: string): Promise<BatchRow[]> {
    return this.database.write('recover', async ({ db }) => {
      await db
        .updateTable('batch_day')
        .set((set) => ({
          state: 'pending',
          token: null,
          started_at: null,
          // The restart is not the day's fault.
          attempts: set('attempts', '-', 1),
          rev: set
            .selectFrom('batch')
            .select((select) => select('rev', '+', 1).as('rev'))
            .whereRef('batch.task_id', '=', 'batch_day.task_id')
            .$asScalar(),
        }))
        .where('state', '=', 'running')
        .execute();
      await db
        .updateTable('batch')
        .set((set) => ({ running: 0, rev: set('rev', '+', 1), updated_at: at }))
        .where('running', '>', 0)
        .execute();
      return db
        .selectFrom('batch')
        .selectAll()
        .where('status', 'in', ACTIVE_STATUSES)
        .orderBy('seq')
        .execute();
    });
  }
}
