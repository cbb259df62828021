import { isUtf8 } from 'node:buffer';
import { elementOf } from '../../parquet/parquet-schema.js';
import type { SchemaNode } from '../../parquet/parquet-schema.js';
import { rawJSON } from '../../targets/exact-number.js';

/** Makes a value of a source of a value of a Parquet file; absent where it is the same. */
export type ParquetConverter = ((value: unknown) => unknown) | undefined;

/** `YYYY-MM-DDTHH:MM:SS.ffffff`, before the last three of nine digits. */
const NANO_DIGITS = /(\.\d{6})\d{3}/;

/**
 * The converter of a column, or of an element in one. Of nanoseconds, the microsecond that has begun stays. Bytes become a
 * text where they are one in UTF-8: older writers have no other way to write it. A decimal inside of a list, a structure or
 * a map becomes a number, because these are JSON.
 */
export function parquetConverter(node: SchemaNode, isNested = false): ParquetConverter {
  if (node.repetition === 'repeated' && !isNested) return elementConverter(node);
  switch (node.shape) {
    case 'leaf':
      return leafConverter(node, isNested);
    case 'struct':
      return structConverter(node);
    case 'list': {
      const [child] = node.children;
      if (child === undefined) return undefined;
      const element = elementOf(node, child);
      return eachItem(
        element === child ? parquetConverter(child, true) : elementConverter(element),
      );
    }
    case 'map': {
      const [, value] = node.children[0]?.children ?? [];
      return value === undefined ? undefined : eachEntry(elementConverter(value));
    }
  }
}

/** Of an element that may repeat by itself. */
function elementConverter(node: SchemaNode): ParquetConverter {
  const convert = parquetConverter(node, true);
  return node.repetition === 'repeated' ? eachItem(convert) : convert;
}

function leafConverter({ type }: SchemaNode, isNested: boolean): ParquetConverter {
  switch (type.kind) {
    case 'binary':
      return (value) =>
        value instanceof Uint8Array && isUtf8(value) ? Buffer.from(value).toString() : value;
    case 'timestamp':
    case 'time':
      if (type.unit !== 'NANOS') return undefined;
      return (value) => (typeof value === 'string' ? value.replace(NANO_DIGITS, '$1') : value);
    case 'decimal':
      if (!isNested) return undefined;
      return (value) => (typeof value === 'string' ? rawJSON(value) : value);
    default:
      return undefined;
  }
}

function structConverter(node: SchemaNode): ParquetConverter {
  const parts = node.children
    .map((child) => [child.name, elementConverter(child)] as const)
    .filter(([, convert]) => convert !== undefined);
  if (parts.length === 0) return undefined;
  const converters = new Map(parts);
  return (value) => mapEntries(value, (part, name) => converters.get(name)?.(part) ?? part);
}

function eachEntry(convert: ParquetConverter): ParquetConverter {
  return convert && ((value) => mapEntries(value, convert));
}

function eachItem(convert: ParquetConverter): ParquetConverter {
  return (
    convert &&
    ((value) => (Array.isArray(value) ? value.map((item: unknown) => convert(item)) : value))
  );
}

function mapEntries(value: unknown, convert: (part: unknown, name: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, convert(part, name)]),
  );
}
