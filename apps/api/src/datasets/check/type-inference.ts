import {
  COLUMN_TYPES,
  COLUMN_TYPE_NAMES,
  createConverter,
  type ColumnType,
} from '../../targets/column-types.js';

/** The types from the most specific to the most general. */
const BY_RANK = COLUMN_TYPE_NAMES.toSorted(
  (a, b) => COLUMN_TYPES[a].inferenceRank - COLUMN_TYPES[b].inferenceRank,
);

/** Finds the column type that fits all values of a source's column, by the converters that a sync has. */
export class TypeInference {
  private possible: readonly ColumnType[] = BY_RANK;
  private hasValues = false;
  private hasGaps = false;

  /** @param typed whether the source distinguishes an empty text from a missing value */
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
  if (COLUMN_TYPES[type].neverInferredFrom?.(received) === true) return false;
  return createConverter(type, false)(received, true) !== undefined;
}
