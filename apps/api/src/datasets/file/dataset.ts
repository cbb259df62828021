import type { Target } from '../../targets/target.js';
import type { FreshBy } from '../expected/deadlines.js';
import type { Expectation } from '../expected/expected-days.js';
import type { Checks } from './checks.js';
import type { OnBadRow } from './on-bad-row.js';
import type { Schedule } from './schedule.js';
import type { SourceConfig } from './source-kinds.js';
import type { RowTest } from '../../sources/rows/row-filter.js';
import type { RowReading } from '../../sources/rows/row-reader.js';
import { PLAIN_VALUES } from '../../sources/values/value-dialect.js';
import type { DatasetVariables } from '../../config/redact.js';

export const ON_EMPTY = ['skip', 'fail', 'success'] as const;
/** What a day without rows becomes. */
export type OnEmpty = (typeof ON_EMPTY)[number];

/** One configured pair of a source and a target table. Frozen, validated, with every default filled in. */
export interface Dataset {
  readonly name: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly source: SourceConfig;
  readonly target: Target;
  /** What a row has to pass to be one of the dataset's. @default every row is */
  readonly where?: readonly RowTest[];
  /** The name that the dataset has had: a start moves its records to the new one. */
  readonly renamedFrom?: string;
  /** Source days start evenly spaced; null without a limit. */
  readonly throttle: { readonly daysPerMinute: number } | null;
  /** When its batches start by themselves; null for one that has to be asked. */
  readonly schedule: Schedule | null;
  /** Which days are expected to have data; null for every day. */
  readonly expected: Expectation | null;
  /** By when its days have to be synced; null without a deadline. */
  readonly freshBy: FreshBy | null;
  /** IANA name: which day is today, and when a day begins and ends. */
  readonly timeZone: string;
  /** Days at a time. */
  readonly concurrency: number;
  /** Per attempt. */
  readonly timeoutSeconds: number;
  /** Of a day: failed requests of one attempt count as well. */
  readonly attempts: number;
  /** A batch pauses by itself after so many days that failed with the same code and column; 0 for never. */
  readonly pauseAfterFailures: number;
  readonly onEmpty: OnEmpty;
  /** What becomes of rows that don't fit. */
  readonly onBadRow: OnBadRow;
  /** What its rows are checked for before a day is written; null for nothing. */
  readonly checks: Checks | null;
  /** What its file takes from the environment: no error says it. */
  readonly variables: DatasetVariables;
  /** A hash of what decides the dataset's rows; a batch keeps it. */
  readonly fingerprint: string;
}

/** The least time between the starts of two days of a dataset, in milliseconds; 0 for none. */
export function spacingOf({ throttle }: Pick<Dataset, 'throttle'>): number {
  return throttle === null ? 0 : 60_000 / throttle.daysPerMinute;
}

/** How the rows of a dataset are read. */
export function rowReading({
  source,
  target,
  where = [],
  onBadRow,
}: Pick<Dataset, 'source' | 'target' | 'where' | 'onBadRow'>): RowReading {
  // The rows of these are values, not texts.
  const hasValues = source.kind === 'provider' || source.kind === 'parquet';
  const dialect = hasValues ? null : (source.values ?? PLAIN_VALUES);
  return { columns: target.columns, where, dialect, goesOn: onBadRow !== null };
}
