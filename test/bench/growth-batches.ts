// Batches as years of syncing leave them, written without running any.
import { DatabaseSync } from 'node:sqlite';

/** One every so often, the newest a while ago: by then none is held in memory any more. */
const MINUTES_BETWEEN = 1;
const MINUTES_SINCE = 120;
const MINUTE_MS = 60_000;

/**
 * Adds copies of the only batch that a database has, with their days: batches that ended one after the other.
 * @param databaseFile of a program that does not run
 */
export function addBatches(databaseFile: string, count: number): void {
  const database = new DatabaseSync(databaseFile);
  database.exec(`
    pragma synchronous = off;
    begin;
    create temp table one_batch as select * from batch;
    create temp table its_days as select * from batch_day;
    delete from batch;
    delete from batch_day`);
  const change = database.prepare(`
    update one_batch set seq = seq + 1, batch_id = :id, created_at = :at, started_at = :at, updated_at = :at, finished_at = :at`);
  const changeDays = database.prepare('update its_days set batch_id = :id');
  const add = database.prepare('insert into batch select * from one_batch');
  const addDays = database.prepare('insert into batch_day select * from its_days');
  const now = Date.now();
  for (let left = count; left > 0; left--) {
    const at = new Date(now - (MINUTES_SINCE + left * MINUTES_BETWEEN) * MINUTE_MS).toISOString();
    const id = `batch_${left}`;
    change.run({ id, at });
    changeDays.run({ id });
    add.run();
    addDays.run();
  }
  database.exec('commit');
  database.close();
}
