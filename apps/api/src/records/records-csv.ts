import { stringify } from 'csv-stringify/sync';

/** The columns of the export, in their order. */
export const CSV_COLUMNS = [
  'dataset',
  'day',
  'status',
  'reason',
  'rows',
  'attempts',
  'duration_ms',
  'error_code',
  'error_text',
  'error_row',
  'error_column',
  'last_task_id',
  'last_tried_at',
  'last_success_at',
] as const;

type CsvColumn = (typeof CSV_COLUMNS)[number];
/** A record as the export reads it. */
export type CsvRecord = Readonly<Record<CsvColumn, string | number | null>>;

/** Without it spreadsheets take UTF-8 for something else. */
const BYTE_ORDER_MARK = '\ufeff';

/** The first line of the file, with the names of the columns. */
export function csvHead(): string {
  return BYTE_ORDER_MARK + csvLines([CSV_COLUMNS]);
}

/** Records as lines of the file. */
export function csvRecords(records: readonly CsvRecord[]): string {
  return csvLines(records.map((record) => CSV_COLUMNS.map((column) => record[column])));
}

/**
 * Where a formula would begin inside of a text: a spreadsheet that parts fields by `;` or a tab, as those of many
 * countries do, takes the quotes for part of a field and so has fields and lines of its own.
 */
const FORMULA_INSIDE = /(?<=[;\t\r\n]"*)[=+\-@]/g;

/** Lines of RFC 4180. What a spreadsheet would take for a formula in a text gets a `'` before it, a number does not. */
function csvLines(rows: readonly (readonly (string | number | null)[])[]): string {
  const guarded = rows.map((row) =>
    row.map((value) =>
      typeof value === 'string' ? value.replaceAll(FORMULA_INSIDE, "'$&") : value,
    ),
  );
  return stringify(guarded, {
    record_delimiter: 'windows',
    // Half a line break is one as well.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
  });
}
