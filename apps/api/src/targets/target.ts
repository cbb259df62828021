import type { StagedRows } from '../database/staging.js';
import type { ColumnType, TargetValue } from './column-types.js';

export interface TargetColumn {
  readonly name: string;
  /** The source's name for it: the key of a row. */
  readonly from: string;
  /** A JSON pointer from the row to a value inside it; it begins with `from`. Absent for the value of `from` itself. */
  readonly pointer?: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** The table that a dataset's rows go to, and its columns in their order. */
export interface Target {
  readonly table: string;
  readonly columns: readonly TargetColumn[];
}

export interface WithTarget {
  readonly target: Target;
}

/** The rows of a day, in memory or staged; the values of each stand in the order of the target's columns. */
export type DayRowsToWrite = readonly (readonly TargetValue[])[] | StagedRows;

export function isStaged(rows: DayRowsToWrite): rows is StagedRows {
  return 'table' in rows;
}
