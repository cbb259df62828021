// The minimum cost of a day without rows: a bare loop with one committed transaction a day, which writes the necessary
// state. `node day-floor.ts <folder> <first day> <days>` prints the milliseconds of its days, and their processor time,
// as JSON.
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const DAY_MS = 86_400_000;
const TASK = '1900-01-01_1909-12-29_1697587200';

const [folder = '', first = '', count = ''] = process.argv.slice(2);
const days = Array.from({ length: Number(count) }, (_, index) =>
  new Date(Date.parse(first) + index * DAY_MS).toISOString().slice(0, 10),
);

const database = new DatabaseSync(path.join(folder, `day-floor-${process.pid}.db`));
database.exec(`
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table batch (task_id text primary key, skipped integer not null, current_day text, updated_at text) strict;
  create table batch_day (
    task_id text not null, day text not null, state text not null, reason text, finished_at text,
    primary key (task_id, day)
  ) strict;
  create table sync_record (
    dataset text not null, day text not null, status text not null, reason text, last_task_id text not null,
    last_tried_at text not null, primary key (dataset, day)
  ) strict;
  begin`);
database.prepare('insert into batch values (?, 0, null, null)').run(TASK);
const plan = database.prepare(`insert into batch_day values (?, ?, 'pending', null, null)`);
for (const day of days) plan.run(TASK, day);
database.exec('commit');

const record = database.prepare(`
  insert into sync_record values ('empty', ?, 'skipped', 'no_data', ?, ?) on conflict do update
  set status = excluded.status, reason = excluded.reason, last_task_id = excluded.last_task_id,
    last_tried_at = excluded.last_tried_at`);
const finish = database.prepare(`
  update batch_day set state = 'skipped', reason = 'no_data', finished_at = ? where task_id = ? and day = ?`);
const move = database.prepare(`
  update batch set skipped = skipped + 1, current_day = ?, updated_at = ? where task_id = ?`);

const [begun, cpu] = [performance.now(), process.cpuUsage()];
for (const day of days) {
  const at = new Date().toISOString();
  database.exec('begin');
  record.run(day, TASK, at);
  finish.run(at, TASK, day);
  move.run(day, at, TASK);
  database.exec('commit');
}
const ms = performance.now() - begun;
const { system, user } = process.cpuUsage(cpu);

const { skipped } = database.prepare('select skipped from batch').get() as { skipped: number };
database.close();
if (skipped !== days.length) throw new Error(`expected ${days.length} days, got ${skipped}`);
process.stdout.write(JSON.stringify({ ms, cpu_ms: (user + system) / 1_000 }));
