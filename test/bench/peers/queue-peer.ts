// A worker of another queue: `node queue-peer.ts pg-boss|bullmq <postgres> <redis port> <concurrency> <day, ms>` runs
// one job a day: it waits like a source, writes a row of the day and increments a progress. It prints `.` for each day;
// `add <count>` on its input adds jobs.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { serveDays, startBullmq, startPgBoss } from './queues.ts';

const IDLE_MS = 20;

const [kind = '', url = '', redisPort = '', concurrent = '', dayMs = ''] = process.argv.slice(2);
const concurrency = Number(concurrent);
const pool = new Pool({ connectionString: url, max: concurrency });

const WRITE_ROW =
  'insert into peer_day values ($1, $2) on conflict (day) do update set value = excluded.value';
/** Writes the day and increments the progress: one statement and one commit. */
const WRITE_DAY = `with written as (${WRITE_ROW}) update peer_progress set finished = finished + 1`;

const jobs = (text: string): Parameters<typeof startPgBoss>[0] => ({
  queue: 'days',
  concurrency,
  work: async (day) => {
    await sleep(Number(dayMs));
    await pool.query({ name: 'day', text, values: [day, String(day)] });
  },
  done: () => process.stdout.write('.'),
});
const add =
  kind === 'pg-boss'
    ? await startPgBoss(jobs(WRITE_DAY), IDLE_MS, { connectionString: url, max: concurrency })
    : await startBullmq(jobs(WRITE_ROW), redisPort);
await serveDays(add, () => undefined);
