// A worker of another queue: `node queue-peer.ts pg-boss|bullmq <postgres> <redis port> <concurrency> <day, ms>` runs
// one job a day: it waits like a source, writes a row of the day and increments a progress. It prints `.` for each day;
// `add <count>` on its input adds jobs.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import type { Bullmq } from './bullmq.js';

const QUEUE = 'days';
const IDLE_MS = 20;

const [kind = '', url = '', redisPort = '', concurrency = '', dayMs = ''] = process.argv.slice(2);
const pool = new Pool({ connectionString: url, max: Number(concurrency) });

type Add = (days: readonly number[]) => Promise<unknown>;

/** Writes the day and increments the progress: one statement and one commit. */
const WRITE_DAY = `
  with written as (
    insert into peer_day values ($1, $2) on conflict (day) do update set value = excluded.value
  ) update peer_progress set finished = finished + 1`;
const WRITE_ROW =
  'insert into peer_day values ($1, $2) on conflict (day) do update set value = excluded.value';

async function startPgBoss(): Promise<Add> {
  const boss = new PgBoss({ connectionString: url, max: Number(concurrency) });
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(QUEUE);
  const run = async (): Promise<never> => {
    for (;;) {
      const [job] = await boss.fetch<{ readonly day: number }>(QUEUE);
      if (job === undefined) {
        await sleep(IDLE_MS);
        continue;
      }
      await sleep(Number(dayMs));
      const { day } = job.data;
      await pool.query({ name: 'day', text: WRITE_DAY, values: [day, String(day)] });
      await boss.complete(QUEUE, job.id);
      process.stdout.write('.');
    }
  };
  for (let runner = 0; runner < Number(concurrency); runner++) void run();
  return (days) =>
    boss.insert(
      QUEUE,
      days.map((day) => ({ data: { day } })),
    );
}

async function startBullmq(): Promise<Add> {
  const { Queue, Worker } = (await import(import.meta.resolve('bullmq'))) as Bullmq;
  const connection = { host: '127.0.0.1', port: Number(redisPort), maxRetriesPerRequest: null };
  const worker = new Worker(
    QUEUE,
    async (job) => {
      await sleep(Number(dayMs));
      const { day } = job.data;
      await pool.query({ name: 'day', text: WRITE_ROW, values: [day, String(day)] });
      await job.updateProgress(100);
    },
    { connection, concurrency: Number(concurrency) },
  );
  worker.on('completed', () => process.stdout.write('.'));
  await worker.waitUntilReady();
  const queue = new Queue(QUEUE, { connection });
  return (days) => queue.addBulk(days.map((day) => ({ name: 'day', data: { day } })));
}

const START: Readonly<Record<string, () => Promise<Add>>> = {
  'pg-boss': startPgBoss,
  bullmq: startBullmq,
};
const start = START[kind];
if (start === undefined) {
  throw new RangeError(`expected one of ${Object.keys(START).join(', ')}, got ${kind}`);
}
const add = await start();
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const [, count = ''] = line.split(' ');
  void add(Array.from({ length: Number(count) }, (_, index) => index));
});
process.stdout.write('ready\n');
await once(input, 'close');
process.exit();
