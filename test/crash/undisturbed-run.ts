// The reference of every crashed run: the same range of the same source in another folder, undisturbed.
import path from 'node:path';
import { startDaysync } from '../daysync-process.js';
import { birdstrikes, scratchFolder, STRIKES_CSV, TOP, type DatasetYaml } from '../scratch.js';
import { dumpTable } from '../target-table.js';
import type { DateRange } from '../wire.js';
import { CallLog } from './call-log.js';
import type { CountingOptions } from './counting-source.js';
import { readDatabase } from './database-state.js';
import type { UndisturbedRun } from './invariants.js';

export const TABLE = 'birdstrikes';

export function countedStrikes(
  options: Omit<CountingOptions, 'csv'>,
  changes: Partial<DatasetYaml> = {},
): DatasetYaml {
  return birdstrikes({
    on_bad_row: { quarantine: 100 },
    source: {
      kind: 'provider',
      module: path.join(TOP, 'test/crash/counting-source.ts'),
      options: { csv: STRIKES_CSV, ...options },
    },
    ...changes,
  });
}

/** Runs the range once, and checks the result of this run itself. */
export async function undisturbedRun(range: DateRange): Promise<UndisturbedRun> {
  const folder = await scratchFolder();
  const calls = new CallLog(path.join(folder, 'calls.txt'));
  const dataset = countedStrikes({ calls: calls.file });
  const daysync = await startDaysync({ folder, datasets: [dataset] });
  const { total, failed, status } = await daysync.sync({ ...range, mode: 'all' });
  await daysync.stop();
  const { days, target, quarantine } = readDatabase(daysync.databaseFile, TABLE);
  const fetched = calls.readNew().map(({ day }) => day);
  const planned = days.map(({ day }) => day);
  if (status !== 'completed' || failed > 0 || planned.length !== total) {
    throw new Error(
      `expected an undisturbed run of ${total} days, got ${status}, ${failed} failed`,
    );
  }
  if (fetched.join() !== planned.join()) {
    throw new Error(`expected one fetch a day in order, got ${fetched.length} for ${total} days`);
  }
  if (quarantine.size === 0) throw new Error('expected rows in quarantine, got none');
  return { days, target, quarantine, dump: await dumpTable(daysync.databaseFile, TABLE) };
}
