import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Staging, StagingTable } from '../../database/staging.js';
import type { TargetValue } from '../../targets/column-types.js';
import type { DayRowsToWrite } from '../../targets/target.js';
import { GatheredRows, type RowMemory } from './row-memory.js';

/** Rows of a day while it is read: in memory, or in a staging table once there are many or large ones. */
export class FetchedRows {
  private readonly gathered: GatheredRows;
  private table: StagingTable | undefined;

  /** @param columns how many values a row has */
  constructor(
    memory: RowMemory,
    private readonly staging: Staging,
    private readonly columns: number,
    private readonly signal: AbortSignal,
  ) {
    this.gathered = new GatheredRows(memory);
  }

  get count(): number {
    return this.gathered.count + (this.table?.count ?? 0);
  }

  /** Adds a row. @returns false if the rows must be staged now, with {@link stage} */
  add(row: TargetValue[]): boolean {
    return this.gathered.add(row);
  }

  /** @throws {DatabaseUnavailableError} if the disk is full; and the signal's reason */
  async stage(): Promise<void> {
    this.table ??= this.staging.create(this.columns);
    for (const part of this.gathered.take()) {
      this.table.append(part);
      await nextTurn();
      // The table may be dropped already.
      this.signal.throwIfAborted();
    }
  }

  /** All rows. They count until the memory is asked to release them, or need to be dropped. */
  async finish(): Promise<DayRowsToWrite> {
    if (this.table === undefined) return this.gathered.keep();
    await this.stage();
    return this.table;
  }

  /** Gives the rows in memory up: none is kept or counts any more, however long their source goes on. */
  giveUp(): void {
    this.gathered.giveUp();
  }

  async drop(): Promise<void> {
    this.giveUp();
    await this.table?.drop();
  }
}
