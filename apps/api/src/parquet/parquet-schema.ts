import { damaged } from './parquet-error.js';

type FieldNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 14 | 15 | 16;

/** A structure of Thrift: its fields by their numbers. */
export type ThriftFields = Readonly<Partial<Record<`field_${FieldNumber}`, unknown>>>;

const PHYSICAL_TYPES = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const;

/** How values are stored. */
export type PhysicalType = (typeof PHYSICAL_TYPES)[number];

export type TimeUnit = 'MILLIS' | 'MICROS' | 'NANOS';

/** What values are, and as what they are read. */
export type ParquetType =
  /** True or false. */
  | { readonly kind: 'boolean' }
  /** A number; a bigint beyond 2^53. */
  | { readonly kind: 'integer'; readonly isSigned: boolean }
  /** A number, which may be NaN or infinite. */
  | { readonly kind: 'float'; readonly bits: 16 | 32 | 64 }
  /** A text of all its digits, with `scale` of them behind the point. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** A text, `YYYY-MM-DD`; a year that has not four digits is written as ISO 8601 has it, with a sign and six digits. */
  | { readonly kind: 'date' }
  /** A text, `HH:MM:SS.ffffff`; with nanoseconds nine digits. */
  | { readonly kind: 'time'; readonly unit: TimeUnit; readonly isUtc: boolean }
  /** A text, `YYYY-MM-DDTHH:MM:SS.ffffff`, with nanoseconds nine digits; a `Z` follows where it is an instant. */
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly isUtc: boolean }
  /** A text. */
  | { readonly kind: 'text' }
  /** A text of JSON. */
  | { readonly kind: 'json' }
  /** A text of lower-case hexadecimal digits in five groups. */
  | { readonly kind: 'uuid' }
  /** Bytes. Some writers keep texts as bytes. */
  | { readonly kind: 'binary' }
  /** A list, an object for a structure, and an object for a map. Its leaves are values as these. */
  | { readonly kind: 'nested' }
  /** It can't be read. */
  | { readonly kind: 'unsupported'; readonly what: string };

type Repetition = 'required' | 'optional' | 'repeated';
const REPETITIONS: readonly Repetition[] = ['required', 'optional', 'repeated'];

/** How the children of a group are one value. */
type Shape = 'leaf' | 'struct' | 'list' | 'map';

/** An element of a schema. */
export interface SchemaNode {
  readonly name: string;
  /** From the column down to it. */
  readonly path: readonly string[];
  readonly repetition: Repetition;
  readonly shape: Shape;
  readonly children: readonly SchemaNode[];
  /** The leaves inside of it: from this place of all leaves on, and how many. */
  readonly firstLeaf: number;
  readonly leafCount: number;
  /** The levels of a value that is there: how many elements from the column down to it may be missing, or repeat. */
  readonly definition: number;
  readonly repetitionLevel: number;
  readonly type: ParquetType;
  /** Of a leaf. */
  readonly physical: PhysicalType;
  /** Of a value of fixed length, in bytes. */
  readonly length: number;
}

/** More levels than any real schema has, and than the stack has room for. */
const MOST_DEPTH = 64;

/**
 * The tree of a schema.
 * @param elements in the order of a footer: each before its children
 * @throws {ParquetError}
 */
export function readSchema(elements: readonly ThriftFields[]): {
  root: SchemaNode;
  leaves: readonly SchemaNode[];
} {
  const reader = new SchemaReader(elements);
  const root = reader.read(null);
  if (root.children.length === 0 && reader.leaves.length > 0) {
    throw damaged('expected a schema with columns, got a single value');
  }
  return { root, leaves: reader.leaves };
}

class SchemaReader {
  readonly leaves: SchemaNode[] = [];
  private next = 0;

  constructor(private readonly elements: readonly ThriftFields[]) {}

  /** @param parent null for the root, which is no part of a value */
  read(parent: Pick<SchemaNode, 'path' | 'definition' | 'repetitionLevel'> | null): SchemaNode {
    const element = this.elements[this.next];
    if (element === undefined) throw damaged('expected another element of the schema, got its end');
    this.next += 1;
    const name = nameOf(element.field_4);
    const path = parent === null ? [] : [...parent.path, name];
    if (path.length > MOST_DEPTH) {
      throw damaged(`expected a schema of up to ${MOST_DEPTH} levels, got more`);
    }
    const repetition =
      parent === null ? 'required' : (REPETITIONS[Number(element.field_3 ?? 0)] ?? 'required');
    const levels = {
      path,
      definition: (parent?.definition ?? 0) + (repetition === 'required' ? 0 : 1),
      repetitionLevel: (parent?.repetitionLevel ?? 0) + (repetition === 'repeated' ? 1 : 0),
    };
    const firstLeaf = this.leaves.length;
    const count = Number(element.field_5 ?? 0);
    const physical = PHYSICAL_TYPES[Number(element.field_1)];
    if (count === 0 && physical !== undefined) {
      const length = Number(element.field_2 ?? 0);
      const leaf: SchemaNode = {
        ...{ name, ...levels, repetition, shape: 'leaf', children: [], firstLeaf, leafCount: 1 },
        ...{ type: leafType(element, physical, length), physical, length },
      };
      this.leaves.push(leaf);
      return leaf;
    }
    const children: SchemaNode[] = [];
    for (let child = 0; child < count; child += 1) children.push(this.read(levels));
    if (children.length === 0 && parent !== null) {
      throw damaged(`expected a type for column ${path.join('.')}, got none`);
    }
    return {
      ...{ name, ...levels, repetition, children },
      shape: shapeOf(element, children),
      ...{ firstLeaf, leafCount: this.leaves.length - firstLeaf },
      type: groupType(element, children),
      ...{ physical: 'BOOLEAN', length: 0 },
    };
  }
}

function nameOf(name: unknown): string {
  if (!(name instanceof Uint8Array)) throw damaged('expected the name of a column, got none');
  return Buffer.from(name).toString();
}

function fieldsOf(value: unknown): ThriftFields {
  return typeof value === 'object' && value !== null ? value : {};
}

/** How an older writer notes what values are. */
const CONVERTED = {
  UTF8: 0,
  MAP: 1,
  MAP_KEY_VALUE: 2,
  LIST: 3,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME_MILLIS: 7,
  TIME_MICROS: 8,
  TIMESTAMP_MILLIS: 9,
  TIMESTAMP_MICROS: 10,
  UINT_8: 11,
  UINT_64: 14,
  JSON: 19,
} as const;

function groupType(
  { field_10: logical }: ThriftFields,
  children: readonly SchemaNode[],
): ParquetType {
  if (fieldsOf(logical).field_16 !== undefined) return { kind: 'unsupported', what: 'VARIANT' };
  return (
    children.map(({ type }) => type).find(({ kind }) => kind === 'unsupported') ?? {
      kind: 'nested',
    }
  );
}

function shapeOf(element: ThriftFields, children: readonly SchemaNode[]): Shape {
  const { field_6: converted, field_10 } = element;
  const logical = fieldsOf(field_10);
  const [child] = children;
  if (children.length !== 1 || child?.repetition !== 'repeated') return 'struct';
  if (logical.field_3 !== undefined || converted === CONVERTED.LIST) return 'list';
  const isMap =
    logical.field_2 !== undefined ||
    converted === CONVERTED.MAP ||
    converted === CONVERTED.MAP_KEY_VALUE;
  const [key] = child.children;
  return isMap && child.children.length === 2 && key?.shape === 'leaf' ? 'map' : 'struct';
}

function leafType(element: ThriftFields, physical: PhysicalType, length: number): ParquetType {
  switch (physical) {
    case 'BOOLEAN':
      return { kind: 'boolean' };
    case 'INT32':
    case 'INT64':
      return integerType(element, physical === 'INT32' ? 32 : 64);
    case 'INT96':
      // Only Impala, Hive and Spark have ever used it: for instants.
      return { kind: 'timestamp', unit: 'NANOS', isUtc: true };
    case 'FLOAT':
      return { kind: 'float', bits: 32 };
    case 'DOUBLE':
      return { kind: 'float', bits: 64 };
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return bytesType(element, physical === 'BYTE_ARRAY' ? null : length);
  }
}

function integerType(element: ThriftFields, bits: 32 | 64): ParquetType {
  const { field_6: converted, field_10 } = element;
  const logical = fieldsOf(field_10);
  const decimal = decimalType(element);
  if (decimal !== null) return decimal;
  if (logical.field_10 !== undefined) {
    const { field_2: isSigned } = fieldsOf(logical.field_10);
    return { kind: 'integer', isSigned: isSigned !== false };
  }
  if (bits === 32 && (logical.field_6 !== undefined || converted === CONVERTED.DATE)) {
    return { kind: 'date' };
  }
  for (const [kind, noted] of [
    ['time', logical.field_7],
    ['timestamp', logical.field_8],
  ] as const) {
    if (noted === undefined) continue;
    const { field_1: isUtc, field_2: unit } = fieldsOf(noted);
    return { kind, unit: unitOf(unit), isUtc: isUtc === true };
  }
  switch (converted) {
    case CONVERTED.TIME_MILLIS:
      return { kind: 'time', unit: 'MILLIS', isUtc: true };
    case CONVERTED.TIME_MICROS:
      return { kind: 'time', unit: 'MICROS', isUtc: true };
    case CONVERTED.TIMESTAMP_MILLIS:
      return { kind: 'timestamp', unit: 'MILLIS', isUtc: true };
    case CONVERTED.TIMESTAMP_MICROS:
      return { kind: 'timestamp', unit: 'MICROS', isUtc: true };
    default: {
      const isUnsigned =
        Number(converted) >= CONVERTED.UINT_8 && Number(converted) <= CONVERTED.UINT_64;
      return { kind: 'integer', isSigned: !isUnsigned };
    }
  }
}

function unitOf(unit: unknown): TimeUnit {
  const { field_1: millis, field_2: micros, field_3: nanos } = fieldsOf(unit);
  if (millis !== undefined) return 'MILLIS';
  if (micros !== undefined) return 'MICROS';
  if (nanos !== undefined) return 'NANOS';
  throw damaged('expected milliseconds, microseconds or nanoseconds, got another unit of time');
}

function decimalType(element: ThriftFields): ParquetType | null {
  const { field_6: converted, field_7, field_8, field_10 } = element;
  const { field_5: logical } = fieldsOf(field_10);
  if (logical === undefined && converted !== CONVERTED.DECIMAL) return null;
  const scale = Number(fieldsOf(logical).field_1 ?? field_7 ?? 0);
  const precision = Number(fieldsOf(logical).field_2 ?? field_8 ?? 0);
  if (!(scale >= 0 && scale <= MOST_SCALE)) {
    throw damaged(`expected a decimal with a scale from 0 to ${MOST_SCALE}, got ${scale}`);
  }
  return { kind: 'decimal', precision, scale };
}

/** Digits behind the point: far more than other programs have. */
const MOST_SCALE = 1_000;

const UUID_BYTES = 16;
const HALF_FLOAT_BYTES = 2;

/** @param length null for values of any length */
function bytesType(element: ThriftFields, length: number | null): ParquetType {
  const { field_6: converted, field_10 } = element;
  const logical = fieldsOf(field_10);
  const decimal = decimalType(element);
  if (decimal !== null) return decimal;
  if (length !== null && !(length > 0)) {
    throw damaged(`expected values of a fixed length, got a length of ${length}`);
  }
  if (length === UUID_BYTES && logical.field_14 !== undefined) return { kind: 'uuid' };
  if (length === HALF_FLOAT_BYTES && logical.field_15 !== undefined) {
    return { kind: 'float', bits: 16 };
  }
  if (logical.field_12 !== undefined || converted === CONVERTED.JSON) return { kind: 'json' };
  const isText =
    logical.field_1 !== undefined ||
    logical.field_4 !== undefined ||
    converted === CONVERTED.UTF8 ||
    converted === CONVERTED.ENUM;
  return { kind: isText ? 'text' : 'binary' };
}
