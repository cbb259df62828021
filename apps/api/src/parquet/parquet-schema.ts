import type { SchemaElement, SchemaTree } from 'hyparquet';
import type { TimeUnit } from './instant-text.js';
import { damaged } from './parquet-error.js';

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

/** An element of a schema. */
export interface SchemaNode {
  readonly name: string;
  readonly repetition: 'required' | 'optional' | 'repeated';
  /** How the children of a group are one value. */
  readonly shape: 'leaf' | 'struct' | 'list' | 'map';
  readonly children: readonly SchemaNode[];
  /** The leaves inside of it: from this place of all leaves on, and how many. */
  readonly firstLeaf: number;
  readonly leafCount: number;
  readonly type: ParquetType;
  /** How values are stored, without what they are: the library gives them as they are stored then. */
  readonly stored: SchemaTree;
}

/**
 * The tree of a schema, and its leaves in their order.
 * @throws {ParquetError}
 */
export function readSchema(tree: SchemaTree): { root: SchemaNode; leaves: readonly SchemaNode[] } {
  const leaves: SchemaNode[] = [];
  // The root is no part of a value. One without children is a leaf by mistake.
  const root = readNode({ ...tree, element: { ...tree.element, num_children: 1 } }, [], leaves);
  return { root, leaves };
}

/** @param place the way to an element, by numbers: names may occur twice, and be any text */
function readNode(
  { element, children: parts, count }: SchemaTree,
  place: string[],
  leaves: SchemaNode[],
): SchemaNode {
  const firstLeaf = leaves.length;
  const children = parts.map((part, index) => readNode(part, [...place, String(index)], leaves));
  const { type, type_length, num_children = 0 } = element;
  const name = nameOf(element);
  const repetition_type = element.repetition_type ?? 'REQUIRED';
  const isLeaf = num_children === 0;
  if (isLeaf && type === undefined) throw damaged(`expected a type for column ${name}, got none`);
  const shape = isLeaf ? 'leaf' : shapeOf(element, children);
  const [child] = children;
  const isWrapped = shape === 'list' && child !== undefined && elementOf({ name }, child) !== child;
  const node: SchemaNode = {
    ...{ name, repetition: REPETITIONS[repetition_type], shape, children, firstLeaf },
    leafCount: isLeaf ? 1 : leaves.length - firstLeaf,
    type: isLeaf ? leafType(element) : groupType(element, children),
    stored: {
      element: {
        ...{ name: place.at(-1) ?? '', repetition_type },
        ...(isLeaf && type !== undefined && { type }),
        ...(type_length !== undefined && { type_length }),
        // The library makes lists of these by itself. Of other groups it makes objects.
        ...(isWrapped && { converted_type: 'LIST' }),
      },
      children: children.map(({ stored }) => stored),
      ...{ count, path: place },
    },
  };
  if (isLeaf) leaves.push(node);
  return node;
}

/** Of a damaged element it may be anything. */
function nameOf({ name }: { readonly name: unknown }): string {
  if (typeof name === 'string') return name;
  throw damaged('expected the name of a column, got none');
}

const REPETITIONS = { REQUIRED: 'required', OPTIONAL: 'optional', REPEATED: 'repeated' } as const;

/**
 * The element of a list. The repeated child stands between them, unless an older writer has left it out
 * ([rules](https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists)).
 */
export function elementOf(list: Pick<SchemaNode, 'name'>, repeated: SchemaNode): SchemaNode {
  const [only, second] = repeated.children;
  const isElement =
    only === undefined ||
    second !== undefined ||
    repeated.name === 'array' ||
    repeated.name === `${list.name}_tuple`;
  return isElement ? repeated : only;
}

function shapeOf(
  { converted_type: converted, logical_type: logical }: SchemaElement,
  children: readonly SchemaNode[],
): SchemaNode['shape'] {
  const [child] = children;
  if (children.length !== 1 || child?.repetition !== 'repeated') return 'struct';
  if (logical?.type === 'LIST' || converted === 'LIST') return 'list';
  const isMap = logical?.type === 'MAP' || converted === 'MAP' || converted === 'MAP_KEY_VALUE';
  return isMap && child.children.length === 2 && child.children[0]?.shape === 'leaf'
    ? 'map'
    : 'struct';
}

function groupType(
  { logical_type: logical }: SchemaElement,
  children: readonly SchemaNode[],
): ParquetType {
  if (logical?.type === 'VARIANT') return { kind: 'unsupported', what: 'VARIANT' };
  const unread = children.find(({ type }) => type.kind === 'unsupported');
  return unread?.type ?? { kind: 'nested' };
}

/** Digits behind the point: far more than other programs have. */
const MOST_SCALE = 1_000;
const UUID_BYTES = 16;
const HALF_FLOAT_BYTES = 2;

function leafType(element: SchemaElement): ParquetType {
  const {
    type,
    converted_type: converted,
    logical_type: logical,
    type_length: length = 0,
  } = element;
  switch (type) {
    case 'BOOLEAN':
      return { kind: 'boolean' };
    case 'INT96':
      // Only Impala, Hive and Spark have ever used it: for instants.
      return { kind: 'timestamp', unit: 'NANOS', isUtc: true };
    case 'FLOAT':
      return { kind: 'float', bits: 32 };
    case 'DOUBLE':
      return { kind: 'float', bits: 64 };
    default:
  }
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const { scale = 0, precision = 0 } = logical?.type === 'DECIMAL' ? logical : element;
    if (scale >= 0 && scale <= MOST_SCALE) return { kind: 'decimal', precision, scale };
    throw damaged(`expected a decimal with a scale from 0 to ${MOST_SCALE}, got ${scale}`);
  }
  if (type === 'INT32' || type === 'INT64') return integerType(element);
  if (type === 'FIXED_LEN_BYTE_ARRAY' && !(length > 0)) {
    throw damaged(`expected values of a fixed length, got a length of ${length}`);
  }
  if (logical?.type === 'UUID' && length === UUID_BYTES) return { kind: 'uuid' };
  if (logical?.type === 'FLOAT16' && length === HALF_FLOAT_BYTES)
    return { kind: 'float', bits: 16 };
  if (logical?.type === 'JSON' || converted === 'JSON') return { kind: 'json' };
  const isText =
    logical?.type === 'STRING' ||
    logical?.type === 'ENUM' ||
    converted === 'UTF8' ||
    converted === 'ENUM';
  return { kind: isText ? 'text' : 'binary' };
}

function integerType({
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): ParquetType {
  switch (logical?.type) {
    case 'INTEGER':
      return { kind: 'integer', isSigned: logical.isSigned };
    case 'TIME':
      return { kind: 'time', unit: logical.unit, isUtc: logical.isAdjustedToUTC };
    case 'TIMESTAMP':
      return { kind: 'timestamp', unit: logical.unit, isUtc: logical.isAdjustedToUTC };
    default:
  }
  if (type === 'INT32' && (logical?.type === 'DATE' || converted === 'DATE'))
    return { kind: 'date' };
  switch (converted) {
    case 'TIME_MILLIS':
      return { kind: 'time', unit: 'MILLIS', isUtc: true };
    case 'TIME_MICROS':
      return { kind: 'time', unit: 'MICROS', isUtc: true };
    case 'TIMESTAMP_MILLIS':
      return { kind: 'timestamp', unit: 'MILLIS', isUtc: true };
    case 'TIMESTAMP_MICROS':
      return { kind: 'timestamp', unit: 'MICROS', isUtc: true };
    default:
      return { kind: 'integer', isSigned: converted?.startsWith('UINT_') !== true };
  }
}
