import { isDate } from 'node:util/types';
import { convertValue } from '../../targets/column-value.js';
import type { ColumnType } from '../../targets/target-column.js';

/** The types from the one that says most of a value to the one that says least. */
const BY_PREFERENCE = [
  'integer',
  'boolean',
  'real',
  'decimal',
  'date',
  'timestamp',
  'text',
  'json',
] as const satisfies readonly ColumnType[];

/** What a `real` keeps of every decimal number. */
const EXACT_DIGITS = 15;

/** Finds the column type that fits all values of a source's column, by the converters that a sync has. */
export class TypeInference {
  private possible: readonly ColumnType[] = BY_PREFERENCE;
  private hasValues = false;
  private hasGaps = false;

  /** @param typed whether the source tells an empty text from nothing */
  add(received: unknown, typed: boolean): void {
    if (received === null || received === undefined || (received === '' && !typed)) {
      this.hasGaps = true;
      return;
    }
    this.hasValues = true;
    this.possible = this.possible.filter((type) => fits(type, received));
  }

  /** Such as `integer, nullable`. */
  describe(): string {
    if (!this.hasValues) return 'no value';
    const type = this.possible[0] ?? 'no type';
    return this.hasGaps ? `${type}, nullable` : type;
  }
}

function fits(type: ColumnType, received: unknown): boolean {
  // Each number is JSON, too: only what has no other type is to be called so.
  if (type === 'json' && (typeof received !== 'object' || isDate(received))) return false;
  if (type === 'real' && losesDigits(received)) return false;
  return convertValue({ type, nullable: false }, received, { typed: true }).ok;
}

function losesDigits(received: unknown): boolean {
  if (typeof received !== 'string' && typeof received !== 'bigint') return false;
  const digits = String(received).replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '');
  return digits.length > EXACT_DIGITS;
}
