import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays, calendarDay, type CalendarDay, type DayRange } from '@daysync/progress';
import type { KyselyPlugin } from 'kysely';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { AT, D1, makeDataset } from '../sync/sync.fixture.js';
import { askedRange, CalendarService } from './calendar.service.js';
import { writeRecords } from './sync-records.fixture.js';

const LIMIT = 10;

function rangeOf(start: string, end: string): DayRange {
  return { start_date: calendarDay(start), end_date: calendarDay(end) };
}
const RECORDED = rangeOf('2012-01-01', '2012-01-08');

/** The range that a query with these ends means. */
function asked(
  start: string | undefined,
  end: string | undefined,
  recorded: DayRange | null,
): unknown {
  const query = {
    ...(start === undefined ? {} : { start_date: calendarDay(start) }),
    ...(end === undefined ? {} : { end_date: calendarDay(end) }),
  };
  return askedRange(query, recorded, LIMIT);
}

describe('the range of a calendar', () => {
  const DECADES = rangeOf('1990-01-01', '2012-01-20');
  const MILLENNIA = rangeOf('0001-01-01', '9999-12-31');
  const ANY = undefined;

  it('is that of the records where nothing is asked for', () => {
    expect(asked(ANY, ANY, RECORDED)).toEqual(RECORDED);
    expect(asked(ANY, ANY, null)).toBeNull();
  });

  const [asAsked, toLast] = ['is what is asked for, however wrong', 'ends with the last record'];
  const [fromFirst, most] = ['starts with the first record', 'has no more days than it may have'];
  it.each([
    [asAsked, '2013-01-09', '2013-01-01', RECORDED, '2013-01-09', '2013-01-01'],
    [asAsked, '2013-01-01', '2013-01-09', null, '2013-01-01', '2013-01-09'],
    [toLast, '2012-01-03', ANY, RECORDED, '2012-01-03', '2012-01-08'],
    [`${toLast}, or with a later start`, '2012-02-01', ANY, RECORDED, '2012-02-01', '2012-02-01'],
    ['ends with its start without one', '2012-02-01', ANY, null, '2012-02-01', '2012-02-01'],
    [fromFirst, ANY, '2012-01-03', RECORDED, '2012-01-01', '2012-01-03'],
    [
      `${fromFirst}, or with an earlier end`,
      ANY,
      '2011-12-01',
      RECORDED,
      '2011-12-01',
      '2011-12-01',
    ],
    ['starts with its end without one', ANY, '0001-01-03', null, '0001-01-03', '0001-01-03'],
    [most, ANY, ANY, DECADES, '2012-01-11', '2012-01-20'],
    [most, ANY, '0001-01-05', MILLENNIA, '0001-01-01', '0001-01-05'],
    [most, '1990-01-01', ANY, DECADES, '1990-01-01', '1990-01-10'],
    [most, '2012-01-11', ANY, DECADES, '2012-01-11', '2012-01-20'],
    [most, '9999-12-30', ANY, MILLENNIA, '9999-12-30', '9999-12-31'],
  ])('%s: from %s to %s', (_, from, to, recorded, start, end) => {
    expect(asked(from, to, recorded)).toEqual(rangeOf(start, end));
  });
});

describe('a calendar that is read while a batch runs', () => {
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await ScratchInstallation.open();
  });
  afterEach(() => sync.close());

  const addRecord = (day: CalendarDay): Promise<void> =>
    writeRecords(sync.database, [{ day, last_success_at: AT, target_version: 1 }]);

  it('is of one state: no day is missing that the batch has just synced', async () => {
    await addRecord(D1);
    let reads = 0;
    const afterEachRead: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        reads += 1;
        await addRecord(addDays(D1, reads));
        return result;
      },
    };
    const service = new CalendarService(
      { dialect: 'sqlite', longRead: sync.database.longRead.withPlugin(afterEachRead) },
      new DatasetCatalog([makeDataset()]),
      { refuseUnknown: () => Promise.resolve(null) },
      { maxRangeDays: LIMIT },
      { now: () => Date.parse(AT) },
    );
    const range = { start_date: D1, end_date: addDays(D1, LIMIT - 1) };
    const result = await service.show(range);
    expect(reads).toBeGreaterThan(2);
    expect(result).toMatchObject({
      kind: 'found',
      calendar: { synced: 1, gaps: { count: 0 }, items: [{ day: D1 }] },
    });
  });
});
