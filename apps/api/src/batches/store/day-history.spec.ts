import { addDays, calendarDay } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import { testsOn } from '../../../../../test/tests-on.js';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import type { SyncRecordRow } from '../../database/schema.js';
import { DayHistory, figuresOf } from './day-history.js';
import { writeDayError } from './sync-record.js';

const scratch = migratedDatabases();
const DAY = calendarDay('2025-10-06');
const MARK = JSON.stringify([{ kind: 'unusual', of: 'rows' }]);

describe.each(DIALECTS)('the days of the same weekday, on %s', (dialect) => {
  const it = testsOn(dialect);
  let sync: ScratchInstallation;
  let history: DayHistory;
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect));
    history = new DayHistory(sync.database);
  });
  afterEach(() => sync.close());

  async function record(weeks: number, changes: Partial<SyncRecordRow> = {}): Promise<void> {
    await sync.database.write('probe', async ({ db }) => {
      await db
        .insertInto('sync_record')
        .values({
          ...{ dataset: 'readings', day: addDays(DAY, -7 * weeks), status: 'success' },
          ...{ reason: null, rows: weeks, synced_rows: weeks },
          ...{ attempts: 1, duration_ms: 10 * weeks },
          ...{ last_batch_id: 'b', last_tried_at: 't', last_success_at: 't', target_version: 1 },
          ...writeDayError(null),
          ...changes,
        })
        .execute();
    });
  }
  const both = async () => [
    await history.sameWeekday('readings', DAY),
    await history.recentSameWeekday('readings', DAY),
  ];

  it('are those that succeeded, the latest first, within a year, and recent ones within twelve weeks', async () => {
    for (const weeks of [3, 1, 12, 13, 52, 53]) await record(weeks);
    await record(2, { status: 'failed', last_success_at: null, rows: null, synced_rows: null });
    await record(4, { dataset: 'others' });
    await record(0);
    for (const before of [1, 8, 13]) await record(5, { day: addDays(DAY, -before) });
    const [all = [], recent = []] = await both();
    expect(all.map(({ rows }) => rows)).toEqual([1, 3, 12, 13, 52]);
    expect(recent.map(({ rows }) => rows)).toEqual([1, 3, 12]);
  });

  it('have the rows of their last success, and the duration only of a success', async () => {
    await record(1, { status: 'failed', rows: null, synced_rows: 8 });
    await record(2, { synced_rows: null });
    const [past = []] = await both();
    expect(figuresOf('rows', past).map(({ value }) => value)).toEqual([8, 2]);
    expect(figuresOf('duration', past).map(({ value }) => value)).toEqual([20]);
  });

  it('are unusual while they are marked for that figure, and not accepted', async () => {
    await record(1, { marks: MARK });
    await record(2, { marks: MARK, accepted_at: 't' });
    await record(3, { marks: JSON.stringify([{ kind: 'check_warned', of: 'rows.min' }]) });
    await record(4, { marks: JSON.stringify([{ kind: 'check_warned', of: 'unique' }]) });
    await record(5, { marks: JSON.stringify([{ kind: 'unusual', of: 'duration' }]) });
    const [past = []] = await both();
    const unusual = (figure: 'rows' | 'duration') =>
      figuresOf(figure, past).map((day) => day.unusual);
    expect(unusual('rows')).toEqual([true, false, true, false, false]);
    expect(unusual('duration')).toEqual([false, false, false, false, true]);
  });

  it('are read once for a week, until a day is accepted', async () => {
    await record(1);
    expect(await history.recentSameWeekday('readings', DAY)).toHaveLength(1);
    await record(2);
    expect(await history.recentSameWeekday('readings', DAY)).toHaveLength(1);
    expect(await history.sameWeekday('readings', DAY)).toHaveLength(2);
    history.forget();
    expect(await history.recentSameWeekday('readings', DAY)).toHaveLength(2);
  });

  it('are none before the first days that there are', async () => {
    const first = calendarDay('0001-01-01');
    for (let index = 0; index < 15; index += 1) {
      expect(await history.sameWeekday('readings', addDays(first, index))).toEqual([]);
      expect(await history.recentSameWeekday('readings', addDays(first, index))).toEqual([]);
    }
  });
});
