import { CHUNK_BYTES, chunksOf, rowBytes } from '../../database/row-chunks.js';
import type { TargetValue } from '../../targets/column-types.js';

/** A day with more rows or bytes goes into a staging table. */
const ROWS_IN_MEMORY = 20_000;
const DAY_BYTES = 8_388_608;
/** Of all days of the process together: beyond that, the next large day is staged sooner. */
const ALL_BYTES = 33_554_432;
/** Rows staged at a time, before the event loop goes on. */
const STAGED_AT_A_TIME = 2_000;

type Row = TargetValue[];

/** Counts the bytes of all rows that the process has in memory between their source and their commit. */
export class RowMemory {
  private bytes = 0;
  /** The bytes of the days whose rows wait for their commit. */
  private readonly kept = new WeakMap<readonly unknown[], number>();

  /** Whether there is room for so many more bytes; they count then. */
  reserve(bytes: number): boolean {
    if (this.bytes + bytes > ALL_BYTES) return false;
    this.bytes += bytes;
    return true;
  }

  free(bytes: number): void {
    this.bytes -= bytes;
  }

  /** Keeps the bytes of a day's rows counted until {@link release}. */
  keep(rows: readonly unknown[], bytes: number): void {
    this.kept.set(rows, bytes);
  }

  release(rows: readonly unknown[]): void {
    this.free(this.kept.get(rows) ?? 0);
    this.kept.delete(rows);
  }
}

/** The rows of a day that are in memory while it is read. */
export class GatheredRows {
  private rows: Row[] = [];
  private bytes = 0;
  /** The part of `bytes` that is counted for the process. */
  private reserved = 0;
  private isStaged = false;
  private isGivenUp = false;

  constructor(private readonly memory: RowMemory) {}

  get count(): number {
    return this.rows.length;
  }

  /** Adds a row. @returns false if the rows must be staged now, with {@link take} */
  add(row: Row): boolean {
    if (this.isGivenUp)
      throw new Error('expected rows that are wanted, got rows that are given up');
    const bytes = rowBytes(row);
    this.rows.push(row);
    this.bytes += bytes;
    if (this.isStaged) return this.rows.length < STAGED_AT_A_TIME && this.bytes < CHUNK_BYTES;
    if (!this.memory.reserve(bytes)) return false;
    this.reserved += bytes;
    return this.rows.length < ROWS_IN_MEMORY && this.bytes < DAY_BYTES;
  }

  /** The rows, in parts to be staged one by one: from now on only one is in memory at a time. */
  take(): Iterable<readonly Row[]> {
    const { isStaged, rows } = this;
    this.isStaged = true;
    this.rows = [];
    this.bytes = 0;
    this.release();
    return isStaged ? [rows] : chunksOf(rows, STAGED_AT_A_TIME);
  }

  /** The rows of a day that was not staged; they count until the memory is asked to release them. */
  keep(): readonly Row[] {
    this.memory.keep(this.rows, this.reserved);
    this.reserved = 0;
    return this.rows;
  }

  /** Gives the rows up: none is kept or counts any more, however long their source goes on. */
  readonly giveUp = (): void => {
    this.isGivenUp = true;
    this.rows = [];
    this.release();
  };

  private release(): void {
    this.memory.free(this.reserved);
    this.reserved = 0;
  }
}
