import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { Database } from '../../database/database.js';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import type { DayError, FetchedDay } from '../../sources/day-source.js';
import {
  EarlierTargetError,
  EarlierTargets,
  writtenValues,
  type EarlierDay,
} from '../../targets/earlier-targets.js';
import type { TargetValue } from '../../targets/column-types.js';
import { Fingerprint } from '../../targets/fingerprint.js';
import { TargetRefusedError } from '../../targets/target-rows.js';
import { isStaged, type TargetColumn } from '../../targets/target.js';
import { DayFetcher } from './day-fetcher.js';
import { FetchedRows } from './fetched-rows.js';

/** A day as its earlier target has it. */
export interface EarlierRows {
  readonly fetched: FetchedDay;
  /** The columns of the new target that it has; the others are NULL. */
  readonly columns: readonly TargetColumn[];
}

/** Reads days where they were written, for a dataset that got another target. */
@Injectable()
export class DayMover {
  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'staging'>,
    private readonly earlier: EarlierTargets,
    @Inject(DayFetcher) private readonly fetcher: Pick<DayFetcher, 'memory'>,
  ) {}

  /**
   * The rows of a day, as its record has them: otherwise an error.
   * @throws {TargetUnavailableError} for an earlier target that is away, and the signal's reason
   */
  async fetchDay(dataset: Dataset, day: CalendarDay, signal: AbortSignal): Promise<EarlierRows> {
    const { columns } = dataset.target;
    try {
      const found = await this.earlier.find(dataset.name, day);
      const problem = columnProblem(dataset, found);
      if (problem !== null) return { fetched: failed(problem), columns };
      const names = new Set(found.target.columns.map(({ name }) => name));
      const kept = columns.filter(({ name }) => names.has(name));
      return { fetched: await this.read(columns, kept, day, found, signal), columns: kept };
    } catch (error) {
      if (error instanceof EarlierTargetError || error instanceof TargetRefusedError) {
        return { fetched: failed(error.message), columns };
      }
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      const { message: text, what } = error;
      const noRoom: DayError = { code: 'NO_ROOM', text, row: null, column: null };
      return { fetched: { kind: 'no_room', what, error: noRoom }, columns };
    }
  }

  /** @param kept those of the columns that the earlier target has: the fingerprint is over these, as in any version */
  private async read(
    columns: readonly TargetColumn[],
    kept: readonly TargetColumn[],
    day: CalendarDay,
    { fingerprint, rows: recorded, target: earlier }: EarlierDay,
    signal: AbortSignal,
  ): Promise<FetchedDay> {
    const rows = new FetchedRows(
      ...([this.fetcher.memory, this.database.staging, columns.length, signal] as const),
    );
    const before = new Fingerprint(earlier.columns);
    const after = new Fingerprint(kept);
    const placesOf = (of: readonly TargetColumn[]): readonly number[] =>
      of.map(({ name }) => earlier.columns.findIndex((column) => column.name === name));
    const [places, keptPlaces] = [placesOf(columns), placesOf(kept)];
    try {
      await this.earlier.read(
        earlier,
        day,
        async (slice) => {
          for (const row of slice) {
            const values = writtenValues(row, earlier.columns);
            await before.add(values);
            const at = (place: number): TargetValue => values[place] ?? null;
            await after.add(keptPlaces.map(at));
            if (!rows.add(places.map(at))) await rows.stage();
            if (isTurnDue()) await takeTurn();
          }
        },
        signal,
      );
      const isSame = fingerprint === null || fingerprint === before.value;
      if (before.count !== recorded || !isSame) {
        await rows.drop();
        const why = before.count === recorded ? 'other values' : `${before.count} rows`;
        return failed(
          `expected the ${recorded} rows of the last sync in ${earlier.table}, got ${why}: verify the day there, or sync it again`,
        );
      }
      const read = await rows.finish();
      const beside = { fingerprint: after.value };
      return isStaged(read)
        ? { kind: 'staged', rows: read, ...beside }
        : { kind: 'rows', rows: read, ...beside };
    } catch (error) {
      await rows.drop();
      throw error;
    } finally {
      rows.giveUp();
    }
  }
}

/** Why the rows of an earlier target don't fit the columns; null if they do. */
function columnProblem(
  { target }: Dataset,
  { target: { columns, table } }: EarlierDay,
): string | null {
  for (const { name, nullable, type } of target.columns) {
    const found = columns.find((column) => column.name === name);
    if (found === undefined && !nullable) {
      return `expected the column ${name} in ${table}, got none: sync the day again`;
    }
    if (found !== undefined && found.type !== type) {
      return `expected ${name} in ${table} to be ${type}, got ${found.type}: sync the day again`;
    }
  }
  return null;
}

function failed(text: string): FetchedDay {
  const error: DayError = { code: 'MOVE_REFUSED', text, row: null, column: null };
  return { kind: 'error', error, errorKind: 'lasting', retryAfterMs: null };
}
