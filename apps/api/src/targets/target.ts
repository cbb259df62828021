import type { StagedRows } from '../database/staging.js';
import type { ColumnType, TargetValue } from './column-types.js';

export interface TargetColumn {
  readonly name: string;
  /** The source's name for the column: the key in a row. */
  readonly from: string;
  /** A JSON pointer to a value inside the row, beginning with `from`. Absent for the value of `from` itself. */
  readonly pointer?: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** A constant in place of the source's values, as the datasets file has it. */
  readonly value?: unknown;
  /** Stands where the source has no value, and where it has no such column; as the datasets file has it. */
  readonly default?: unknown;
  /** Whether white space at both ends of a text is cut. */
  readonly trim?: boolean;
  /** What replaces values, by how the source writes them; as the datasets file has it. */
  readonly map?: Readonly<Record<string, unknown>>;
  /** How a date or a time is written, and the zone of a time without an offset; absent for ISO 8601 as it is. */
  readonly format?: string;
  readonly timeZone?: string;
  /** The name that the column has had: a start gives it its new one. */
  readonly renamedFrom?: string;
}

/** Where a target can be: `table` is in Daysync's own database. */
export const TARGET_KINDS = ['table', 'postgres', 'duckdb', 'parquet'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];
/** Those that are a file or a folder. */
export type PathTargetKind = Exclude<TargetKind, 'table' | 'postgres'>;

/** A target outside Daysync's own database. */
export type TargetPlace =
  | {
      readonly kind: 'postgres';
      /** With user and password. Never shown. */
      readonly url: string;
      /** As written in the datasets file, with `${NAME}`. */
      readonly writtenUrl: string;
    }
  | {
      readonly kind: PathTargetKind;
      /** Of the file, or of the folder: absolute. */
      readonly path: string;
      readonly writtenPath: string;
    };

/** The table of a dataset's rows, and its columns in order. */
export interface Target {
  /** Of a folder of Parquet files, the folder as written in the datasets file. */
  readonly table: string;
  /** Absent for a table of Daysync's own database. */
  readonly place?: TargetPlace;
  readonly columns: readonly TargetColumn[];
  /** The names of the columns that identify a row within its day; absent where none do. */
  readonly key?: readonly string[];
  /** The name that the table has had: a start gives it its new one. */
  readonly renamedFrom?: string;
}

export interface WithTarget {
  readonly target: Target;
}

/** Where a target is, without secrets: what errors and the console say. */
export function placeOf({ table, place }: Target): string {
  // The folder of Parquet files is the table.
  if (place === undefined || place.kind === 'parquet') return table;
  return `${table} in ${'url' in place ? place.writtenUrl : place.writtenPath}`;
}

/** The rows of a day, in memory or staged. The values of a row are in the order of the target's columns. */
export type DayRowsToWrite = readonly (readonly TargetValue[])[] | StagedRows;

export function isStaged(rows: DayRowsToWrite): rows is StagedRows {
  return 'table' in rows;
}
