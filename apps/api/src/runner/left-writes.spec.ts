import path from 'node:path';
import { addDays, type CalendarDay } from '@daysync/progress';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../test/scratch.js';
import { writeDayError, type LastTry } from '../batches/store/sync-record.js';
import { toInstant } from '../config/clock.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { D1, D2, D3, makeDataset } from '../sync/sync.fixture.js';
import { StaleWriteError, TargetUnavailableError, type DayTarget } from '../targets/day-target.js';
import { openTarget } from '../targets/elsewhere/open-target.js';
import { EMPTY_FINGERPRINT } from '../targets/fingerprint.js';
import { OpenTargets } from '../targets/open-targets.js';
import { PreparedTargets } from '../targets/prepared-targets.js';
import { TargetRefusedError } from '../targets/target-rows.js';
import { placeOf } from '../targets/target.js';
import { ElsewhereWrites } from './elsewhere-writes.js';
import { ScratchInstallation } from './installation.fixture.js';
import { LeftWrites } from './left-writes.js';
import { beginWrite } from './unfinished-writes.js';

const TOKEN = 1;
const SIGNAL = new AbortController().signal;
const logger = pino({ level: 'silent' });

describe('writes elsewhere that no batch will finish', () => {
  let sync: ScratchInstallation;
  let open: OpenTargets;
  let left: LeftWrites | undefined;
  /** A folder that is not there, as of a server that was retired. */
  let away: Dataset;
  let reachable: Dataset;
  beforeEach(async () => {
    sync = await ScratchInstallation.open();
    const folder = await scratchFolder();
    const inFolder = (name: string, ...parts: readonly string[]): Dataset => {
      const place = path.join(folder, ...parts);
      return makeDataset({
        name,
        target: {
          ...{ table: name, columns: makeDataset().target.columns },
          place: { kind: 'parquet', path: place, writtenPath: name },
        },
      });
    };
    away = inFolder('a', 'mount', 'a');
    reachable = inFolder('b', 'b');
    open = new OpenTargets(openTarget);
  });
  afterEach(async () => {
    await left?.stop();
    left = undefined;
    await open.close();
    await sync.close();
  });

  const leftWritesOf = (datasets: readonly Dataset[], by = open): LeftWrites => {
    const targets = new PreparedTargets(sync.database, by, logger);
    const writes = new ElsewhereWrites(sync.database, by, targets, sync.clock);
    const catalog = new DatasetCatalog(datasets);
    left = new LeftWrites(sync.database, catalog, writes, sync.clock, logger);
    return left;
  };
  /** Leaves the outcome of a write, a while ago. */
  const leave = async ({ name, target }: Dataset, day: CalendarDay): Promise<void> => {
    const tried = { reason: null, rows: 1, fetched_rows: 1, quarantined_rows: 0, marks: null };
    const lastTry: LastTry = {
      ...{ ...tried, ...writeDayError(null), dataset: name, day, status: 'success', attempts: 1 },
      ...{ last_batch_id: 'batch', last_tried_at: toInstant(sync.clock.ms), duration_ms: 1 },
      ...{ target_version: 1, fingerprint: EMPTY_FINGERPRINT, synced_rows: 1 },
    };
    const outcome = {
      ...{ rows: 1, fingerprint: EMPTY_FINGERPRINT, durationMs: 1, marks: [] },
      ...{ verification: null, quarantined: null, lastTry, verified: null },
    };
    await sync.database.write('unfinished_write', ({ db }) =>
      beginWrite(db, {
        ...{ dataset: name, day, place: placeOf(target), batch_id: 'batch', token: TOKEN },
        ...{ outcome, begun_at: toInstant(sync.clock.ms - 120_000) },
      }),
    );
  };
  const write = (dataset: Dataset, day: CalendarDay): Promise<void> =>
    open.use(dataset.target, async (target) => {
      const { key } = await target.prepare();
      await target.replaceDay({ day, rows: [[1]], token: TOKEN, key: key ?? '' }, SIGNAL);
    });
  const unfinished = async (): Promise<readonly unknown[]> =>
    (
      await sync.database.read
        .selectFrom('unfinished_write')
        .select(['dataset', 'day'])
        .orderBy('dataset')
        .orderBy('day')
        .execute()
    ).map(({ dataset, day }) => [dataset, day]);
  const recorded = async (): Promise<readonly unknown[]> =>
    (
      await sync.database.read
        .selectFrom('sync_record')
        .select(['dataset', 'day', 'status'])
        .execute()
    ).map((row) => [row.dataset, row.day, row.status]);

  it('are finished, as far as their targets can be reached', async () => {
    // More than one round reads of a dataset.
    for (let n = 0; n <= 100; n += 1) await leave(away, addDays(D1, n));
    await leave(reachable, D1);
    await leave(reachable, D2);
    await write(reachable, D2);
    await leftWritesOf([away, reachable]).finishAll();
    const after = await unfinished();
    expect(after).toHaveLength(101);
    expect(after[0]).toEqual(['a', D1]);
    expect(after.at(-1)).toEqual(['a', addDays(D1, 100)]);
    // The rows of the other one are not in.
    expect(await recorded()).toEqual([['b', D2, 'success']]);
  });

  it('wait for a target that is away one at a time, and not for a day that is refused', async () => {
    const asked: unknown[] = [];
    const fence = (name: string, day: CalendarDay): Promise<number | null> => {
      asked.push([name, day]);
      if (name === 'a') throw new TargetUnavailableError('TARGET_UNREACHABLE', 'away');
      if (day === D1) throw new TargetRefusedError(name, 'a broken file', null);
      if (day === D2) throw new StaleWriteError(name, day, 1, 2);
      return Promise.resolve(TOKEN);
    };
    const fake = new OpenTargets(
      ({ table }) =>
        ({
          fence: (day) => fence(table, day),
          close: () => Promise.resolve(),
        }) as Partial<DayTarget> as DayTarget,
    );
    for (const day of [D3, D2, D1]) await leave(away, day);
    for (const day of [D3, D2, D1]) await leave(reachable, day);
    await leftWritesOf([away, reachable], fake).finishAll();
    expect(asked).toEqual([
      ['a', D1],
      ['b', D1],
      ['b', D2],
      ['b', D3],
    ]);
    expect(await unfinished()).toEqual([
      ['a', D1],
      ['a', D2],
      ['a', D3],
      ['b', D1],
    ]);
    expect(await recorded()).toEqual([['b', D3, 'success']]);
  });

  it('are settled once the datasets file has no target elsewhere any more', async () => {
    await leave(reachable, D1);
    leftWritesOf([makeDataset()]).start();
    await expect.poll(unfinished).toEqual([]);
    expect(await recorded()).toEqual([]);
  });
});
