// A day of few, large rows: memory and polls are bounded by bytes, on both databases.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../databases.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { besideFloor, expectAtMost, MOST_HELD } from '../machine-speed.js';
import { residentMb } from '../resident.js';
import { providerSource, type DatasetYaml } from '../scratch.js';

const ROWS = 8_000;
const ROW_BYTES = 60_000;
const MOST_RESIDENT_MB = 300;
const LARGEST_BYTES = 16 * 1_024 * 1_024;
const DAY = { start_date: '2025-10-01', end_date: '2025-10-01', mode: 'all' };

const of = (name: string, options: Readonly<Record<string, number>>): DatasetYaml => ({
  name,
  timeout_seconds: 3_600,
  source: providerSource('large-day', { ...options, editions: 2 }),
  target: { table: name, columns: { n: 'integer', note: 'text' } },
});

/** Syncs the day twice, so that all rows are replaced by others, and polls all the time: no poll is held. */
async function expectPolled(daysync: DaysyncProcess, dataset: string): Promise<void> {
  for (let run = 0; run < 2; run++) {
    const [worst, floor] = await besideFloor(() => slowestPoll(daysync, dataset));
    process.stdout.write(`${JSON.stringify({ dataset, worst_poll_ms: worst, floor })}\n`);
    expectAtMost(MOST_HELD, worst, floor.ms, 'the slowest poll');
  }
}

async function slowestPoll(daysync: DaysyncProcess, dataset: string): Promise<number> {
  const { task_id } = await daysync.startBatch({ ...DAY, dataset });
  for (let worst = 0; ;) {
    const begun = performance.now();
    const { finished_at, success } = await daysync.progress(task_id);
    worst = Math.max(worst, performance.now() - begun);
    if (finished_at === null) {
      await sleep(1);
      continue;
    }
    expect(success).toBe(1);
    return worst;
  }
}

describe.each(DIALECTS)('on %s', (dialect) => {
  const make = scratchDatabases();

  async function start(dataset: DatasetYaml): Promise<DaysyncProcess> {
    const url = await make(dialect);
    return startDaysync({ datasets: [dataset], env: url === null ? {} : { DATABASE_URL: url } });
  }

  it(`a day of ${ROWS} rows of ${ROW_BYTES} bytes needs little memory and delays no poll`, async () => {
    const daysync = await start(of('large_rows', { rows: ROWS, bytes: ROW_BYTES }));
    await expectPolled(daysync, 'large_rows');
    const resident_mb = Math.round(await residentMb(daysync, 'VmHWM'));
    process.stdout.write(`${JSON.stringify({ dialect, resident_mb })}\n`);
    expect(resident_mb).toBeLessThan(MOST_RESIDENT_MB);
  });

  it('one row of 16 MiB is written and replaced', async () => {
    const daysync = await start(of('large_row', { rows: 1, bytes: LARGEST_BYTES }));
    await expectPolled(daysync, 'large_row');
    const { items } = (await daysync.data('datasets/large_row/days/2025-10-01/rows')) as {
      readonly items: readonly { readonly note: string }[];
    };
    expect(items.map(({ note }) => note.length)).toEqual([LARGEST_BYTES]);
  });
});
