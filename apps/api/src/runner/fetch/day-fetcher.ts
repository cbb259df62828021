import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemClock } from '../../config/clock.js';
import { Database } from '../../database/database.js';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import type { TargetValue } from '../../targets/column-types.js';
import { Fingerprint } from '../../targets/fingerprint.js';
import { isStaged } from '../../targets/target.js';
import { DatasetCatalog } from '../../datasets/dataset-catalog.js';
import { rowReading, type Dataset } from '../../datasets/file/dataset.js';
import {
  SourceError,
  type CountedDay,
  type DaySource,
  type DayTime,
  type SourceErrorKind,
  type FetchedDay,
  type SourceAnswer,
} from '../../sources/day-source.js';
import type { AttemptBudget } from '../../sources/attempt-budget.js';
import { FollowingAbort, unlessAborted } from '../../config/abort.js';
import { requireColumns } from '../../sources/rows/source-columns.js';
import { createFilteredReader } from '../../sources/rows/row-reader.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { redactBody, redactText, redactThrown } from '../../config/redact.js';
import { LOGGER } from '../../logging/logger.js';
import type { UnreadableLists } from '../../sources/unreadable-rows.js';
import type { UnclearTimes } from '../../sources/values/time-format.js';
import { FetchedRows } from './fetched-rows.js';
import { DayTimer } from './day-timer.js';
import { DayQuarantine } from './quarantine.js';
import { RowMemory } from './row-memory.js';
import { datasetAtWork } from './stray-rejections.js';

/** A day without an end would fill the disk. */
const MOST_ROWS = 50_000_000;

interface WithUnreadable {
  /** The rows without a readable day in the files that the source has read for the day. */
  readonly unreadable?: UnreadableLists;
}

/** Fetches days from their sources. */
@Injectable()
export class DayFetcher {
  /** Of all rows of this process that are fetched and not committed. */
  readonly memory: RowMemory = new RowMemory();

  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    catalog.stray = ({ name, variables }, what, thrown) => {
      logger.error({ error: redactThrown(thrown, variables), dataset: name }, what);
    };
  }

  /**
   * Makes one attempt at a day, and says which rows without a readable day its files have. It ends at the dataset's
   * timeout, whatever its source does.
   * @param budget the attempts at the day: a source that repeats requests by itself uses them up
   * @param batchId for a source that fetches something once a batch
   * @throws only the signal's reason, when it aborts
   */
  fetchDay(
    dataset: Dataset,
    day: CalendarDay,
    signal: AbortSignal,
    budget?: AttemptBudget,
    batchId?: string,
  ): Promise<FetchedDay & WithUnreadable> {
    return datasetAtWork.run(dataset.name, () =>
      this.attempt(dataset, day, signal, budget, batchId),
    );
  }

  /**
   * The rows of a day as its source counts and hashes them, without fetching any; undefined where it can't, or has not
   * within the dataset's timeout: fetching the day then says why.
   * @throws only the signal's reason, when it aborts
   */
  async countDay(
    dataset: Dataset,
    day: CalendarDay,
    signal: AbortSignal,
    batchId: string,
  ): Promise<CountedDay | undefined> {
    // Any other source is not even opened for that.
    if (dataset.source.kind !== 'sql') return undefined;
    const counted = await this.inTime(dataset, signal, (source, leaving) =>
      Promise.resolve(source.countDay?.(day, leaving, batchId)),
    );
    return counted === 'late' ? undefined : counted;
  }

  private async attempt(
    dataset: Dataset,
    day: CalendarDay,
    signal: AbortSignal,
    budget: AttemptBudget | undefined,
    batchId: string | undefined,
  ): Promise<FetchedDay & WithUnreadable> {
    let opened: DaySource | undefined;
    const fetched = await this.inTime(dataset, signal, async (source, leaving, time) => {
      opened = source;
      const ports = { signal: leaving, time, budget, batchId };
      const read = await this.readDay(source, dataset, day, ports).catch((error: unknown) => {
        if (leaving.aborted) throw error;
        return this.failureOf(error, dataset, day);
      });
      return withUnreadable(read, source, day);
    });
    if (fetched !== 'late') return fetched;
    const text = `expected the day within ${dataset.timeoutSeconds} s, and it was not there`;
    return withUnreadable(failed('TIMEOUT', text, 'passing'), opened, day);
  }

  /**
   * Works with the source of a dataset, until its timeout.
   * @throws what `work` throws, and the signal's reason
   */
  private async inTime<T>(
    dataset: Dataset,
    signal: AbortSignal,
    work: (source: DaySource, signal: AbortSignal, time: DayTime) => Promise<T>,
  ): Promise<T | 'late'> {
    const timer = new DayTimer(dataset.timeoutSeconds * 1_000, systemClock);
    const leaving = new FollowingAbort(signal, timer.signal);
    try {
      // A source that a reload replaces meanwhile stays open until this day is read, even if its time is up before.
      const working = this.catalog.use(dataset, (source) => work(source, leaving.signal, timer));
      return await unlessAborted(working, leaving.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!timer.signal.aborted) throw error;
      return 'late';
    } finally {
      timer.end();
      leaving.release();
    }
  }

  private failureOf(error: unknown, dataset: Dataset, day: CalendarDay): FetchedDay {
    if (error instanceof SourceError) {
      const { kind, code, message, place, retryAfterMs, answer } = error;
      const { row = null, column = null } = place;
      const { variables } = dataset;
      return failed(code, redactText(message, variables), kind, {
        row,
        column: column && redactText(column, variables),
        retryAfterMs,
        answer: answer && { ...answer, body: answer.body && redactBody(answer.body, variables) },
      });
    }
    if (error instanceof DatabaseUnavailableError) {
      const { message: text, what } = error;
      return { kind: 'no_room', what, error: { code: 'NO_ROOM', text, row: null, column: null } };
    }
    const thrown = redactThrown(error, dataset.variables);
    const fields = { error: thrown, dataset: dataset.name, day };
    this.logger.error(fields, 'a source broke unexpectedly');
    // It does not even count as an answer of the source.
    return failed('INTERNAL', 'an unexpected error: see the log', 'passing');
  }

  /**
   * How long no day of a dataset may begin because its source can't be asked yet, in milliseconds. Null for a source
   * that never makes days wait; days of the others begin one after another.
   */
  waitMs(dataset: Dataset): number | null {
    return this.catalog.currentSourceOf(dataset)?.waitMs?.() ?? null;
  }

  /** Frees the rows of a day that are committed or no longer wanted. It never fails. */
  async release(fetched: FetchedDay): Promise<void> {
    if (fetched.kind !== 'rows' && fetched.kind !== 'staged') return;
    for (const rows of [fetched.rows, fetched.quarantined?.rows ?? []]) {
      if (isStaged(rows)) await rows.drop();
      else this.memory.release(rows);
    }
  }

  /** The rows in memory, or in a staging table once there are many or large ones. */
  private async readDay(
    source: DaySource,
    dataset: Dataset,
    day: CalendarDay,
    { budget, batchId, signal, time }: AttemptPorts,
  ): Promise<FetchedDay> {
    const { columns } = dataset.target;
    const unclear: UnclearTimes = { count: 0 };
    const readRow = createFilteredReader(rowReading(dataset), unclear);
    const { memory } = this;
    const { staging } = this.database;
    const rows = new FetchedRows(memory, staging, columns.length, signal);
    const quarantine = new DayQuarantine(dataset, day, { memory, staging, signal });
    const fingerprint = new Fingerprint(columns);
    const drop = async (): Promise<void> => {
      await Promise.all([rows.drop(), quarantine.drop()]);
    };
    // A source that never ends would otherwise keep them.
    const giveUp = (): void => void drop();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      for await (const chunk of source.fetchDay(day, signal, time, budget, batchId)) {
        signal.throwIfAborted();
        for (const row of chunk) {
          let fits = true;
          let values: TargetValue[] | undefined;
          try {
            values = readRow(row);
            fits = values === undefined || rows.add(values);
          } catch (error) {
            if (!quarantine.takes(error)) throw error;
            await quarantine.add(row, error, chunk.origin);
          }
          const adding = values && fingerprint.add(values);
          if (adding !== undefined) await adding;
          // A row of JSON takes up to a tenth of a second, and a source may give a hundred at a time.
          if (isTurnDue()) {
            await takeTurn();
            signal.throwIfAborted();
          }
          if (fits) continue;
          await rows.stage();
          if (rows.count > MOST_ROWS) throw tooLarge(row.row);
        }
      }
      const quarantined = await quarantine.finish(rows.count);
      // Every row is checked for its columns; without rows, the source is.
      if (rows.count === 0 && quarantined === undefined) {
        await requireColumns(source, dataset, signal);
      }
      signal.throwIfAborted();
      const read = await rows.finish();
      const beside = {
        fingerprint: fingerprint.value,
        ...(quarantined === undefined ? {} : { quarantined }),
        ...(unclear.count === 0 ? {} : { unclearTimes: unclear.count }),
      };
      return isStaged(read)
        ? { kind: 'staged', rows: read, ...beside }
        : { kind: 'rows', rows: read, ...beside };
    } catch (error) {
      await drop();
      // A missing column comes first: it concerns every day, a bad row only this one.
      if (error instanceof SourceError) await requireColumns(source, dataset, signal);
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
      rows.giveUp();
      quarantine.giveUp();
    }
  }
}

function withUnreadable(
  fetched: FetchedDay,
  source: DaySource | undefined,
  day: CalendarDay,
): FetchedDay & WithUnreadable {
  const unreadable = source?.unreadableRows?.(day);
  return unreadable === undefined ? fetched : { ...fetched, unreadable };
}

function tooLarge(row: number): SourceError {
  const expected = `expected at most ${MOST_ROWS} rows a day, got more`;
  return new SourceError('lasting', 'DAY_TOO_LARGE', expected, { row });
}

function failed(
  code: string,
  text: string,
  errorKind: SourceErrorKind,
  { row = null, column = null, retryAfterMs = null, answer = null }: FailureDetails = {},
): FetchedDay {
  const error = { code, text, row, column, ...(answer === null ? {} : { answer }) };
  return { kind: 'error', error, errorKind, retryAfterMs };
}

/** What one attempt at a day is given. */
interface AttemptPorts {
  readonly signal: AbortSignal;
  readonly time: DayTime;
  readonly budget: AttemptBudget | undefined;
  readonly batchId: string | undefined;
}

interface FailureDetails {
  readonly row?: number | null;
  readonly column?: string | null;
  readonly retryAfterMs?: number | null;
  readonly answer?: SourceAnswer | null;
}
