// What a file of the fuzz should come to, by the parsers that it is compared with: csv-parse and JSON.parse.
import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { MutatedFile } from './mutated-files.js';

/** The rows of a valid file as texts, sorted; undefined for a file that has to be refused. */
export type ExpectedRows = readonly string[] | undefined;

const MOST_ROW_BYTES = 16_777_216;
const MOST_COLUMNS = 10_000;
const MOST_LEVELS = 1_000;
const MOST_VALUES = 100_000;

export function expectedRows({ format, bytes }: MutatedFile): ExpectedRows {
  try {
    const whole = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    if (!isUtf8(whole)) return undefined;
    const text = whole.toString().replace(/^\uFEFF/, '');
    if (format === 'csv') return csvRows(text);
    const rows =
      format === 'json'
        ? (JSON.parse(text) as unknown)
        : text
            .split('\n')
            .filter((line) => !/^[ \t\r]*$/.test(line))
            .map((line) => JSON.parse(line) as unknown);
    const longest = format === 'json' ? longestItem(text) : longestLine(text);
    refuseUnless(longest <= MOST_ROW_BYTES);
    return Array.isArray(rows) ? sorted(rows.map(jsonRow)) : undefined;
  } catch {
    return undefined;
  }
}

/** One row of a target in the form of {@link ExpectedRows}. */
export function storedRow({ id, note, data }: Readonly<Record<string, unknown>>): string {
  const json: unknown = typeof data === 'string' ? JSON.parse(data) : null;
  return inOrder([id, note, json]);
}

/** With the keys in order: PostgreSQL keeps them in an order of its own. */
function inOrder(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

export const sorted = (rows: readonly string[]): readonly string[] => [...rows].sort();

const CSV = { record_delimiter: ['\r\n', '\n'], relax_column_count: true, skip_empty_lines: true };

function csvRows(text: string): ExpectedRows {
  // By itself first: the parser copies it for each row of another length.
  const [header]: string[][] = parse(text, { ...CSV, to: 1 });
  if (header === undefined) return [];
  const places = ['id', 'note'].map((name) => header.indexOf(name));
  // Several columns may have no name.
  const named = header.filter((name) => name !== '');
  refuseUnless(header.length <= MOST_COLUMNS && new Set(named).size === named.length);
  refuseUnless(header.every((name) => !/\r(?!\n)/.test(name)) && !places.includes(-1));
  const [, ...records]: string[][] = parse(text, {
    ...CSV,
    on_record: (fields: string[]) => {
      refuseUnless(fields.length === header.length);
      refuseUnless(fields.reduce((sum, field) => sum + field.length, 0) <= MOST_ROW_BYTES);
      return fields;
    },
  });
  return sorted(
    records.map((fields) => {
      const [id, note] = places.map((place) => textOf(fields[place]));
      return JSON.stringify([id, note === '' ? null : note, null]);
    }),
  );
}

const longestLine = (text: string): number =>
  text.split('\n').reduce((most, line) => Math.max(most, Buffer.byteLength(line)), 0);

/** The bytes of the longest item of a valid JSON array, blanks within it included. */
function longestItem(text: string): number {
  let [longest, levels, start] = [0, 0, 0];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]+|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') {
      levels += 1;
      if (levels === 2) start = index;
    } else if (token === ']' || token === '}') {
      levels -= 1;
      if (levels === 1) longest = Math.max(longest, Buffer.byteLength(text.slice(start, index)));
    }
  }
  return longest;
}

function jsonRow(row: unknown): string {
  refuseUnless(typeof row === 'object' && row !== null && !Array.isArray(row));
  const values = row as Readonly<Record<string, unknown>>;
  refuseUnless(['id', 'note', 'data'].every((name) => Object.hasOwn(values, name)));
  const { id, note, data } = values;
  refuseUnless(Object.keys(values).length <= MOST_COLUMNS);
  refuseUnless(countValues(row) <= MOST_VALUES);
  // A text in a column of JSON is read as JSON.
  const json: unknown = typeof data === 'string' && data.trim() !== '' ? JSON.parse(data) : data;
  if (typeof data === 'string') countValues(json);
  return inOrder([textOf(id), note === null ? null : textOf(note), json === '' ? null : json]);
}

function textOf(value: unknown): string {
  refuseUnless(typeof value === 'string' && !value.includes('\0') && value.isWellFormed());
  return value as string;
}

/** @throws {Error} for more levels than a row may have */
function countValues(value: unknown): number {
  let count = 0;
  let level: unknown[] = [value];
  for (let levels = 0; level.length > 0; levels += 1) {
    count += level.length;
    const inner = level.filter((item): item is object => typeof item === 'object' && item !== null);
    refuseUnless(inner.length === 0 || levels < MOST_LEVELS);
    level = inner.flatMap((item) => Object.values(item) as unknown[]);
  }
  return count;
}

function refuseUnless(isFine: boolean): void {
  if (!isFine) throw new Error('has to be refused');
}
