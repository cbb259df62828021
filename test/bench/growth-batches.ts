// Writes batches as years of syncing would leave them.
import { DatabaseSync } from 'node:sqlite';

/** The interval of the batches. The newest one is old enough not to be in memory. */
const MINUTES_BETWEEN = 1;
const MINUTES_SINCE = 120;
const MINUTE_MS = 60_000;

/**
 * Adds copies of the only batch of a database, with their days, which ended one after another.
 * @param databaseFile the file of a program that does not run
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
