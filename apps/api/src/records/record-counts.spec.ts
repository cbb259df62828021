import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addDays,
  isCovered,
  OUTCOMES,
  SKIP_REASONS,
  type CalendarDay,
  type Outcome,
  type SkipReason,
} from '@daysync/progress';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { AT, D1 } from '../sync/sync.fixture.js';
import { readTargetState, type TargetState } from '../targets/target-version.js';
import { countRecords } from './record-counts.js';
import { writeRecords } from './sync-records.fixture.js';
import { EVERY_DAY } from '../datasets/expected/expected-days.js';

interface RecordCase {
  readonly day: CalendarDay;
  readonly status: Outcome;
  readonly reason: SkipReason | null;
  readonly last_success_at: string | null;
}

/** One day of each kind that can be written, the latest first. */
const DAYS: readonly RecordCase[] = OUTCOMES.flatMap((status) =>
  [null, ...SKIP_REASONS].flatMap((reason) =>
    [null, AT].map((last_success_at) => ({ status, reason, last_success_at })),
  ),
).map((known, index) => ({ ...known, day: addDays(D1, -index) }));

let sync: ScratchInstallation;
let target: TargetState;
beforeAll(async () => {
  sync = await ScratchInstallation.open();
  target = await readTargetState(sync.database.read, 'sqlite', sync.dataset);
  const records = DAYS.map((known) => ({
    ...{ ...known, rows: null, duration_ms: null },
    target_version: known.last_success_at === null ? null : 1,
  }));
  await writeRecords(sync.database, records);
});
afterAll(() => sync.close());

const daysOf = (records: readonly RecordCase[]): CalendarDay[] =>
  records.map(({ day }) => day).sort();
const wasSynced = ({ last_success_at }: RecordCase): boolean => last_success_at !== null;

describe('the counts of records', () => {
  it('count as covered the same days as the search for gaps', async () => {
    const { covered } = await countRecords(sync.database.read, 'readings', target, EVERY_DAY);
    const expected = DAYS.filter((known) =>
      isCovered({ synced: wasSynced(known), reason: known.reason }),
    );
    expect(covered).toEqual(daysOf(expected));
    expect(covered.length).toBeLessThan(DAYS.length);
  });

  it('are those of the days one by one', async () => {
    const synced = daysOf(DAYS.filter(wasSynced));
    const failed = daysOf(DAYS.filter(({ status }) => status === 'failed'));
    expect(await countRecords(sync.database.read, 'readings', target, EVERY_DAY)).toMatchObject({
      first_synced: synced[0],
      last_synced: synced.at(-1),
      synced: synced.length,
      succeeded: synced.length,
      failed: failed.length,
      empty: DAYS.filter(({ reason }) => reason === 'no_data').length,
      last_failed: failed.at(-1),
    });
  });

  it('are none where there is no record', async () => {
    expect(await countRecords(sync.database.read, 'nothing', target, EVERY_DAY)).toEqual({
      first_synced: null,
      last_synced: null,
      synced: 0,
      succeeded: 0,
      failed: 0,
      empty: 0,
      ever_synced: null,
      covered: [],
      failures_without_rows: [],
      unusual: [],
      drifted: [],
      without_rows: [],
      last_failed: null,
      last_success: null,
    });
  });
});
