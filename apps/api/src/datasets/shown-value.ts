import type { ColumnType } from './dataset.js';
import { showJson } from './json-text.js';

/** What the database gives of a target. */
export type StoredValue = string | number | null;

/**
 * A value of a target as JSON has it: an integer that no number holds is its digits in a text, a decimal is the text
 * that it is, and JSON is the value that it writes.
 * @param stored as the database gives it, an `integer` as its digits
 */
export function showValue(type: ColumnType, stored: StoredValue): unknown {
  if (stored === null) return null;
  switch (type) {
    case 'integer': {
      const number = Number(stored);
      return Number.isSafeInteger(number) ? number : String(stored);
    }
    case 'boolean':
      return stored === 1;
    case 'json':
      return showJson(String(stored));
    case 'text':
    case 'real':
    case 'decimal':
    case 'date':
    case 'timestamp':
      return stored;
  }
}
