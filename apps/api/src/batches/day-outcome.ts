import type { DayWait } from '../database/schema.js';
import type { OnEmpty } from '../datasets/file/dataset.js';
import type { DayErrorCode } from '../sources/day-errors.js';
import type { DayError, FetchedDay } from '../sources/day-source.js';
import type { Outcome, VerifyAction } from '@daysync/progress';
import { findingText, type DayFinding } from './day-finding.js';

/** How a day ended that was tried. */
export type DayOutcome =
  | { readonly state: 'success'; readonly rows: number }
  | { readonly state: 'skipped'; readonly reason: 'no_data' | 'cancelled' | 'unchanged' }
  | { readonly state: 'failed'; readonly error: DayError };

/** What a comparison of source, record and target has found. */
export type Verification =
  | {
      readonly kind: 'unchanged';
      /** Of source and target alike. */
      readonly rows: number;
      readonly fingerprint: string;
      /** That of the target; null for a day that is in none. */
      readonly version: number | null;
    }
  | {
      readonly kind: 'changed';
      readonly finding: DayFinding;
      /** What is done about it. */
      readonly action: VerifyAction;
    };

/** What an attempt leads to: an outcome, or another attempt later. */
export type DayVerdict =
  | DayOutcome
  /** It waits for its next attempt. */
  | {
      readonly state: 'waiting';
      readonly waitsFor: Exclude<DayWait, 'source'>;
      readonly waitMs: number;
      readonly error: DayError;
    }
  /** Its source is down, or its attempts are used up: the next days decide what becomes of this one. */
  | { readonly state: 'deferred'; readonly error: DayError };

export interface Attempt {
  readonly fetched: FetchedDay;
  readonly onEmpty: OnEmpty;
  /** Whether the target has rows of this day from an earlier success. */
  readonly hadRows: boolean;
  /** The number of this attempt, and how many are allowed. */
  readonly attempt: number;
  readonly attempts: number;
  /** What a comparison of the day has found; absent for a day that is synced, not verified. */
  readonly verification?: Verification | undefined;
  /** Why its rows may not be written; absent or null where its checks allow it. */
  readonly checkFailure?: DayError | null | undefined;
  /** The delay after so many attempts, in milliseconds. */
  readonly backoffMs: (attempts: number) => number;
}

/** A shorter server-requested delay is raised to this, so that no tight loop comes about. */
const SHORTEST_WAIT_MS = 1_000;
/** A longer server-requested delay is cut to this. */
export const LONGEST_WAIT_MS = 86_400_000;

export function decideDay(attempt: Attempt): DayVerdict {
  const verdict = decideAttempt(attempt);
  const { checkFailure = null } = attempt;
  // A day that is not written keeps what else is said of it.
  if (verdict.state !== 'success' || checkFailure === null) return verdict;
  return { state: 'failed', error: checkFailure };
}

function decideAttempt(attempt: Attempt): DayVerdict {
  const { fetched, onEmpty, hadRows, verification } = attempt;
  if (verification?.kind === 'unchanged') return { state: 'skipped', reason: 'unchanged' };
  if (fetched.kind === 'counted') throw new TypeError('expected the rows of a day that differs');
  if (fetched.kind === 'written') return { state: 'success', rows: fetched.count };
  if (fetched.kind === 'error') return decideError(fetched, attempt);
  if (fetched.kind === 'no_room') {
    const { error, what } = fetched;
    return { state: 'waiting', waitsFor: what, waitMs: SHORTEST_WAIT_MS, error };
  }
  if (verification?.action === 'report') {
    const { finding } = verification;
    return fail(finding.code, findingText(finding));
  }
  const rows = countRows(fetched);
  if (rows > 0 || onEmpty === 'success') return { state: 'success', rows };
  const bad = fetched.quarantined?.count ?? 0;
  // The source never had rows: those that were written into the target by hand go, and the day stays what it was.
  if (verification?.finding.code === 'TARGET_CHANGED') return withoutRows(bad);
  const none = bad === 0 ? 'the source has none' : `none of the ${bad} of the source fits`;
  if (onEmpty === 'fail') {
    return fail('EMPTY_DAY', `expected at least one row (on_empty: fail), and ${none}`);
  }
  if (hadRows) {
    return fail(
      'EMPTY_DAY_HAD_ROWS',
      `expected rows, as the day had some before, and ${none} now; the rows of before are kept`,
    );
  }
  return withoutRows(bad);
}

/** @param bad how many rows of the source don't fit */
function withoutRows(bad: number): DayOutcome {
  return bad === 0 ? { state: 'skipped', reason: 'no_data' } : { state: 'success', rows: 0 };
}

/** Whether the rows of a day in the target are replaced: also by none, where a day without data is repaired. */
export function replacesRows(verdict: DayVerdict, verification: Verification | undefined): boolean {
  const isEmptied = verdict.state === 'skipped' && verification?.kind === 'changed';
  return verdict.state === 'success' || (isEmptied && verdict.reason === 'no_data');
}

function decideError(
  { error, errorKind, retryAfterMs }: Extract<FetchedDay, { kind: 'error' }>,
  { attempt, attempts, backoffMs }: Attempt,
): DayVerdict {
  switch (errorKind) {
    case 'lasting':
      return { state: 'failed', error };
    case 'source_wide':
      return { state: 'deferred', error };
    case 'passing': {
      const limited = retryAfterMs !== null;
      if (!limited && attempt >= attempts) return { state: 'deferred', error };
      return limited
        ? {
            state: 'waiting',
            waitsFor: 'rate_limit',
            waitMs: Math.min(Math.max(retryAfterMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS),
            error,
          }
        : { state: 'waiting', waitsFor: 'retry', waitMs: backoffMs(attempt), error };
    }
  }
}

/** The outcome in a batch that is cancelling: the day is not tried again. */
export function decideCancelled(verdict: DayVerdict): DayOutcome {
  switch (verdict.state) {
    case 'waiting':
      return { state: 'skipped', reason: 'cancelled' };
    case 'deferred':
      return { state: 'failed', error: verdict.error };
    case 'success':
    case 'skipped':
    case 'failed':
      return verdict;
  }
}

/** The reason of a skip, or the code of a failure. */
export function reasonOf(outcome: DayOutcome): string | null {
  switch (outcome.state) {
    case 'success':
      return null;
    case 'skipped':
      return outcome.reason;
    case 'failed':
      return outcome.error.code;
  }
}

/** A day with rows, or with the answer that there are none. */
export type DayAnswer = Extract<FetchedDay, { readonly kind: 'rows' | 'staged' }>;

export function isAnswer(fetched: FetchedDay): fetched is DayAnswer {
  return fetched.kind === 'rows' || fetched.kind === 'staged';
}

export function countRows(fetched: CountableDay): number {
  switch (fetched.kind) {
    case 'rows':
      return fetched.rows.length;
    case 'staged':
      return fetched.rows.count;
    case 'written':
      return fetched.count;
  }
}

/** A day with an answer, or one whose answer is in its target already. */
type CountableDay = DayAnswer | Extract<FetchedDay, { readonly kind: 'written' }>;

export function isCountable(fetched: FetchedDay): fetched is CountableDay {
  return fetched.kind === 'written' || isAnswer(fetched);
}

/** What became of the rows of a day that ended with an answer of its source; null after any other end. */
export interface RowCounts {
  readonly fetched_rows: number | null;
  readonly quarantined_rows: number | null;
}

/** Whether a day leaves the answer of its source in the target: its rows, or none. */
export function isWritten(
  verdict: DayVerdict,
): verdict is Extract<DayOutcome, { readonly state: 'success' | 'skipped' }> {
  return (
    verdict.state === 'success' || (verdict.state === 'skipped' && verdict.reason !== 'unchanged')
  );
}

/** The rows that a day has fetched, and those of them that its commit puts in quarantine. */
export function countFetched(fetched: FetchedDay, verdict: DayVerdict): RowCounts {
  if (!isWritten(verdict) || !isCountable(fetched)) {
    return { fetched_rows: null, quarantined_rows: null };
  }
  const { quarantined } = fetched;
  return {
    fetched_rows: quarantined?.fetched ?? countRows(fetched),
    quarantined_rows: quarantined?.count ?? 0,
  };
}

/** What a day leaves in the target: its fingerprint and its rows; nothing new after any end but an answer. */
export function fingerprintOf(
  fetched: FetchedDay,
  verdict: DayVerdict,
): { readonly fingerprint: string | null; readonly synced_rows: number | null } {
  if (!isWritten(verdict) || !isCountable(fetched)) {
    return { fingerprint: null, synced_rows: null };
  }
  return { fingerprint: fetched.fingerprint, synced_rows: countRows(fetched) };
}

function fail(code: DayErrorCode, text: string): DayOutcome {
  return { state: 'failed', error: { code, text, row: null, column: null } };
}

/** Days of a batch with the same outcome and reason, which one commit has ended. */
export interface EndedDays {
  readonly outcome: Outcome;
  /** The reason of a skip, or the code of a failure; null after a success. */
  readonly reason: string | null;
  readonly count: number;
}

/** Days with the same outcome, counted by their reasons. */
export function countByReason(outcome: Outcome, reasons: readonly (string | null)[]): EndedDays[] {
  const groups = Map.groupBy(reasons, (reason) => reason);
  return [...groups].map(([reason, { length: count }]) => ({ outcome, reason, count }));
}
