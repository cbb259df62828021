import { hash } from 'node:crypto';
import type { ColumnType, TargetValue } from './column-types.js';
import type { TargetColumn } from './target.js';
import { canonicalJson, canonicalJsonInSlices } from './exact-json.js';
import { canonicalNumber } from './exact-number.js';

/** The fingerprint of no rows. */
export const EMPTY_FINGERPRINT = '0'.repeat(32);

/** The sum is kept in 32 bits each, the lowest first: bigints would take three times as long. */
const LIMBS = 4;
const LIMB = 2 ** 32;
const LIMB_DIGITS = 8;
const DIGITS = LIMBS * LIMB_DIGITS;
const NINE = 0x39;
/** So many 32-bit numbers add up exactly in a float of 64 bits. */
const MOST_UNCARRIED = 1_000_000;

export type NamedColumn = Pick<TargetColumn, 'name' | 'type'>;

/**
 * The fingerprint of a day's rows: the sum, modulo 2^128, of the MD5 ([RFC 1321](https://www.rfc-editor.org/rfc/rfc1321))
 * of each row's canonical text. It does not depend on the order of the rows, counts equal rows, and is the same for the
 * same values wherever they are stored. Databases have MD5, too: they can add it up on their side. It finds mistakes,
 * and is no protection against a person who wants two days to look alike.
 */
export class Fingerprint {
  private readonly sum = new DigestSum();
  private readonly digests: RowDigests;

  /** @param columns in the order of a row's values */
  constructor(columns: readonly NamedColumn[]) {
    this.digests = new RowDigests(columns);
  }

  /** The number of rows so far. */
  get count(): number {
    return this.sum.count;
  }

  /** @returns a promise where a value is so large that this takes more than one turn of the event loop */
  add(row: readonly TargetValue[]): Promise<void> | undefined {
    const digest = this.digests.of(row);
    if (typeof digest !== 'string') {
      return digest.then((digits) => {
        this.sum.add(digits);
      });
    }
    this.sum.add(digest);
    return undefined;
  }

  /** 32 hexadecimal digits. */
  get value(): string {
    return this.sum.value;
  }
}

/** The sum of digests, modulo 2^128. */
export class DigestSum {
  private readonly limbs = new Float64Array(LIMBS);
  private uncarried = 0;
  private digests = 0;

  /** The number of digests so far. */
  get count(): number {
    return this.digests;
  }

  /** @param digits of one digest or of several, 32 hexadecimal digits each */
  add(digits: string): void {
    const { limbs } = this;
    for (let end = DIGITS; end <= digits.length; end += DIGITS) {
      for (let limb = 0; limb < LIMBS; limb += 1) {
        let part = 0;
        const past = end - limb * LIMB_DIGITS;
        for (let at = past - LIMB_DIGITS; at < past; at += 1) {
          const code = digits.charCodeAt(at);
          // The last four bits of a digit are its value, and of a letter nine less than that.
          part = part * 16 + (code & 15) + (code > NINE ? 9 : 0);
        }
        limbs[limb] = (limbs[limb] ?? 0) + part;
      }
      this.digests += 1;
      this.uncarried += 1;
      if (this.uncarried === MOST_UNCARRIED) this.carry();
    }
  }

  /** 32 hexadecimal digits. */
  get value(): string {
    this.carry();
    return [...this.limbs]
      .map((limb) => limb.toString(16).padStart(LIMB_DIGITS, '0'))
      .reverse()
      .join('');
  }

  private carry(): void {
    let carried = 0;
    for (const [limb, sum] of this.limbs.entries()) {
      const total = sum + carried;
      this.limbs[limb] = total % LIMB;
      carried = Math.floor(total / LIMB);
    }
    this.uncarried = 0;
  }
}

/** What a field can't contain as it is: it would end the field, or begin an escape. */
const SPECIAL = /[\\\t]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t' };
const NULL = '\\N';

/** Of a row whose JSON has more characters, it is read in slices. */
const MOST_JSON_AT_ONCE = 1_000_000;

/** The MD5 of the canonical text of each row. */
export class RowDigests {
  private readonly texts: RowTexts;

  /** As {@link RowTexts} has them. */
  constructor(columns: readonly NamedColumn[], names?: readonly string[]) {
    this.texts = new RowTexts(columns, names);
  }

  /**
   * The digest of a row, in 32 hexadecimal digits: a promise where that takes more than one turn of the event loop.
   * @param row its values in the order of the columns
   */
  of(row: readonly TargetValue[]): string | Promise<string> {
    const text = this.texts.of(row);
    return typeof text === 'string'
      ? hash('md5', text, 'hex')
      : text.then((whole) => hash('md5', whole, 'hex'));
  }
}

/** The canonical text of each row: its fields in the order of their columns' names, separated by tabs. */
export class RowTexts {
  private readonly fields: readonly { readonly at: number; readonly type: ColumnType }[];
  private readonly hasJson: boolean;

  /**
   * @param columns in the order of a row's values
   * @param names those that count, by default all
   */
  constructor(columns: readonly NamedColumn[], names?: readonly string[]) {
    const all = columns.map(({ name, type }, at) => ({ name, type, at }));
    this.fields = inNameOrder(
      names === undefined ? all : all.filter(({ name }) => names.includes(name)),
    );
    this.hasJson = this.fields.some(({ type }) => type === 'json');
  }

  /**
   * The canonical text of a row: a promise where that takes more than one turn of the event loop.
   * @param row its values in the order of the columns
   */
  of(row: readonly TargetValue[]): string | Promise<string> {
    if (this.hasJson && this.jsonCharacters(row) > MOST_JSON_AT_ONCE) return this.ofLarge(row);
    let text = '';
    let isFirst = true;
    for (const { at, type } of this.fields) {
      if (!isFirst) text += '\t';
      text += fieldText(type, row[at] ?? null);
      isFirst = false;
    }
    return text;
  }

  private jsonCharacters(row: readonly TargetValue[]): number {
    let characters = 0;
    for (const { at, type } of this.fields) {
      if (type === 'json') characters += String(row[at] ?? '').length;
    }
    return characters;
  }

  private async ofLarge(row: readonly TargetValue[]): Promise<string> {
    const texts: string[] = [];
    for (const { at, type } of this.fields) {
      const value = row[at] ?? null;
      const isJson = type === 'json' && value !== null;
      texts.push(
        isJson ? escaped(await canonicalJsonInSlices(String(value))) : fieldText(type, value),
      );
    }
    return texts.join('\t');
  }
}

/** Columns in the order of their names, so that their order in the datasets file does not matter. */
export function inNameOrder<Column extends { readonly name: string }>(
  columns: readonly Column[],
): readonly Column[] {
  return columns.toSorted(({ name: one }, { name: other }) => (one < other ? -1 : 1));
}

function fieldText(type: ColumnType, value: TargetValue): string {
  if (value === null) return NULL;
  switch (type) {
    case 'integer':
    case 'boolean':
    case 'date':
    case 'timestamp':
      return String(value);
    case 'real':
      return realText(value);
    case 'decimal':
      return decimalText(value);
    case 'text':
      return escaped(String(value));
    case 'json':
      return escaped(canonicalJson(String(value)));
  }
}

function escaped(text: string): string {
  // Most texts have neither.
  if (!text.includes('\\') && !text.includes('\t')) return text;
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}

/** A decimal in digits, without zeros at its end: 1.50 and 1.5 are one number. */
function decimalText(value: string | number | bigint): string {
  const text = String(value);
  const digits = PLAIN_NUMBER.test(text) ? text : canonicalNumber(text);
  if (!NUMBER.test(digits)) return escaped(digits);
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** What a target has in the place of a number may be anything: it may have been written by hand. */
const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** A number that is written as {@link canonicalNumber} would write it. */
const PLAIN_NUMBER = /^(?:-(?=.*[1-9]))?(?:0|[1-9]\d*)(?:\.\d+)?$/;

const LEAST_SHORTEST = 1e-4;
const MOST_SHORTEST = 1e15;
const BYTES = Buffer.alloc(8);

/**
 * A float: its shortest digits, where these need no exponent and are the same in all databases; else its eight bytes
 * ([IEEE 754](https://ieeexplore.ieee.org/document/8766229)), in hexadecimal digits.
 */
function realText(value: string | number | bigint): string {
  const number = Number(value);
  if (number === 0) return '0';
  const size = Math.abs(number);
  if (size >= LEAST_SHORTEST && size < MOST_SHORTEST) return String(number);
  // It was written by hand.
  if (Number.isNaN(number) && typeof value === 'string') return escaped(value);
  BYTES.writeDoubleBE(number);
  return BYTES.toString('hex');
}
