import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { timed } from '../bench/in-turn.js';
import { startDaysync } from '../daysync-process.js';
import { besideFloor, expectAtMost, timesFloor } from '../machine-speed.js';
import { residentMb } from '../resident.js';
import { largeDays, weather } from '../scratch.js';
import { countRows } from '../target-table.js';

const ROWS = 1_000_000;
const DAY = { start_date: '2025-10-01', end_date: '2025-10-01', mode: 'all' };

const MOST_RESIDENT_MB = 300;
/** Three times the figures of the design: no poll is slow often, but some are, such as during the drop of the staged rows. */
const MOST_POLL = timesFloor(150);
const MOST_START = timesFloor(3_000);

it(`a day of ${ROWS} rows needs little memory, and delays neither polls nor other starts`, async () => {
  const daysync = await startDaysync({
    datasets: [largeDays('large', ROWS, 2), weather()],
    env: { MAX_ACTIVE_BATCHES: '2' },
  });
  const [polls, starts]: [number[], number[]] = [[], []];
  const [, floor] = await besideFloor(async () => {
    // The second run replaces all rows by others, the third one by the same.
    for (let times = 0; times < 3; times++) {
      const { task_id } = await daysync.startBatch({ ...DAY, dataset: 'large' });
      for (let day = 1; ; day++) {
        const begun = performance.now();
        const { finished_at } = await daysync.progress(task_id);
        polls.push(performance.now() - begun);
        if (finished_at !== null) break;
        if (day % 20 === 0) {
          const date = `2012-01-${String(1 + ((day / 20) % 28)).padStart(2, '0')}`;
          const other = { start_date: date, end_date: date, dataset: 'weather', mode: 'all' };
          starts.push(await timed(() => daysync.post('sync/batch', other)));
        }
        await sleep(1);
      }
    }
  });
  expect(await countRows(daysync.database, 'large')).toBe(ROWS);
  const figures = {
    rows: ROWS,
    resident_mb: Math.round(await residentMb(daysync, 'VmHWM')),
    worst_poll_ms: Math.round(Math.max(...polls)),
    worst_start_ms: Math.round(Math.max(...starts)),
    floor,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(figures.resident_mb).toBeLessThan(MOST_RESIDENT_MB);
  expectAtMost(MOST_POLL, figures.worst_poll_ms, floor.ms, 'the slowest poll');
  expectAtMost(MOST_START, figures.worst_start_ms, floor.ms, 'the slowest start');
});
