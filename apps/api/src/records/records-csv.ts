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

/** Without it spreadsheets take UTF-8 for something else. */
const BYTE_ORDER_MARK = '\ufeff';

/** How a text begins that a spreadsheet would take for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;

/** The first line of the file, with the names of the columns. */
export function csvHead(): string {
  return BYTE_ORDER_MARK + csvLines([CSV_COLUMNS]);
}

/** Lines of the file (RFC 4180). A text that would be a formula gets a `'` before it. */
export function csvLines(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(rows as (string | number | null)[][], {
    record_delimiter: 'windows',
    cast: { string: (text) => (FORMULA.test(text) ? `'${text}` : text) },
  });
}
