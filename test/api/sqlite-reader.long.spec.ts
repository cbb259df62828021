// A query that never gives a row, in the process that reads for Daysync: it holds up nobody, and never outlives it.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder } from '../scratch.js';
import { childrenOf, openFiles } from '../source-kinds/open-files.js';

const ONE_DAY = { start_date: '2025-10-01', end_date: '2025-10-01' };
/** Three times what a stop may take. */
const MOST_STOP_MS = 30_000;

let folder: string;
/** Of the file alone: a process that is just starting still has all that its parent has open. */
let source: string;
beforeEach(async () => {
  folder = await scratchFolder();
  source = path.join(folder, 'source');
  await mkdir(source);
  const database = new DatabaseSync(path.join(source, 'endless.db'));
  database.exec(`create table start (n integer); insert into start values (1)`);
  database.close();
});

async function start(timeoutSeconds: number): Promise<DaysyncProcess> {
  return startDaysync({
    folder,
    datasets: [
      {
        name: 'endless',
        source: {
          kind: 'sql',
          url: 'sqlite:source/endless.db',
          query: `with recursive number(n) as (select n from start union all select n + 1 from number)
            select n from number where n < 0 and :day <> ''`,
          timeout_seconds: timeoutSeconds,
        },
        target: { table: 'endless', columns: { n: 'integer' } },
        attempts: 1,
      },
    ],
  });
}

/** Starts a batch and waits until the query is at work; gives back the process that has the file open. */
async function atWork(daysync: DaysyncProcess): Promise<[reader: number, taskId: string]> {
  const { task_id } = await daysync.startBatch(ONE_DAY);
  for (;;) {
    for (const reader of childrenOf(daysync.pid)) {
      if ((await openFiles(reader, source)) > 0) return [reader, task_id];
    }
    await sleep(10);
  }
}

async function gone(reader: number): Promise<void> {
  while ((await openFiles(reader, source)) > 0) await sleep(10);
}

describe('a query that gives no row', () => {
  it('lets polls be answered, and fails its day when its time is over', async () => {
    const daysync = await start(3);
    const [reader, taskId] = await atWork(daysync);
    // As a terminal does, which signals all: Daysync itself would let the day come to its end.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.kill(reader, signal);
    expect(await daysync.progress(taskId)).toMatchObject({ running: 1, finished_at: null });
    await daysync.ended(taskId);
    const [day] = await daysync.days(taskId);
    expect(day).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
    await gone(reader);
  });

  it('holds up no stop, which ends with 0', async () => {
    const daysync = await start(3_600);
    const [reader] = await atWork(daysync);
    const begun = performance.now();
    expect(await daysync.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(MOST_STOP_MS);
    await gone(reader);
  });

  it('does not outlive a process that is killed', async () => {
    const daysync = await start(3_600);
    const [reader] = await atWork(daysync);
    await daysync.kill();
    await gone(reader);
  });
});
