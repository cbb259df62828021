// Other queues with a job a day.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';

/** The used types of BullMQ, which is a package of the bench only. */
interface Bullmq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => { addBulk(jobs: readonly object[]): Promise<unknown> };
  readonly Worker: new (
    name: string,
    work: (job: BullmqJob) => Promise<void>,
    options: object,
  ) => { on(event: 'completed', then: () => void): void; waitUntilReady(): Promise<unknown> };
}

interface BullmqJob {
  readonly data: { readonly day: number };
  updateProgress(progress: number): Promise<void>;
}

export type AddDays = (days: readonly number[]) => Promise<unknown>;

interface DayJobs {
  readonly queue: string;
  /** The work of a day, with what moves the progress where the queue has none. */
  readonly work: (day: number) => Promise<unknown>;
  readonly done: () => void;
  readonly concurrency?: number;
}

/** @param idleMs how long a runner without a job waits */
export async function startPgBoss(
  { queue, work, done, concurrency = 1 }: DayJobs,
  idleMs: number,
  options: Readonly<Record<string, unknown>>,
  queueOptions: object = {},
): Promise<AddDays> {
  const boss = new PgBoss(options);
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(queue, queueOptions);
  const run = async (): Promise<never> => {
    for (;;) {
      const [job] = await boss.fetch<{ readonly day: number }>(queue);
      if (job === undefined) {
        await sleep(idleMs);
        continue;
      }
      await work(job.data.day);
      await boss.complete(queue, job.id);
      done();
    }
  };
  for (let runner = 0; runner < concurrency; runner += 1) void run();
  return (days) =>
    boss.insert(
      queue,
      days.map((day) => ({ data: { day } })),
    );
}

/** With the defaults, such as a lock of 30 seconds. @param port of Redis */
export async function startBullmq(
  { queue, work, done, concurrency = 1 }: DayJobs,
  port: string,
): Promise<AddDays> {
  const { Queue, Worker } = createRequire(import.meta.url)('bullmq') as Bullmq;
  const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
  const runDay = async (job: BullmqJob): Promise<void> => {
    await work(job.data.day);
    await job.updateProgress(100);
  };
  const worker = new Worker(queue, runDay, { connection, concurrency });
  worker.on('completed', done);
  await worker.waitUntilReady();
  const added = new Queue(queue, { connection });
  return (days) => added.addBulk(days.map((day) => ({ name: 'day', data: { day } })));
}

/** Prints that the queue is ready, and adds the days that each line of input asks for, until the input ends. */
export async function serveDays(add: AddDays, begin: (days: number) => void): Promise<never> {
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    const [, count = ''] = line.split(' ');
    begin(Number(count));
    void add(Array.from({ length: Number(count) }, (_, index) => index));
  });
  process.stdout.write('ready\n');
  await once(input, 'close');
  process.exit();
}
