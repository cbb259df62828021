import { ACTIVE_STATUSES, type CalendarDay } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'kysely';
import { toInstant } from '../clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { BatchRow, Schema } from '../database/schema.js';
import { writeDayError } from '../dispatch/day-error-columns.js';
import { tellOfBatch } from './batch-notices.js';
import { readBatch, timeOfChange } from './batch-row.js';
import { returnDay } from './day-commit.js';
import { writeRecord } from './sync-record.js';
import { LONGEST_WAIT_MS } from './day-outcome.js';

/** A day that was alone in flight at this many crashes is what ends the process. */
const MOST_CRASHES = 2;

/** What is wrong with a day that ends the process. */
export const CRASHED = {
  code: 'DAY_CRASHED_PROCESS',
  text: `expected the process to live through this day, and it ended ${MOST_CRASHES} times while this day alone was in flight`,
  row: null,
  column: null,
};

/** A day that was in flight when its process ended. */
export interface LostDay {
  readonly task_id: string;
  readonly day: CalendarDay;
  readonly token: number | null;
  readonly attempts: number;
  readonly suspect: 0 | 1;
  readonly crashes: number;
}

/** When the program starts, and after what. */
export interface Start {
  readonly at: string;
  /** The same in milliseconds since the epoch. */
  readonly steadyNow: number;
  /** Whether the last process ended without having been asked to stop. */
  readonly afterCrash: boolean;
}

export interface Recovered {
  /** The batches that have not ended, in the order of their starts. */
  readonly active: readonly BatchRow[];
  /** The days that were in flight at a crash: they run again, one at a time. */
  readonly suspects: readonly LostDay[];
  /** The day that has failed because it ends the process. */
  readonly crashed: LostDay | null;
}

/** What the last process left in the database. */
@Injectable()
export class BatchRecovery {
  constructor(private readonly database: Database) {}

  /**
   * After a start of the program: gives back the days that were in flight when the last process ended. Where that
   * was a crash they are suspects; a day that was alone in flight at its second crash fails.
   */
  recover({ at, steadyNow, afterCrash }: Start): Promise<Recovered> {
    return this.database.write('recover', async (transaction) => {
      const { db } = transaction;
      const lost = await selectRunning(transaction)
        .where('task_id', 'in', (running) =>
          running.selectFrom('batch').select('task_id').where('running', '>', 0),
        )
        .execute();
      const crashed = await giveBackLost(transaction, lost, { at, afterCrash });
      await shortenWaits(transaction, at, toInstant(steadyNow + LONGEST_WAIT_MS));
      const active = await db
        .selectFrom('batch')
        .selectAll()
        .where('status', 'in', ACTIVE_STATUSES)
        .orderBy('seq')
        .execute();
      return {
        active,
        suspects: afterCrash ? lost.filter((day) => day !== crashed) : [],
        crashed,
      };
    });
  }
}

/** The days in flight. */
export function selectRunning({
  db,
}: WriteTransaction): SelectQueryBuilder<Schema, 'batch_day', LostDay> {
  return db
    .selectFrom('batch_day')
    .select(['task_id', 'day', 'token', 'attempts', 'suspect', 'crashes'])
    .where('state', '=', 'running');
}

/** The batches of some days; in one order, as two processes may lock them side by side. */
export function batchesOf(days: readonly LostDay[]): readonly string[] {
  return [...new Set(days.map(({ task_id }) => task_id))].sort();
}

/**
 * Gives back all days that one process had in flight at its end. Where that was a crash they are suspects.
 * @returns the day that has failed for it: it was alone in flight, and not for the first time
 */
export async function giveBackLost(
  transaction: WriteTransaction,
  lost: readonly LostDay[],
  { at, afterCrash }: Pick<Start, 'at' | 'afterCrash'>,
): Promise<LostDay | null> {
  const alone = afterCrash && lost.length === 1 ? lost[0] : undefined;
  const crashed = alone !== undefined && alone.crashes + 1 >= MOST_CRASHES ? alone : undefined;
  for (const taskId of batchesOf(lost)) {
    const days = lost.filter(({ task_id }) => task_id === taskId);
    await recoverBatch(transaction, taskId, at, days, { afterCrash, alone, crashed });
  }
  return crashed ?? null;
}

/**
 * No day waits for longer than `latest`, though the system's clock may have been set back while the program was down.
 * Who follows the days of a batch sees that as any change.
 */
async function shortenWaits(
  transaction: WriteTransaction,
  at: string,
  latest: string,
): Promise<void> {
  const { db } = transaction;
  const batches = await db
    .selectFrom('batch_day')
    .select('task_id')
    .distinct()
    .where('waits_for', 'is not', null)
    .where('next_at', '>', latest)
    .execute();
  for (const { task_id } of batches) {
    const batch = await readBatch(transaction, task_id);
    const rev = batch.rev + 1;
    await db
      .updateTable('batch_day')
      .set({ next_at: latest, rev })
      .where('task_id', '=', task_id)
      .where('waits_for', 'is not', null)
      .where('next_at', '>', latest)
      .execute();
    await db
      .updateTable('batch')
      .set({ rev, updated_at: timeOfChange(batch, at) })
      .where('task_id', '=', task_id)
      .execute();
  }
}

async function recoverBatch(
  transaction: WriteTransaction,
  taskId: string,
  at: string,
  days: readonly LostDay[],
  {
    afterCrash,
    alone,
    crashed,
  }: { afterCrash: boolean; alone: LostDay | undefined; crashed: LostDay | undefined },
): Promise<void> {
  const batch = await readBatch(transaction, taskId);
  const changed = { rev: batch.rev + 1, updated_at: timeOfChange(batch, at) };
  for (const day of days) {
    if (day === crashed) {
      await failDay(transaction, batch, day, changed);
      continue;
    }
    const { attempts, crashes, token } = day;
    const claim = { day: day.day, token: token ?? 0, attempt: attempts };
    await returnDay(transaction, { taskId, rev: changed.rev }, claim, {
      // The restart is not the day's fault.
      attempts: attempts - 1,
      suspect: afterCrash ? 1 : day.suspect,
      crashes: crashes + (day === alone ? 1 : 0),
    });
  }
  const failed = batch.failed + (days.some((day) => day === crashed) ? 1 : 0);
  // It may have been the last day; a batch that is cancelling ends as the cancel is taken up again.
  const done =
    batch.success + failed + batch.skipped === batch.total && batch.status !== 'cancelling';
  await transaction.db
    .updateTable('batch')
    .set({
      ...changed,
      running: batch.running - days.length,
      failed,
      ...(done
        ? {
            status: 'completed' as const,
            message_code: 'BATCH_COMPLETED' as const,
            error_code: null,
            error_text: null,
            finished_at: changed.updated_at,
          }
        : {}),
    })
    .where('task_id', '=', taskId)
    .execute();
  if (done) await tellOfBatch(transaction, taskId);
}

async function failDay(
  transaction: WriteTransaction,
  { dataset }: BatchRow,
  { task_id, day, token, attempts }: LostDay,
  { rev, updated_at }: { readonly rev: number; readonly updated_at: string },
): Promise<void> {
  const result = { reason: null, rows: null, duration_ms: null, ...writeDayError(CRASHED) };
  await transaction.db
    .updateTable('batch_day')
    .set({
      ...result,
      state: 'failed',
      token: null,
      node: null,
      job: null,
      suspect: 0,
      crashes: MOST_CRASHES,
      finished_at: updated_at,
      rev,
    })
    .where('task_id', '=', task_id)
    .where('day', '=', day)
    .where('token', '=', token)
    .execute();
  await writeRecord(transaction, {
    dataset,
    day,
    status: 'failed',
    attempts,
    last_task_id: task_id,
    last_tried_at: updated_at,
    ...result,
  });
}
