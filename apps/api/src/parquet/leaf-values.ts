import { isUtf8 } from 'node:buffer';
import { InstantTexts, SECOND_PARTS, dayText, timeText } from './instant-text.js';
import { damaged } from './parquet-error.js';
import type { ParquetType, SchemaNode } from './parquet-schema.js';

/** A value of a leaf, as {@link ParquetType} says. */
export type LeafValue = string | number | bigint | boolean | Uint8Array | null;

/** Makes the values of a leaf from how they are stored. */
export interface LeafDecoder {
  boolean(value: boolean): LeafValue;
  int32(value: number): LeafValue;
  /** @param high the upper 32 bits, with the sign @param low the lower ones, without */
  int64(high: number, low: number): LeafValue;
  float(value: number): LeafValue;
  bytes(bytes: Buffer, start: number, end: number): LeafValue;
}

const HIGH = 2 ** 32;
/** A number whose upper half is below has no more than 53 bits. */
const MOST_HIGH = 2 ** 21;

/** An integer of 64 bits, a number where that is exact. */
function exact(high: number, low: number): number | bigint {
  return high >= -MOST_HIGH && high < MOST_HIGH ? high * HIGH + low : wide(high, low);
}

function wide(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function impossible(): never {
  throw damaged('expected values of one type, got others');
}

const NOTHING: LeafDecoder = {
  boolean: impossible,
  int32: impossible,
  int64: impossible,
  float: impossible,
  bytes: impossible,
};

/** How the values of a leaf are made. */
export function leafDecoder({ type, physical, path }: SchemaNode): LeafDecoder {
  switch (type.kind) {
    case 'boolean':
      return { ...NOTHING, boolean: (value) => value };
    case 'integer':
      return integerDecoder(type.isSigned);
    case 'float':
      return { ...NOTHING, float: (value) => value, bytes: readHalfFloat };
    case 'decimal':
      return decimalDecoder(type.scale);
    case 'date':
      return { ...NOTHING, int32: dayText };
    case 'time':
      return timeDecoder(type);
    case 'timestamp':
      return instantDecoder(type, physical === 'INT96');
    case 'text':
    case 'json':
      return { ...NOTHING, bytes: textReader(path.join('.')) };
    case 'uuid':
      return { ...NOTHING, bytes: readUuid };
    case 'binary':
      return {
        ...NOTHING,
        bytes: (bytes, start, end) => Uint8Array.from(bytes.subarray(start, end)),
      };
    case 'nested':
    case 'unsupported':
      return NOTHING;
  }
}

function integerDecoder(isSigned: boolean): LeafDecoder {
  if (isSigned) return { ...NOTHING, int32: (value) => value, int64: exact };
  return {
    ...NOTHING,
    int32: (value) => value >>> 0,
    int64: (high, low) => exact(high >>> 0, low),
  };
}

function decimalDecoder(scale: number): LeafDecoder {
  return {
    ...NOTHING,
    int32: (value) => pointed(String(value), scale),
    int64: (high, low) => pointed(String(exact(high, low)), scale),
    bytes: (bytes, start, end) => pointed(String(readBigEndian(bytes, start, end)), scale),
  };
}

/** Longer decimals than any program has: one of a million bytes would take seconds. */
const MOST_DECIMAL_BYTES = 1_024;

function readBigEndian(bytes: Buffer, start: number, end: number): bigint {
  if (end === start) return 0n;
  if (end - start > MOST_DECIMAL_BYTES) {
    throw damaged(`expected a decimal of up to ${MOST_DECIMAL_BYTES} bytes, got ${end - start}`);
  }
  const bits = BigInt(`0x${bytes.toString('hex', start, end)}`);
  return BigInt.asIntN((end - start) * 8, bits);
}

/** Digits with a point before the last `scale` of them. */
function pointed(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const sign = digits.startsWith('-') ? '-' : '';
  const size = digits.slice(sign.length).padStart(scale + 1, '0');
  return `${sign}${size.slice(0, -scale)}.${size.slice(-scale)}`;
}

function timeDecoder({ unit }: Extract<ParquetType, { kind: 'time' }>): LeafDecoder {
  const parts = SECOND_PARTS[unit];
  const write = (time: number): string => timeText(time, parts);
  return { ...NOTHING, int32: write, int64: (high, low) => write(Number(exact(high, low))) };
}

/** Of the Julian day that 1970-01-01 is. */
const JULIAN_EPOCH = 2_440_588;
const DAY_NANOS = 86_400_000_000_000n;

function instantDecoder(
  { unit, isUtc }: Extract<ParquetType, { kind: 'timestamp' }>,
  isInt96: boolean,
): LeafDecoder {
  const texts = new InstantTexts(SECOND_PARTS[unit]);
  const zone = isUtc ? 'Z' : '';
  const write = (instant: number | bigint): string => texts.write(instant) + zone;
  if (!isInt96) {
    return { ...NOTHING, int32: write, int64: (high, low) => write(exact(high, low)) };
  }
  return {
    ...NOTHING,
    bytes: (bytes, start) => {
      const nanos = bytes.readBigInt64LE(start);
      const day = bytes.readInt32LE(start + 8) - JULIAN_EPOCH;
      return write(BigInt(day) * DAY_NANOS + nanos);
    },
  };
}

/** What takes the place of bytes that are no UTF-8. */
const REPLACED = '\uFFFD';

function textReader(column: string): LeafDecoder['bytes'] {
  return (bytes, start, end) => {
    const text = bytes.toString('utf8', start, end);
    if (text.includes(REPLACED) && !isUtf8(bytes.subarray(start, end))) {
      throw damaged(`expected texts in UTF-8 in column ${column}, got other bytes`);
    }
    return text;
  };
}

const UUID_GROUPS = [8, 12, 16, 20, 32] as const;

function readUuid(bytes: Buffer, start: number, end: number): string {
  const digits = bytes.toString('hex', start, end);
  let first = 0;
  const groups = UUID_GROUPS.map((last) => {
    const group = digits.slice(first, last);
    first = last;
    return group;
  });
  return groups.join('-');
}

/** [IEEE 754](https://ieeexplore.ieee.org/document/8766229) of 16 bits. */
function readHalfFloat(bytes: Buffer, start: number): number {
  const bits = bytes.readUInt16LE(start);
  const sign = bits >>> 15 === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}
