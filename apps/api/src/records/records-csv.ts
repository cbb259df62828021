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
  'elsewhere',
  'fetched_rows',
  'quarantined_rows',
  'unusual',
] as const;

type CsvColumn = (typeof CSV_COLUMNS)[number];
/** `elsewhere` is `true` or `false`, and `unusual` lists what the day is marked for. */
export type CsvRecord = Readonly<Record<CsvColumn, string | number | null>>;

/** Without it spreadsheets read UTF-8 as another encoding. */
const BYTE_ORDER_MARK = '\ufeff';

/** The header line. */
export function csvHead(columns: readonly string[] = CSV_COLUMNS): string {
  return BYTE_ORDER_MARK + csvLines([columns]);
}

export function csvRecords(records: readonly CsvRecord[]): string {
  return csvLines(records.map((record) => CSV_COLUMNS.map((column) => record[column])));
}

/**
 * The start of a formula inside a text. A spreadsheet that separates fields by `;` or a tab, as in many countries, reads
 * the quotes as part of a field, and so splits the text into fields and lines.
 */
const FORMULA_INSIDE = /(?<=[;\t\r\n]"*)[=+\-@]/g;

/** Lines of RFC 4180. A text that a spreadsheet would read as a formula gets a leading `'`; a number does not. */
export function csvLines(rows: readonly (readonly (string | number | null)[])[]): string {
  const guarded = rows.map((row) =>
    row.map((value) =>
      typeof value === 'string' ? value.replaceAll(FORMULA_INSIDE, "'$&") : value,
    ),
  );
  return stringify(guarded, {
    record_delimiter: 'windows',
    // A lone CR or LF needs quotes as well.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
  });
}
