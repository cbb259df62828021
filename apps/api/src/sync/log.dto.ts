import type { CalendarDay } from '@daysync/progress';
import {
  ApiCount,
  ApiDay,
  ApiFlag,
  ApiInstant,
  ApiInstantOrNull,
  ApiModel,
  ApiOneOf,
  ApiPositive,
  ApiText,
  AskedIfAny,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import { Expected, ExpectedWrittenNumber } from '../config/expectation.js';
import { encodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { LOG_KINDS, type LogKind, type SyncLogEntry } from '../batches/sync-log.js';
import { BatchDaysQueryDto } from './sync.dto.js';

const MOST_ENTRIES = 10_000;
const DEFAULT_ENTRIES = 1_000;
const EXAMPLE_CURSOR = encodeDaysCursor(START, [{ lane: null, rev: 7 }]);

/** Something that has happened to a day or to its batch. */
export class LogEntryDto implements SyncLogEntry {
  @ApiInstant('When.') readonly at: string;
  @ApiDay('The day; null if it concerns the batch.', '2025-10-03') readonly day: CalendarDay | null;
  @ApiOneOf(LOG_KINDS, 'What happened.', 'failed_attempt') readonly kind: LogKind;
  @ApiPositive('Which attempt at the day.', 1, NULLABLE) readonly attempt: number | null;

  @ApiText(
    'The code of an error, the reason of a skip or of a requeue, what a wait is for (`retry`, `rate_limit`, `source`, `target`, `disk`, `database`), or how the batch ended.',
    'SOURCE_UNAVAILABLE',
    NULLABLE,
  )
  readonly code: string | null;

  @ApiText(
    'The error, for people, at most 500 characters; or the new range of an extended batch, as `start/end`.',
    null,
    NULLABLE,
  )
  readonly text: string | null;

  @ApiInstantOrNull('When a wait ends, if that is known.', null) readonly until: string | null;
  @ApiText('The name of the token that asked for it.', 'ana', NULLABLE) readonly by: string | null;
  @ApiCount('The rows that were written.', null, NULLABLE) readonly rows: number | null;
}

const areKinds = (value: unknown): boolean =>
  typeof value === 'string' && kindsIn(value)?.every((kind) => LOG_KINDS.includes(kind)) === true;

export class BatchLogQueryDto extends BatchDaysQueryDto {
  @AskedIfAny(
    Expected(`kinds separated by commas, of ${LOG_KINDS.join(', ')}`, areKinds, {
      value: { type: 'string', pattern: `^(${LOG_KINDS.join('|')})(,(${LOG_KINDS.join('|')}))*$` },
    }),
    'Only entries of these kinds, separated by commas. Default: all.',
    'failed_attempt,failed',
  )
  readonly kinds?: string;

  @AskedIfAny(
    ExpectedWrittenNumber(1, MOST_ENTRIES),
    'At most so many entries, the latest.',
    DEFAULT_ENTRIES,
    DEFAULT_ENTRIES,
  )
  readonly limit: number = DEFAULT_ENTRIES;
}

/** The kinds that a caller wants; null for all. */
export function kindsIn(kinds: string | undefined): readonly LogKind[] | null {
  return kinds === undefined ? null : (kinds.split(',') as LogKind[]);
}

export class BatchLogDto {
  @ApiModel([LogEntryDto], 'The entries, in the order of time.', [])
  readonly items: readonly LogEntryDto[];

  @ApiFlag('Whether earlier entries were left out.', false) readonly truncated: boolean;

  @ApiText('Send it as `since` to get only the days that change later. Opaque.', EXAMPLE_CURSOR)
  readonly cursor: string;
}
