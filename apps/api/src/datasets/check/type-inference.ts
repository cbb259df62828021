import { createColumnConverter } from '../../sources/values/column-values.js';
import type { ValueDialect } from '../../sources/values/value-dialect.js';
import {
  COLUMN_TYPES,
  COLUMN_TYPE_NAMES,
  type ColumnType,
  type ValueConverter,
} from '../../targets/column-types.js';

/** The types from the most specific to the most general. */
const BY_RANK = COLUMN_TYPE_NAMES.toSorted(
  (a, b) => COLUMN_TYPES[a].inferenceRank - COLUMN_TYPES[b].inferenceRank,
);

/** Finds the column type that fits all values of a source's column, by the converters that a sync has. */
export class TypeInference {
  private possible: readonly { readonly type: ColumnType; readonly convert: ValueConverter }[];
  private readonly asText: ValueConverter;
  private hasValues = false;
  private hasGaps = false;

  /** @param dialect how the source writes its values; null where it has no keys for that */
  constructor(dialect: ValueDialect | null = null) {
    const converter = (type: ColumnType, nullable: boolean): ValueConverter =>
      createColumnConverter({ name: '', from: '', type, nullable }, dialect);
    this.possible = BY_RANK.map((type) => ({ type, convert: converter(type, false) }));
    this.asText = converter('text', true);
  }

  /** @param typed whether the source distinguishes an empty text from a missing value */
  add(received: unknown, typed: boolean): void {
    if (this.asText(received, typed) === null) {
      this.hasGaps = true;
      return;
    }
    this.hasValues = true;
    this.possible = this.possible.filter(
      ({ type, convert }) =>
        COLUMN_TYPES[type].neverInferredFrom?.(received) !== true &&
        convert(received, true) !== undefined,
    );
  }

  /** The type that fits; undefined where there is none, or no value. */
  get found(): {
    readonly type: ColumnType | undefined;
    readonly hasValues: boolean;
    readonly hasGaps: boolean;
  } {
    const { hasValues, hasGaps } = this;
    return { type: hasValues ? this.possible[0]?.type : undefined, hasValues, hasGaps };
  }

  /** Such as `integer, nullable`. */
  describe(): string {
    if (!this.hasValues) return 'no value';
    const type = this.possible[0]?.type ?? 'no type';
    return this.hasGaps ? `${type}, nullable` : type;
  }
}
