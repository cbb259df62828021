export const COLUMN_TYPES = [
  'text',
  'integer',
  'real',
  'decimal',
  'boolean',
  'date',
  'timestamp',
  'json',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

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
