// SQLite's file on a disk that is really full.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { SmallDisk } from '../small-disk.js';
import { dumpTable } from '../target-table.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-10' };
const SLOW = weather({ throttle: { days_per_minute: 600 } });

// Needs the right to mount. Without it, disk-full.long.spec.ts injects the same fault, and a unit spec tests the bound.
const disk = SmallDisk.mount();
if (disk !== undefined) {
  describe('a small disk under the data folder', () => {
    it('is reported by /health/ready, with the free space', async () => {
      const daysync = await startDaysync({ datasets: [weather()], folder: disk.folder });
      const answer = await daysync.call('/health/ready');
      expect(answer).toMatchObject({ status: 503, body: { code: 'NOT_READY' } });
      expect(answer.body).toMatchObject({
        detail: expect.stringMatching(
          /^disk: expected at least 100 MB free, got \d MB free$/,
        ) as unknown,
      });
      await daysync.stop();
    });

    it('that is full, with the log on it, makes the batch wait: nothing is lost', async () => {
      const calm = await startDaysync({ datasets: [weather()] });
      await calm.sync(RANGE);
      const undisturbed = await dumpTable(calm.database, 'weather_daily');
      await calm.kill();

      const daysync = await startDaysync({ datasets: [SLOW], folder: disk.folder });
      const { task_id } = await daysync.startBatch(RANGE);
      while ((await daysync.progress(task_id)).finished < 3) await sleep(20);
      disk.fill();
      let waiting = await daysync.progress(task_id);
      while (waiting.waiting_for?.kind !== 'disk') {
        await sleep(20);
        waiting = await daysync.progress(task_id);
      }
      for (let polls = 0; polls < 20; polls++) {
        expect(await daysync.call('/health/live')).toMatchObject({ status: 200 });
        expect(await daysync.progress(task_id)).toEqual(waiting);
        await sleep(50);
      }
      const other = { start_date: '2013-01-01', end_date: '2013-01-02' };
      expect(await daysync.post('sync/batch', other)).toMatchObject({
        status: 503,
        body: { code: 'DATABASE_UNAVAILABLE' },
      });
      expect((await daysync.batches()).total).toBe(1);
      disk.clear();
      const done = { status: 'completed', success: 10, waiting_for: null };
      expect(await daysync.ended(task_id)).toMatchObject(done);
      const days = await daysync.days(task_id);
      expect(days.map(({ attempts }) => attempts)).toEqual(days.map(() => 1));
      expect(await dumpTable(daysync.database, 'weather_daily')).toBe(undisturbed);
      expect(await daysync.stop()).toBe(0);
    });
  });
}
