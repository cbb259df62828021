// Runs days as the jobs of another queue, one after another: `node day-queue.ts pg-boss|bullmq <place> <queue> [<source>]`
// runs the existing jobs, and prints that it is ready. The place is an address of PostgreSQL, or a port of Redis. For each
// day it sends a request to the source, if there is one, and increments a progress; `add <days>` on its input adds days,
// and it prints the milliseconds when they are done.
import { Client } from 'pg';
import { serveDays, startBullmq, startPgBoss } from './queues.ts';

const IDLE_MS = 5;
/**
 * pg-boss's shortest times for jobs whose worker is gone, for measurements of that: by default a job expires after
 * fifteen minutes, and pg-boss checks once a minute.
 */
const QUICK_JOBS = { heartbeatSeconds: 10, retryDelay: 0 };
const QUICK_CHECKS = { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 };

const [kind = '', place = '', queue = '', source] = process.argv.slice(2);
let open = 0;
let begun = 0;

const done = (): void => {
  open -= 1;
  if (open === 0) process.stdout.write(`${performance.now() - begun}\n`);
};
async function askSource(day: number): Promise<void> {
  if (source !== undefined) await (await fetch(`${source}/${day}`)).text();
}

async function startWithProgress() {
  const client = new Client({ connectionString: place });
  await client.connect();
  await client.query(`
    create table if not exists progress (id integer primary key, finished integer not null);
    insert into progress values (0, 0) on conflict do nothing`);
  const text = 'update progress set finished = finished + 1 where id = 0';
  const work = async (day: number): Promise<void> => {
    await askSource(day);
    await client.query({ name: 'move', text });
  };
  const [checks, jobs] = source === undefined ? [{}, {}] : [QUICK_CHECKS, QUICK_JOBS];
  const options = { connectionString: place, ...checks };
  return startPgBoss({ queue, work, done }, IDLE_MS, options, jobs);
}

const add =
  kind === 'pg-boss'
    ? await startWithProgress()
    : await startBullmq({ queue, work: askSource, done }, place);
await serveDays(add, (days) => {
  open = days;
  begun = performance.now();
});
