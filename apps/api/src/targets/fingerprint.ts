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
const LIMB_BYTES = 4;
/** So many 32-bit numbers add up exactly in a float of 64 bits. */
const MOST_UNCARRIED = 1_000_000;

type NamedColumn = Pick<TargetColumn, 'name' | 'type'>;

/**
 * The fingerprint of a day's rows: the sum, modulo 2^128, of the MD5 ([RFC 1321](https://www.rfc-editor.org/rfc/rfc1321))
 * of each row's canonical text. It does not depend on the order of the rows, counts equal rows, and is the same for the
 * same values wherever they are stored. Databases have MD5, too: they can add it up on their side. It finds mistakes,
 * and is no protection against a person who wants two days to look alike.
 */
export class Fingerprint {
  private readonly sum = new DigestSum();
  private readonly texts: RowTexts;

  /** @param columns in the order of a row's values */
  constructor(columns: readonly NamedColumn[]) {
    this.texts = new RowTexts(columns);
  }

  /** The number of rows so far. */
  get count(): number {
    return this.sum.count;
  }

  /** @returns a promise where a value is so large that this takes more than one turn of the event loop */
  add(row: readonly TargetValue[]): Promise<void> | undefined {
    // Without a text for each row there is half as much garbage, and it takes half as long.
    const end = this.texts.write(row, ROW_BYTES);
    if (end !== TOO_LONG) {
      this.sum.add(hash('md5', ROW_BYTES.subarray(0, end), 'binary'));
      return undefined;
    }
    const text = this.texts.of(row);
    if (typeof text !== 'string') {
      return text.then((whole) => {
        this.sum.add(hash('md5', whole, 'binary'));
      });
    }
    this.sum.add(hash('md5', text, 'binary'));
    return undefined;
  }

  /** 32 hexadecimal digits. */
  get value(): string {
    return this.sum.value;
  }
}

/** The sum of digests, modulo 2^128. */
class DigestSum {
  private readonly limbs = new Float64Array(LIMBS);
  private uncarried = 0;
  private digests = 0;

  /** The number of digests so far. */
  get count(): number {
    return this.digests;
  }

  /** @param digest its bytes, the highest first, a character each */
  add(digest: string): void {
    const { limbs } = this;
    for (let limb = 0; limb < LIMBS; limb += 1) {
      const at = LIMB_BYTES * (LIMBS - 1 - limb);
      const high = (digest.charCodeAt(at) << 8) | digest.charCodeAt(at + 1);
      const low = (digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3);
      limbs[limb] = (limbs[limb] ?? 0) + high * 65_536 + low;
    }
    this.digests += 1;
    this.uncarried += 1;
    if (this.uncarried === MOST_UNCARRIED) this.carry();
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

/** Of a character of UTF-16, in UTF-8. */
const MOST_BYTES = 3;
const MOST_ASCII = 0x7f;
const TAB = 0x09;
const TOO_LONG = -1;
/** Where the row is written that is hashed next. */
const ROW_BYTES = Buffer.allocUnsafeSlow(65_536);

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
    if (this.isLarge(row)) return this.ofLarge(row);
    let text = '';
    let isFirst = true;
    for (const { at, type } of this.fields) {
      if (!isFirst) text += '\t';
      text += fieldText(type, row[at] ?? null);
      isFirst = false;
    }
    return text;
  }

  /**
   * Writes the canonical text of a row in UTF-8.
   * @returns how many bytes it has; {@link TOO_LONG} if there may be no room for it, or it takes more than one turn
   */
  write(row: readonly TargetValue[], bytes: Buffer): number {
    if (this.isLarge(row)) return TOO_LONG;
    let end = 0;
    for (const [index, { at, type }] of this.fields.entries()) {
      const field = fieldText(type, row[at] ?? null);
      if (end + MOST_BYTES * field.length >= bytes.length) return TOO_LONG;
      if (index > 0) bytes[end++] = TAB;
      end += writeText(field, bytes, end);
    }
    return end;
  }

  private isLarge(row: readonly TargetValue[]): boolean {
    return this.hasJson && this.jsonCharacters(row) > MOST_JSON_AT_ONCE;
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

/** @returns how many bytes it has; most texts are short and in ASCII, and Node's own call takes longer for those */
function writeText(text: string, bytes: Buffer, begin: number): number {
  const { length } = text;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > MOST_ASCII) return bytes.write(text, begin);
    bytes[begin + index] = code;
  }
  return length;
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
