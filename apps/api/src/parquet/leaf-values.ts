import { parseFloat16 } from 'hyparquet/src/convert.js';
import { dayText, instantText, timeText } from './instant-text.js';
import { damaged, ParquetError } from './parquet-error.js';
import type { SchemaNode } from './parquet-schema.js';

/** A value of a leaf, as `ParquetType` says. */
export type LeafValue = string | number | bigint | boolean | Uint8Array | null;

/** Makes a value of a leaf from how the library gives it: as it is stored, but a text as one. */
export type LeafDecoder = (stored: unknown) => LeafValue;

/** Longer decimals than any program has: one of a million bytes would take seconds. */
const MOST_DECIMAL_BYTES = 1_024;

/** How the values of a leaf are made. @throws {ParquetError} if a value is stored in another way than its type */
export function leafDecoder({ name, type, stored: { element } }: SchemaNode): LeafDecoder {
  const numberOf = (stored: unknown): number | bigint => {
    if (typeof stored === 'number') return stored;
    if (typeof stored !== 'bigint') return refuse(name);
    // Of differences, all are read with 64 bits.
    return element.type === 'INT32' ? Number(BigInt.asIntN(32, stored)) : stored;
  };
  switch (type.kind) {
    case 'boolean':
      return (stored) => (typeof stored === 'boolean' ? stored : refuse(name));
    case 'integer':
      return type.isSigned
        ? (stored) => narrow(numberOf(stored))
        : (stored) => unsigned(numberOf(stored));
    case 'float':
      return (stored) => {
        const value = stored instanceof Uint8Array ? parseFloat16(stored) : stored;
        return typeof value === 'number' ? value : refuse(name);
      };
    case 'decimal':
      return (stored) => {
        const digits = stored instanceof Uint8Array ? readBigEndian(stored) : numberOf(stored);
        return pointed(String(digits), type.scale);
      };
    case 'date':
      return (stored) => dayText(Number(numberOf(stored)));
    case 'time':
      return (stored) => timeText(numberOf(stored), type.unit);
    case 'timestamp': {
      const zone = type.isUtc ? 'Z' : '';
      return (stored) => instantText(numberOf(stored), type.unit) + zone;
    }
    case 'text':
    case 'json':
      return (stored) =>
        typeof stored === 'string' ? stored : readText(bytesOf(stored, name), name);
    case 'uuid':
      return (stored) => readUuid(bytesOf(stored, name));
    case 'binary':
      // Not the page around it, which would stay in memory.
      return (stored) => bytesOf(stored, name).slice();
    case 'nested':
    case 'unsupported':
      return () => refuse(name);
  }
}

function refuse(column: string): never {
  throw damaged(`expected values of one type in column ${column}, got others`);
}

function bytesOf(stored: unknown, column: string): Uint8Array {
  return stored instanceof Uint8Array ? stored : refuse(column);
}

/** A number where that is exact. */
function narrow(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function unsigned(value: number | bigint): number | bigint {
  return typeof value === 'number' ? value >>> 0 : narrow(BigInt.asUintN(64, value));
}

function readBigEndian(bytes: Uint8Array): bigint {
  if (bytes.length > MOST_DECIMAL_BYTES) {
    throw damaged(`expected a decimal of up to ${MOST_DECIMAL_BYTES} bytes, got ${bytes.length}`);
  }
  if (bytes.length === 0) return 0n;
  const bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  return BigInt.asIntN(bytes.length * 8, bits);
}

function readUuid(bytes: Uint8Array): string {
  const digits = Buffer.from(bytes).toString('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Digits with a point before the last `scale` of them. */
function pointed(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const sign = digits.startsWith('-') ? '-' : '';
  const size = digits.slice(sign.length).padStart(scale + 1, '0');
  return `${sign}${size.slice(0, -scale)}.${size.slice(-scale)}`;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws {ParquetError} for bytes that are no text */
export function readText(bytes: Uint8Array, column: string): string {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    const why = `expected texts in UTF-8 in column ${column}, got other bytes`;
    throw new ParquetError('damaged', why, { cause: error });
  }
}
