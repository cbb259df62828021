// Runs days as the jobs of another queue, one after another: `node day-queue.ts pg-boss|bullmq <place> <queue> [<source>]`
// runs the existing jobs, and prints that it is ready. The place is an address of PostgreSQL, or a port of Redis. For each
// day it sends a request to the source, if there is one, and increments a progress; `add <days>` on its input adds days,
// and it prints the milliseconds when they are done.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { PgBoss } from 'pg-boss';
import type { Bullmq, BullmqJob } from './bullmq.js';

const IDLE_MS = 5;
/**
 * pg-boss's shortest times for jobs whose worker is gone, for measurements of that: by default a job expires after
 * fifteen minutes, and pg-boss checks once a minute.
 */
const QUICK_JOBS = { heartbeatSeconds: 10, retryDelay: 0 };
const QUICK_CHECKS = { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 };

const [kind = '', place = '', queueName = '', source] = process.argv.slice(2);

type Add = (days: readonly number[]) => Promise<unknown>;
type Done = () => void;

async function askSource(day: number): Promise<void> {
  if (source !== undefined) await (await fetch(`${source}/${day}`)).text();
}

async function startPgBoss(done: Done): Promise<Add> {
  const client = new Client({ connectionString: place });
  await client.connect();
  await client.query(`
    create table if not exists progress (id integer primary key, finished integer not null);
    insert into progress values (0, 0) on conflict do nothing`);
  const boss = new PgBoss({
    connectionString: place,
    ...(source === undefined ? {} : QUICK_CHECKS),
  });
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(queueName, source === undefined ? {} : QUICK_JOBS);
  const run = async (): Promise<never> => {
    for (;;) {
      const [job] = await boss.fetch<{ readonly day: number }>(queueName);
      if (job === undefined) {
        await sleep(IDLE_MS);
        continue;
      }
      await askSource(job.data.day);
      await client.query({
        name: 'move',
        text: 'update progress set finished = finished + 1 where id = 0',
      });
      await boss.complete(queueName, job.id);
      done();
    }
  };
  void run();
  return (days) =>
    boss.insert(
      queueName,
      days.map((day) => ({ data: { day } })),
    );
}

/** With the defaults: one job at a time, and a lock of 30 seconds. */
async function startBullmq(done: Done): Promise<Add> {
  const { Queue, Worker } = createRequire(import.meta.url)('bullmq') as Bullmq;
  const connection = { host: '127.0.0.1', port: Number(place), maxRetriesPerRequest: null };
  const work = async (job: BullmqJob): Promise<void> => {
    await askSource(job.data.day);
    await job.updateProgress(100);
  };
  const worker = new Worker(queueName, work, { connection });
  worker.on('completed', done);
  await worker.waitUntilReady();
  const queue = new Queue(queueName, { connection });
  return (days) => queue.addBulk(days.map((day) => ({ name: 'day', data: { day } })));
}

const START: Readonly<Record<string, (done: Done) => Promise<Add>>> = {
  'pg-boss': startPgBoss,
  bullmq: startBullmq,
};
const start = START[kind];
if (start === undefined) {
  throw new RangeError(`expected one of ${Object.keys(START).join(', ')}, got ${kind}`);
}
let open = 0;
let begun = 0;
const add = await start(() => {
  open -= 1;
  if (open === 0) process.stdout.write(`${performance.now() - begun}\n`);
});
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const [, count = ''] = line.split(' ');
  open = Number(count);
  begun = performance.now();
  void add(Array.from({ length: open }, (_, index) => index));
});
process.stdout.write('ready\n');
await once(input, 'close');
process.exit();
