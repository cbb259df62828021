import type { DayErrorColumns } from '../../database/schema.js';
import type { DayError } from '../../sources/fetched-day.js';

/** The columns of a row that tell an error. */
export const ERROR_COLUMNS = [
  'error_code',
  'error_text',
  'error_row',
  'error_column',
] as const satisfies readonly (keyof DayErrorColumns)[];

/** The error that a row of the database tells. */
export function readDayError(row: DayErrorColumns): DayError | null {
  if (row.error_code === null) return null;
  const { error_code: code, error_text: text, error_row, error_column: column } = row;
  return { code, text: text ?? '', row: error_row, column };
}

/** The columns that keep an error. */
export function writeDayError(error: DayError | null): DayErrorColumns {
  return {
    error_code: error?.code ?? null,
    error_text: error?.text ?? null,
    error_row: error?.row ?? null,
    error_column: error?.column ?? null,
  };
}
