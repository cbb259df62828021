import { describeReceived } from '../../config/received.js';
import { writeJson } from '../../targets/exact-json.js';

// A row as text, for people who look for what is wrong with it. Only its beginning is kept: a row may have megabytes.

/** The most bytes of a row's text that are kept, in UTF-8. */
export const MOST_ROW_TEXT_BYTES = 4_096;
const ELLIPSIS = '…';

/** The beginning of a row as RFC 4180 writes it, with the delimiter of its file. */
export function writeCsvRow(fields: readonly unknown[], delimiter = ','): string {
  let text = '';
  for (const [index, field] of fields.entries()) {
    const value = typeof field === 'string' ? field.slice(0, MOST_ROW_TEXT_BYTES) : '';
    const isQuoted = /["\r\n]/.test(value) || value.includes(delimiter);
    text += `${index === 0 ? '' : delimiter}${isQuoted ? `"${value.replaceAll('"', '""')}"` : value}`;
    if (text.length > MOST_ROW_TEXT_BYTES) break;
  }
  return text;
}

/** The beginning of a row as a JSON object. A value that JSON can't say is described. */
export function writeJsonRow(values: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const [name, value] of Object.entries(values)) {
    const key = JSON.stringify(name.slice(0, MOST_ROW_TEXT_BYTES));
    text += `${text === '' ? '{' : ','}${key}:${writeValue(value)}`;
    if (text.length > MOST_ROW_TEXT_BYTES) return text;
  }
  return text === '' ? '{}' : `${text}}`;
}

function writeValue(value: unknown): string {
  if (value === undefined) return 'null';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MOST_ROW_TEXT_BYTES));
  return writeJson(value) ?? JSON.stringify(describeReceived(value));
}

/** Cuts a text to the bytes that are kept, with an ellipsis at the end. */
export function cutRowText(text: string): string {
  // No character has fewer bytes than UTF-16 code units.
  if (text.length <= MOST_ROW_TEXT_BYTES && Buffer.byteLength(text) <= MOST_ROW_TEXT_BYTES) {
    return text;
  }
  const bytes = new Uint8Array(MOST_ROW_TEXT_BYTES - Buffer.byteLength(ELLIPSIS));
  const { read } = new TextEncoder().encodeInto(text, bytes);
  return text.slice(0, read) + ELLIPSIS;
}
