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

const NUMBERS: readonly ColumnType[] = ['integer', 'real', 'decimal'];
const EXPONENT = /e[+-]?\d+\s*$/i;

/** Finds the column type that fits all values of a source's column, by the converters that a sync has. */
export class TypeInference {
  private possible: readonly { readonly type: ColumnType; readonly convert: ValueConverter }[];
  private readonly asText: ValueConverter;
  private hasValues = false;
  private hasGaps = false;
  private readonly asNumber: ValueConverter;
  private readonly decimal: string;
  private areNumbers = true;
  /** The first text that would be another one if it were written back as a number. */
  private code: string | undefined;
  /** The first number whose fraction ends with a zero, as that of a version does. */
  private trailingZero: string | undefined;
  private readonly fractionLengths = new Set<number>();

  /** @param dialect how the source writes its values; null where it has no keys for that */
  constructor(dialect: ValueDialect | null = null) {
    const converter = (type: ColumnType, nullable: boolean): ValueConverter =>
      createColumnConverter({ name: '', from: '', type, nullable }, dialect);
    this.possible = BY_RANK.map((type) => ({ type, convert: converter(type, false) }));
    this.asText = converter('text', true);
    this.asNumber = converter('decimal', false);
    this.decimal = dialect?.decimal ?? '.';
  }

  /** @param typed whether the source distinguishes an empty text from a missing value */
  add(received: unknown, typed: boolean): void {
    if (this.asText(received, typed) === null) {
      this.hasGaps = true;
      return;
    }
    this.hasValues = true;
    this.addNumber(received);
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
    /** Of a text: a value that would be another one as a number, though all of them are numbers. */
    readonly code: string | undefined;
  } {
    const { hasValues, hasGaps } = this;
    const type = hasValues ? this.fitting : undefined;
    const code = type === 'text' && this.areNumbers ? this.losing : undefined;
    return { type, hasValues, hasGaps, code };
  }

  private get fitting(): ColumnType | undefined {
    const isText = this.losing !== undefined;
    return this.possible.find(({ type }) => !(isText && NUMBERS.includes(type)))?.type;
  }

  /** `1.1` and `1.10` are two texts, and one number. */
  private get losing(): string | undefined {
    return this.code ?? (this.fractionLengths.size > 1 ? this.trailingZero : undefined);
  }

  private addNumber(received: unknown): void {
    if (!this.areNumbers || typeof received !== 'string') return;
    this.areNumbers = this.asNumber(received.replace(EXPONENT, ''), true) !== undefined;
    if (COLUMN_TYPES.decimal.neverInferredFrom?.(received) === true) this.code ??= received.trim();
    const [, fraction] = received.trim().replace(EXPONENT, '').split(this.decimal);
    if (fraction === undefined) return;
    this.fractionLengths.add(fraction.length);
    if (/.0$/.test(fraction)) this.trailingZero ??= received.trim();
  }

  /** Such as `integer, nullable`. */
  describe(): string {
    if (!this.hasValues) return 'no value';
    const type = this.fitting ?? 'no type';
    return this.hasGaps ? `${type}, nullable` : type;
  }
}
