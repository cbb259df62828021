import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, weather } from '../scratch.js';
import { SmallDisk } from '../small-disk.js';
import { dumpTable } from '../target-table.js';
import type { Progress } from '../wire.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-10' };
const SLOW = { datasets: [weather({ throttle: { days_per_minute: 600 } })] };

async function waitingForDisk(daysync: DaysyncProcess, taskId: string): Promise<Progress> {
  for (;;) {
    const progress = await daysync.progress(taskId);
    if (progress.waiting_for?.kind === 'disk') return progress;
    expect(progress.finished_at).toBeNull();
    await sleep(20);
  }
}

let undisturbed: string;
beforeAll(async () => {
  const calm = await startDaysync({ datasets: [weather()] });
  await calm.sync(RANGE);
  undisturbed = await dumpTable(calm.database, 'weather_daily');
  await calm.kill();
});

/** The result of an undisturbed run: every day once, and the same target. */
async function expectUndisturbed(daysync: DaysyncProcess, taskId: string): Promise<void> {
  expect(await daysync.ended(taskId)).toMatchObject({
    status: 'completed',
    success: 10,
    waiting_for: null,
  });
  const days = await daysync.days(taskId);
  expect(days.map(({ attempts }) => attempts)).toEqual(days.map(() => 1));
  expect(await dumpTable(daysync.database, 'weather_daily')).toBe(undisturbed);
}

// On systems where tests may not mount a disk, only the injected fault below runs.
const disk = SmallDisk.mount();
const itOnDisk = (title: string, test: (small: SmallDisk) => Promise<void>): void => {
  if (disk !== undefined) it(title, () => test(disk));
};

describe('a disk that is full', () => {
  it('makes the batch wait, without outcome or attempt, until there is space', async () => {
    const daysync = await startDaysync({
      ...SLOW,
      env: { DAYSYNC_FAULT: 'step:before_commit@6=disk_full*2' },
    });
    const { task_id } = await daysync.startBatch(RANGE);
    const waiting = await waitingForDisk(daysync, task_id);
    expect(waiting.waiting_for?.detail).toMatch(/disk is full/);
    expect(waiting).toMatchObject({ status: 'running', failed: 0 });
    await expectUndisturbed(daysync, task_id);
  });

  it('and stays full: a stop ends with 0, and its day does not count as crashed', async () => {
    const env = { DAYSYNC_FAULT: 'step:before_commit@2=disk_full*9999' };
    const daysync = await startDaysync({ ...SLOW, env });
    const { task_id } = await daysync.startBatch(RANGE);
    await waitingForDisk(daysync, task_id);
    expect(await daysync.stop()).toBe(0);
    const again = await startDaysync({ ...SLOW, folder: daysync.folder });
    await expectUndisturbed(again, task_id);
    // The start logs days that were in flight at a crash.
    const messages = (await again.logLines()).map(({ msg }) => msg);
    expect(messages).not.toContainEqual(expect.stringMatching(/异常退出/));
  });

  itOnDisk(
    'under the temporary files is waited for by a day whose source is unpacked there',
    async (small) => {
      const folder = await scratchFolder();
      const rows = Array.from({ length: 50_000 }, (_, at) => `2025-10-01,city ${at},${at}`);
      const file = path.join(folder, 'readings.csv.gz');
      await writeFile(file, gzipSync(`day,city,degrees\n${rows.join('\n')}\n`));
      small.fill();
      const daysync = await startDaysync({
        folder,
        datasets: [readings(file)],
        env: { TMPDIR: small.folder },
      });
      const { task_id } = await daysync.startBatch({
        start_date: '2025-10-01',
        end_date: '2025-10-01',
      });
      const waiting = await waitingForDisk(daysync, task_id);
      expect(waiting.waiting_for?.detail).toMatch(/^2025-10-01: the folder for temporary files/);
      const listed = (await daysync.data('datasets')) as {
        readonly items: readonly { readonly source_error: unknown }[];
      };
      expect(listed.items[0]?.source_error).toMatchObject({ code: 'NO_ROOM' });
      small.clear();
      expect(await daysync.ended(task_id)).toMatchObject({ success: 1, failed: 0 });
      expect(await daysync.days(task_id)).toMatchObject([{ rows: rows.length, attempts: 1 }]);
    },
  );
});
