import type { CalendarDay } from '@daysync/progress';
import type { StoredValue } from './column-types.js';
import type { ExpectedDay, TargetDay } from './target-fingerprint.js';
import type { TargetDifference } from './target-table.js';
import type { DayRowsToWrite } from './target.js';

/** A target that matches the datasets file, or its differences: then it can't be written. */
export interface PreparedPlace {
  /** See {@link DayTarget.readKey}. Null with differences. */
  readonly key: string | null;
  readonly differences: readonly TargetDifference[];
  /** The statements that changed it, or what was done in place of statements. */
  readonly changes: readonly string[];
}

/** A write of a day. */
export interface DayWrite {
  readonly day: CalendarDay;
  readonly rows: DayRowsToWrite;
  /** The fencing token of the write: of two writes of a day, the one with the higher token is valid. */
  readonly token: number;
  /** The key that the target had when it was prepared. */
  readonly key: string;
}

/** Rows of a target, each with its values in the order of the columns. */
export type TakeRows = (rows: readonly (readonly StoredValue[])[]) => Promise<void>;

export interface RowsPage {
  /** Of the day. */
  readonly total: number;
  readonly rows: readonly (readonly StoredValue[])[];
}

/**
 * A target outside Daysync's own database, for the columns of one dataset. At every instant a reader of it sees the old
 * rows of a day or the new ones.
 *
 * Every method throws a {@link TargetUnavailableError} if the target can't be reached or written for now, and a
 * `TargetRefusedError` where it does not match the columns, or can't hold a value.
 */
export interface DayTarget {
  /** Creates what is missing, and adds new nullable columns. With any other difference it changes nothing. */
  prepare(): Promise<PreparedPlace>;

  /**
   * The key of the table or folder that is there now, null if there is none. One that was dropped and made again has another
   * key: the days of the one before are not in it.
   */
  readKey(): Promise<string | null>;

  /**
   * Replaces the rows of a day, and keeps the token of the write with them, in one transaction or by one rename.
   * @throws {StaleWriteError} if the day has a higher token: nothing is written
   * @throws {TargetChangedError} if the target has another key, or is gone
   * @throws the signal's reason, and nothing is written then
   */
  replaceDay(write: DayWrite, signal: AbortSignal): Promise<void>;

  /**
   * From now on refuses writes of the day with a lower token, those under way included.
   * @returns the token of the write whose rows the day has now; null for a day that was never written
   */
  fence(day: CalendarDay, token: number): Promise<number | null>;

  hasRows(day: CalendarDay): Promise<boolean>;

  /**
   * Counts the rows of a day and takes their fingerprint.
   * @throws the signal's reason
   */
  fingerprint(day: CalendarDay, expected: ExpectedDay, signal: AbortSignal): Promise<TargetDay>;

  /**
   * Reads the rows of a day, some at a time, in an order that stays the same until they are written again.
   * @throws the signal's reason
   */
  read(day: CalendarDay, take: TakeRows, signal: AbortSignal): Promise<void>;

  /** Reads some rows of a day, in the order of {@link read}. */
  readPage(
    day: CalendarDay,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<RowsPage>;

  close(): Promise<void>;
}

/**
 * Why a target can't be reached or written for now: it does not answer, refuses the login, has a full disk, may only be
 * read, or is locked by another process.
 */
export type TargetWait =
  | 'TARGET_UNREACHABLE'
  | 'TARGET_LOGIN_REFUSED'
  | 'TARGET_FULL'
  | 'TARGET_READ_ONLY'
  | 'TARGET_LOCKED';

/** A target can't be reached or written for now. A write may be in, if its answer was lost: {@link DayTarget.fence} says so. */
export class TargetUnavailableError extends Error {
  override readonly name = 'TargetUnavailableError';
  constructor(
    readonly code: TargetWait,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Another write of the day has a higher token: this one comes from a process that has lost its lane. */
export class StaleWriteError extends Error {
  override readonly name = 'StaleWriteError';
  constructor(
    place: string,
    day: CalendarDay,
    token: number,
    /** The higher token. */
    readonly found: number,
  ) {
    super(`expected no write of ${day} after token ${token} in ${place}, got token ${found}`);
  }
}
