import type { CalendarDay } from '@daysync/progress';
import {
  StaleWriteError,
  TargetUnavailableError,
  type DayTarget,
  type DayWrite,
  type PreparedPlace,
  type RowsPage,
  type TakeRows,
} from '../day-target.js';
import { FoundRows, type ExpectedDay, type TargetDay } from '../target-fingerprint.js';
import { TargetChangedError, TargetRefusedError } from '../target-rows.js';
import { differenceLines } from '../target-table.js';
import type { TargetColumn } from '../target.js';
import {
  DuckdbConflictError,
  duckdbFailure,
  isFatal,
  NO_FOLDER,
  unavailable,
} from './duckdb-failure.js';
import { DuckdbFile, DuckdbFileGoneError, NoFolderError } from './duckdb-file.js';
import type { Duckdb } from './duckdb-package.js';
import { DuckdbDayRows } from './duckdb-rows.js';
import { DuckdbSession } from './duckdb-session.js';
import { compareTable, keepToken, prepareTable, readTable, readTokens } from './duckdb-table.js';

const ATTEMPTS = 5;
const [PREPARE, WRITE, FENCE, READ] = [
  'be a table for the dataset',
  'accept the rows',
  'keep a token',
  'be readable',
];

export interface DuckdbTargetOptions {
  /** Of the file: absolute. */
  readonly path: string;
  /** The same as written in the datasets file. */
  readonly writtenPath: string;
  readonly table: string;
  readonly columns: readonly TargetColumn[];
}

/** What a target does with its file. */
type Work<T> = (session: DuckdbSession, duckdb: Duckdb) => Promise<T>;

/**
 * A table in a DuckDB file. DuckDB lets one process at a time open a file: another one that has it open is waited for. Within
 * this process a reader sees the old rows of a day or the new ones.
 */
export class DuckdbTarget implements DayTarget {
  private sharing: Promise<DuckdbFile> | undefined;
  /** The latest answer of {@link readKey}, and the stamp of the file that it is from. */
  private latest: { readonly stamp: string; readonly key: string | null } | undefined;
  private readonly place: string;

  constructor(private readonly target: DuckdbTargetOptions) {
    this.place = `${target.table} in ${target.writtenPath}`;
  }

  async prepare(): Promise<PreparedPlace> {
    const file = await this.share(PREPARE);
    const prepared = await file.inTurn(() =>
      retry(() =>
        this.use(
          PREPARE,
          (session) => session.inTransaction(() => prepareTable(session, this.target)),
          { creates: true },
        ),
      ),
    );
    if (prepared === null) throw new TypeError('expected a new file, got none');
    return prepared;
  }

  /** It opens the file only if that has changed: an open file is locked for all other programs. */
  async readKey(): Promise<string | null> {
    const file = await this.share(READ);
    // Of the time before the key is read: a change meanwhile is seen the next time.
    const stamp = await this.attempt(READ, () => file.stamp());
    if (stamp !== null && stamp === this.latest?.stamp) return this.latest.key;
    const { table } = this.target;
    const key = await this.use(
      READ,
      async (session) => (await readTable(session, table))?.key ?? null,
      { isCheck: true },
    );
    this.latest = stamp === null ? undefined : { stamp, key };
    return key;
  }

  async replaceDay(write: DayWrite, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const file = await this.share(WRITE);
    await file.inTurn(async () => {
      try {
        const isWritten = await retry(() =>
          this.use(WRITE, async (session, duckdb) => {
            await session.inTransaction(() => this.writeDay({ session, duckdb }, write, signal));
            // What is written to a file that was deleted is lost.
            return file.isThere();
          }),
        );
        if (isWritten !== true) throw new TargetChangedError(this.place);
      } catch (error) {
        throw (await this.isLasting(error, write)) ? error : this.lostAnswer(error);
      }
    }, signal);
  }

  /**
   * Whether a write that was refused is not in. A commit writes the log before the file: if DuckDB gives up on the file, the
   * rows may be in the log.
   */
  private async isLasting(error: unknown, { key, day, token }: DayWrite): Promise<boolean> {
    if (!(error instanceof TargetRefusedError) || !isFatal(error)) return true;
    const tokens = await this.use(READ, (session) => readTokens(session, key, day));
    return tokens?.written !== token;
  }

  private lostAnswer(cause: unknown): TargetUnavailableError {
    return new TargetUnavailableError(
      'TARGET_UNREACHABLE',
      `expected ${this.place} to confirm a write, got an error after it`,
      { cause },
    );
  }

  private async writeDay(
    { session, duckdb }: { readonly session: DuckdbSession; readonly duckdb: Duckdb },
    { day, rows, token, key }: DayWrite,
    signal: AbortSignal,
  ): Promise<void> {
    const { table, columns } = this.target;
    const found = await readTable(session, table);
    if (found?.key !== key) throw new TargetChangedError(this.place);
    const { highest } = await readTokens(session, key, day);
    if (highest !== null && highest > token) {
      throw new StaleWriteError(this.place, day, token, highest);
    }
    const { differences, missing } = compareTable(this.target, found);
    const [difference] = [
      ...differenceLines(differences),
      ...missing.map(({ name }) => `no column ${name}`),
    ];
    if (difference !== undefined) throw new TargetRefusedError(this.place, difference, undefined);
    const ofDay = new DuckdbDayRows(session, duckdb, { table, columns, day });
    await ofDay.delete();
    const names = found.columns.map(({ name }) => name);
    await ofDay.append({ rows, names, place: this.place }, signal);
    // A fence meanwhile makes this a conflict.
    await keepToken(session, key, { day, token, isFence: false });
    signal.throwIfAborted();
  }

  async fence(day: CalendarDay, token: number): Promise<number | null> {
    const { table } = this.target;
    const fence = (): Promise<number | null> =>
      this.use(FENCE, (session) =>
        session.inTransaction(async () => {
          const key = (await readTable(session, table))?.key ?? null;
          return key === null ? null : keepToken(session, key, { day, token, isFence: true });
        }),
      );
    try {
      return await fence();
    } catch (error) {
      if (!(error instanceof DuckdbConflictError)) throw error;
    }
    // The commit of a write is under way.
    const file = await this.share(FENCE);
    return file.inTurn(() => retry(fence));
  }

  async hasRows(day: CalendarDay): Promise<boolean> {
    return (await this.readDay(day, (ofDay) => ofDay.hasAny())) ?? false;
  }

  async fingerprint(
    day: CalendarDay,
    expected: ExpectedDay,
    signal: AbortSignal,
  ): Promise<TargetDay> {
    const found = new FoundRows(this.target.columns, expected);
    await this.read(day, (rows) => found.take(rows), signal);
    return found.day();
  }

  async read(day: CalendarDay, take: TakeRows, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.readDay(day, (ofDay) => ofDay.read(take, signal));
  }

  async readPage(
    day: CalendarDay,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<RowsPage> {
    const page = await this.readDay(day, (ofDay) => ofDay.readPage(offset, limit));
    return page ?? { total: 0, rows: [] };
  }

  async close(): Promise<void> {
    const { sharing } = this;
    this.sharing = undefined;
    const file = await sharing?.catch(() => undefined);
    await file?.release();
  }

  /** Reads a day in one snapshot. @returns null where there is no table */
  private readDay<T>(
    day: CalendarDay,
    read: (ofDay: DuckdbDayRows) => Promise<T>,
  ): Promise<T | null> {
    const { table, columns } = this.target;
    return this.use(READ, (session, duckdb) =>
      session.inTransaction(async () => {
        if ((await readTable(session, table)) === null) return null;
        return read(new DuckdbDayRows(session, duckdb, { table, columns, day }));
      }),
    );
  }

  /** @returns null where there is no file */
  private async use<T>(
    wanted: string,
    work: Work<T>,
    { creates = false, isCheck = false } = {},
  ): Promise<T | null> {
    const file = await this.share(wanted);
    const lease = await this.attempt(wanted, () => file.connect(creates, isCheck));
    if (lease === null) return null;
    const session = new DuckdbSession(lease.connection, (error) => {
      if (isFatal(error)) lease.giveUp();
      return this.failure(error, wanted);
    });
    try {
      return await work(session, lease.duckdb);
    } finally {
      lease.release();
    }
  }

  private share(wanted: string): Promise<DuckdbFile> {
    return this.attempt(wanted, async () => {
      this.sharing ??= DuckdbFile.share(this.target.path);
      try {
        return await this.sharing;
      } catch (error) {
        this.sharing = undefined;
        throw error;
      }
    });
  }

  private async attempt<T>(wanted: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.failure(error, wanted);
    }
  }

  private failure(error: unknown, wanted: string): unknown {
    const { place } = this;
    if (error instanceof NoFolderError) return unavailable(NO_FOLDER, { place }, error);
    if (error instanceof DuckdbFileGoneError) {
      return new TargetUnavailableError(
        'TARGET_UNREACHABLE',
        `expected ${place} to stay where it is, got another file or none: it is opened again once nothing reads the earlier one`,
        { cause: error },
      );
    }
    const { path, writtenPath } = this.target;
    return duckdbFailure(error, { place, path, writtenPath, wanted });
  }
}

/** Tries again what another transaction was in the way of. */
async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DuckdbConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}
