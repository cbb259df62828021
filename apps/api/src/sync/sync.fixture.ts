import { csvFile } from '../sources/file/csv-file.fixture.js';
import { calendarDay } from '@daysync/progress';
import type { Dataset } from '../datasets/file/dataset.js';
import { EMPTY_FINGERPRINT } from '../targets/fingerprint.js';
import type { SourceErrorKind, FetchedDay } from '../sources/day-source.js';
export const AT = '2025-10-17T16:00:00.000Z';
export const D1 = calendarDay('2025-10-01');
export const D2 = calendarDay('2025-10-02');
export const D3 = calendarDay('2025-10-03');

/** A dataset of one column; specs override what they are about. */
export function makeDataset(overrides: Partial<Dataset> = {}): Dataset {
  return {
    name: 'readings',
    title: { zh: '读数', en: 'Readings' },
    source: csvFile('/none.csv', { writtenPath: 'none.csv' }),
    target: {
      table: 'readings',
      columns: [{ name: 'value', from: 'value', type: 'integer', nullable: false }],
    },
    throttle: null,
    schedule: null,
    expected: null,
    freshBy: null,
    timeZone: 'UTC',
    concurrency: 1,
    timeoutSeconds: 60,
    attempts: 3,
    pauseAfterFailures: 20,
    onEmpty: 'skip',
    onBadRow: null,
    checks: null,
    variables: {},
    fingerprint: 'f1',
    ...overrides,
  };
}

/** An attempt that failed. */
export function failedWith(
  errorKind: SourceErrorKind,
  {
    code = 'BROKEN',
    column = null,
    retryAfterMs = null,
  }: { code?: string; column?: string | null; retryAfterMs?: number | null } = {},
): FetchedDay {
  const error = { code, text: `${code} happened`, row: null, column };
  return { kind: 'error', error, errorKind, retryAfterMs };
}

export function rowsOf(...values: number[]): FetchedDay {
  return { kind: 'rows', rows: values.map((value) => [value]), fingerprint: EMPTY_FINGERPRINT };
}
