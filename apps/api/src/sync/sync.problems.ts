import type { CalendarDay } from '@daysync/progress';
import { describeReceived } from '../config/received.js';
import { unknownDatasetProblem } from '../datasets/datasets.controller.js';
import { Problem } from '../http/problems/problem.js';
import { refuseOrder, type Refusal, type Refused } from './refusal.js';

interface DayFilter {
  readonly start_date?: CalendarDay;
  readonly end_date?: CalendarDay;
}

const STREAM_RETRY_SECONDS = 2;
const RESTART_SECONDS = 1;
/** A process follows the newest datasets file within this time, if it can. */
const RELOAD_SECONDS = 5;

const PROBLEMS: { readonly [Kind in Refusal['kind']]: (refused: Refused<Kind>) => Problem } = {
  unknown_dataset: unknownDatasetProblem,
  no_schedule: ({ dataset }) =>
    new Problem('NO_SCHEDULE', `expected a dataset with a schedule, ${dataset} has none`),
  range_reversed: ({ start, end }) =>
    new Problem('RANGE_REVERSED', `expected end_date on or after ${start}, got ${end}`),
  range_too_large: ({ areExpected, days, limit }) =>
    new Problem(
      'RANGE_TOO_LARGE',
      areExpected
        ? `expected at most ${limit} expected days (MAX_RANGE_DAYS=${limit}), got ${days}`
        : `expected at most ${limit} days (MAX_RANGE_DAYS=${limit}), got ${days}`,
      { limit },
    ),
  range_shrinks: ({ asked, has }) =>
    new Problem(
      'RANGE_SHRINKS',
      `expected a range that includes ${has.start} to ${has.end}, got ${asked.start} to ${asked.end}`,
    ),
  chosen_days: () =>
    new Problem(
      'BATCH_NOT_EXTENDABLE',
      'expected a batch that was started over a range, got one with chosen days, such as a retry',
    ),
  no_new_date: () => {
    const [expected, received] = ['start_date, end_date or both', 'neither'];
    return new Problem('VALIDATION_FAILED', `expected ${expected}, got ${received}`, {
      errors: [{ pointer: '', expected, received }],
    });
  },
  verify_in_other_mode: ({ mode }) => {
    const [expected, received] = ['verify only with the mode verify', `the mode ${mode}`];
    return new Problem('VALIDATION_FAILED', `expected ${expected}, got ${received}`, {
      errors: [{ pointer: '/verify', expected, received }],
    });
  },
  overlaps: ({ dataset, batchId }) =>
    new Problem(
      'BATCH_OVERLAPS',
      `expected days that no active batch of ${dataset} has, ${batchId} has some of them`,
      { task_id: batchId },
    ),
  outdated_dataset: ({ dataset }) =>
    new Problem(
      'DATASETS_OUTDATED',
      `expected ${dataset} as in the newest datasets file, and this process has not loaded that yet`,
      {},
      RELOAD_SECONDS,
    ),
  key_reused: () =>
    new Problem(
      'IDEMPOTENCY_KEY_REUSED',
      'expected the request that this Idempotency-Key came with before, got another one',
    ),
  plan_changed: ({ expected }) =>
    new Problem('PLAN_CHANGED', `expected the plan ${expected}, it has changed since its preview`),
  parent_active: ({ state }) =>
    new Problem('BATCH_STATE', `expected a batch that has ended, got one that is ${state}`, {
      state,
    }),
  nothing_left: ({ parent, codes }) => {
    const which = codes === null ? '' : ' with one of these codes';
    return new Problem(
      'NOTHING_TO_RETRY',
      `expected days of ${parent} that are still failed${which}, got none`,
    );
  },
  none_in_quarantine: ({ dataset, codes }) => {
    const which = codes === null ? '' : ' with one of these codes';
    return new Problem(
      'NOTHING_TO_RETRY',
      `expected days of ${dataset} with rows in quarantine${which}, got none`,
    );
  },
  none_recorded: ({ dataset }) =>
    new Problem('NOTHING_TO_RETRY', `expected days of ${dataset} that have a record, got none`),
  nothing_to_accept: ({ dataset, day }) =>
    new Problem('NOTHING_TO_ACCEPT', `expected a marked day of ${dataset}, ${day} is not marked`),
  nothing_to_settle: ({ dataset, start_date, end_date }) =>
    new Problem(
      'NOTHING_TO_SETTLE',
      `expected missing days of ${dataset} from ${start_date} to ${end_date}, got none`,
    ),
  unknown_batch: ({ batchId }) =>
    new Problem('BATCH_NOT_FOUND', `there is no batch ${JSON.stringify(batchId.slice(0, 100))}`),
  wrong_state: ({ state, verb }) =>
    new Problem('BATCH_STATE', `can't ${verb} a batch that is ${state}`, { state }),
  unknown_cursor: ({ cursor }) => {
    const [expected, received] = ['the `cursor` of an earlier answer', describeReceived(cursor)];
    return new Problem('VALIDATION_FAILED', `since: expected ${expected}, got ${received}`, {
      errors: [{ pointer: '/since', expected, received }],
    });
  },
  too_many_streams: ({ open, limit }) =>
    new Problem(
      'STREAMS_EXHAUSTED',
      `expected at most ${limit} open event streams, got ${open}`,
      { limit },
      STREAM_RETRY_SECONDS,
    ),
  too_many_own_streams: ({ limit }) =>
    new Problem(
      'RATE_LIMITED',
      `expected at most ${limit} open event streams of one caller`,
      { limit },
      STREAM_RETRY_SECONDS,
    ),
  stopping: () => new Problem('STOPPING', 'the program is stopping', {}, RESTART_SECONDS),
};

/** @throws {Problem} `RANGE_REVERSED` where a filter ends before it starts */
export function refuseReversed({ start_date: start, end_date: end }: DayFilter): void {
  const refused = refuseOrder(start, end);
  if (refused !== null) throw problemOf(refused);
}

/**
 * What a service returned, for an answer.
 * @throws {Problem} the one of its kind where it is a refusal
 */
export function orProblem<Result extends { readonly kind: string }>(
  result: Result,
): Exclude<Result, Refusal> {
  if (isRefusal(result)) throw problemOf(result);
  return result as Exclude<Result, Refusal>;
}

function isRefusal(result: { readonly kind: string }): result is Refusal {
  return Object.hasOwn(PROBLEMS, result.kind);
}

function problemOf<Kind extends Refusal['kind']>(refused: Refused<Kind>): Problem {
  return PROBLEMS[refused.kind](refused);
}
