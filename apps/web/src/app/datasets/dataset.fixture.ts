import { calendarDay } from '@daysync/progress';
import type { Dataset } from '../api/wire';

/** A dataset of which nothing needs a person. */
export const NO_ATTENTION: Dataset['attention'] = {
  ...{ needed: false, rank: null, late: false, uncovered_days: 0, unusual_days: 0 },
  ...{ quarantined_rows: 0, drifted_days: 0 },
};

/** A dataset without synced days, with the changes of a spec. */
export function datasetOf(changes: Partial<Dataset> = {}): Dataset {
  return {
    name: 'weather',
    title: { zh: '西雅图与纽约天气', en: 'Seattle and New York weather' },
    source: { kind: 'csv', path: 'data/weather.csv', day_column: 'date' },
    target: {
      kind: 'table',
      table: 'weather_daily',
      place: 'weather_daily',
      health: null,
      columns: [{ name: 'wind', from: 'wind', type: 'real', nullable: false }],
    },
    expected: null,
    freshness: null,
    time_zone: 'America/Los_Angeles',
    concurrency: 1,
    timeout_seconds: 60,
    attempts: 3,
    pause_after_failures: 20,
    on_empty: 'skip',
    quarantine: null,
    throttle: null,
    source_days: null,
    source_error: null,
    unreadable_rows: { count: 0, quarantined: 0, found_at: null, items: [] },
    schedule: null,
    coverage: coverageOf(),
    attention: NO_ATTENTION,
    ...changes,
  };
}

/** A daily schedule in Shanghai that runs next on 10 May, with the changes of a spec. */
export function dailyInShanghai(
  changes: Partial<NonNullable<Dataset['schedule']>> = {},
): NonNullable<Dataset['schedule']> {
  return {
    cron: '30 6 * * *',
    time_zone: 'Asia/Shanghai',
    lookback_days: 3,
    recheck_days: [],
    mode: 'missing_and_failed',
    next_runs: ['09', '10', '11', '12'].map((day) => `2026-05-${day}T22:30:00.000Z`),
    last_run: null,
    paused: null,
    ...changes,
  };
}

/** The coverage of a dataset without synced days, with the changes of a spec. */
export function coverageOf(changes: Partial<Dataset['coverage']> = {}): Dataset['coverage'] {
  return {
    first_synced: null,
    last_synced: null,
    synced: 0,
    failed: 0,
    empty: 0,
    behind: 0,
    elsewhere: null,
    incomplete: null,
    gaps: { count: 0, days: 0, first: null, range: null },
    last_batch: null,
    last_failure: null,
    last_success: null,
    ...changes,
  };
}

/** Two gaps between the first days of March 2012. */
export const TWO_GAPS: Dataset['coverage']['gaps'] = {
  count: 2,
  days: 3,
  first: { start_date: calendarDay('2012-03-04'), end_date: calendarDay('2012-03-05') },
  range: { start_date: calendarDay('2012-03-04'), end_date: calendarDay('2012-03-09') },
};
