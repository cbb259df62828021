// A day with a query that runs forever without a row, in the process that reads SQLite files for Daysync.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDaysync } from './daysync-process.js';
import { scratchFolder } from './scratch.js';
import { childrenOf, openFiles } from './source-kinds/open-files.js';

/**
 * Starts a batch of one day, and waits until its query runs.
 * @returns also the id of the process that has the file open, and a wait until it has closed it
 */
export async function startEndlessQuery(timeoutSeconds: number) {
  const folder = await scratchFolder();
  /** Only for this file: a child process that is starting still has the open files of its parent. */
  const source = path.join(folder, 'source');
  await mkdir(source);
  const database = new DatabaseSync(path.join(source, 'endless.db'));
  database.exec(`create table start (n integer); insert into start values (1)`);
  database.close();
  const daysync = await startDaysync({
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
  const day = '2025-10-01';
  const { task_id: taskId } = await daysync.startBatch({ start_date: day, end_date: day });
  for (;;) {
    for (const reader of childrenOf(daysync.pid)) {
      if ((await openFiles(reader, source)) === 0) continue;
      const gone = async (): Promise<void> => {
        while ((await openFiles(reader, source)) > 0) await sleep(10);
      };
      return { daysync, taskId, reader, gone };
    }
    await sleep(10);
  }
}
