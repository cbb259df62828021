import {
  Expected,
  ExpectedFlag,
  ExpectedName,
  ExpectedOneOf,
  ExpectedText,
  ExpectedTimeZone,
  isMapping,
  isName,
  OptionalOrNull,
} from '../../config/expectation.js';
import { VARIABLE, type BeyondRules } from '../../config/json-schema.js';
import { refuseVariables, type Path, type ShapeReader } from '../../config/yaml-document.js';
import { literalValue } from '../../sources/values/column-values.js';
import { isRowPointer, MOST_POINTER, parsePointer, POINTER } from '../../sources/json-pointer.js';
import { readTimeFormat } from '../../sources/values/time-format.js';
import { COLUMN_TYPES, COLUMN_TYPE_NAMES, type ColumnType } from '../../targets/column-types.js';
import type { TargetColumn } from '../../targets/target.js';
import { ExpectedFreeName } from './dataset-shape.js';

/** `sync_day` is ours; the others belong to SQLite and PostgreSQL, which refuse or hide a column of that name. */
const RESERVED_COLUMNS = ['sync_day', 'rowid', 'ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'];

const MOST_TEXT = 1_000;
const MOST_FORMAT = 200;
const MOST_REPLACEMENTS = 10_000;
const UNSET = { type: 'null' };
/** Any value but null, which stands for a key that isn't there. */
const SET = { not: UNSET };

/** The keys that say how a column's values are read. */
const READING_KEYS = [
  ...(['from', 'pointer', 'format', 'time_zone'] as const),
  ...(['default', 'trim', 'map'] as const),
];
/** The types that `format` and `time_zone` are for. */
const TIME_TYPES: readonly ColumnType[] = ['date', 'timestamp'];

const BEYOND_RULES: BeyondRules = {
  mappings: [
    {
      anyOf: [
        { properties: { value: UNSET } },
        { properties: Object.fromEntries(READING_KEYS.map((key) => [key, UNSET])) },
      ],
    },
    {
      anyOf: [
        { properties: { type: { anyOf: [{ enum: TIME_TYPES }, VARIABLE] } } },
        { properties: { format: UNSET, time_zone: UNSET } },
      ],
    },
  ],
};

/** Whether a column of a target may have this name. */
export function isColumnName(name: string): boolean {
  return isName(name) && !RESERVED_COLUMNS.includes(name);
}

function ExpectedColumnOfUser(): PropertyDecorator {
  return ExpectedFreeName(
    `a column name that is neither Daysync's own nor a database's (${RESERVED_COLUMNS.join(', ')})`,
    (name) => !RESERVED_COLUMNS.includes(name),
    { value: { not: { enum: RESERVED_COLUMNS } } },
  );
}

/** A column of a target. `name` is its key in the file, not a key of its own. */
export class ColumnShape {
  static readonly keys = [
    'from',
    'pointer',
    'value',
    'type',
    'format',
    'time_zone',
    'nullable',
    'default',
    'trim',
    'map',
    'renamed_from',
  ];
  static readonly beyond = BEYOND_RULES;

  @ExpectedName()
  @ExpectedColumnOfUser()
  name!: string;

  @OptionalOrNull(ExpectedText(MOST_TEXT)) from?: string;

  @OptionalOrNull()
  @Expected(
    'a JSON pointer from the row to a value in it, such as /address/city, of up to 1000 characters',
    isRowPointer,
    {
      value: { type: 'string', minLength: 1, maxLength: MOST_POINTER, pattern: POINTER.source },
    },
  )
  @Expected(
    'from or pointer, not both: the pointer begins with the key of the row',
    (value, shape) => !isRowPointer(value) || (shape as ColumnShape).from == null,
    {
      mapping: { not: { required: ['from', 'pointer'], properties: { from: SET, pointer: SET } } },
    },
  )
  pointer?: string;

  // Checked by the column's type.
  value: unknown;
  @ExpectedOneOf(COLUMN_TYPE_NAMES) type!: ColumnType;
  @OptionalOrNull(ExpectedText(MOST_FORMAT)) format?: string;
  @OptionalOrNull(ExpectedTimeZone()) time_zone?: string;
  @OptionalOrNull(ExpectedFlag()) nullable?: boolean;
  default: unknown;
  @OptionalOrNull(ExpectedFlag()) trim?: boolean;

  @OptionalOrNull()
  @Expected(
    `a mapping of 1 to ${MOST_REPLACEMENTS} written values to those that replace them, such as { 1: open, 2: closed }`,
    isReplacements,
    { value: { type: 'object', minProperties: 1, maxProperties: MOST_REPLACEMENTS } },
  )
  map?: Readonly<Record<string, unknown>>;

  @OptionalOrNull(ExpectedName())
  @ExpectedColumnOfUser()
  renamed_from?: string;
}

/**
 * Reads a column of a target, written as its type or as a mapping, and reports its errors.
 * @param timeZone the dataset's
 */
export function readColumn(
  reader: ShapeReader,
  name: string,
  written: unknown,
  path: Path,
  timeZone: string,
): TargetColumn | undefined {
  const value = typeof written === 'string' ? { type: written } : written;
  const shape = reader.shape(ColumnShape, value, path, { name });
  if (shape === undefined) return undefined;
  const { from, type, trim, map, default: fallback } = shape;
  // A pointer that is not a text has been reported.
  const pointer = typeof shape.pointer === 'string' ? shape.pointer : undefined;
  const column: TargetColumn = {
    name,
    from: from ?? parsePointer(pointer ?? '')?.[0] ?? name,
    ...(pointer === undefined ? {} : { pointer }),
    ...(shape.value == null ? {} : { value: shape.value }),
    type,
    ...readTimeKeys(reader, shape, path, timeZone),
    nullable: shape.nullable ?? false,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(trim === true ? { trim } : {}),
    ...(isReplacements(map) ? { map } : {}),
    ...(shape.renamed_from == null ? {} : { renamedFrom: shape.renamed_from }),
  };
  if (column.value !== undefined) refuseReadingKeys(reader, shape, path);
  // A type that is none has been reported.
  if (COLUMN_TYPE_NAMES.includes(type)) checkLiterals(reader, column, path);
  return column;
}

function refuseReadingKeys(reader: ShapeReader, shape: ColumnShape, path: Path): void {
  for (const key of READING_KEYS) {
    if (shape[key] == null) continue;
    reader.report(
      [...path, key],
      'nothing beside value, which is the same in each row',
      shape[key],
    );
  }
}

/** How a column's dates or times are written; nothing where no key says so. */
function readTimeKeys(
  reader: ShapeReader,
  { type, format, time_zone: zone }: ColumnShape,
  path: Path,
  timeZone: string,
): Pick<TargetColumn, 'format' | 'timeZone'> {
  if (format == null && zone == null) return {};
  if (COLUMN_TYPE_NAMES.includes(type) && !TIME_TYPES.includes(type)) {
    const expected = `nothing for a column of type ${type}: it is for ${TIME_TYPES.join(' and ')}`;
    if (format != null) reader.report([...path, 'format'], expected, format);
    if (zone != null) reader.report([...path, 'time_zone'], expected, zone);
    return {};
  }
  const read = readTimeFormat(reader, format, [...path, 'format']);
  return read === undefined ? {} : { format: read, timeZone: zone ?? timeZone };
}

/** Checks the values that the file itself has for a column. */
function checkLiterals(reader: ShapeReader, column: TargetColumn, path: Path): void {
  const check = (literal: unknown, at: Path, mayBeMissing = column.nullable): void => {
    refuseVariables(reader, literal, at);
    const fits = literal === null ? mayBeMissing : literalValue(column, literal) !== undefined;
    if (!fits) reader.report(at, expectedLiteral(column, literal), literal);
  };
  const { value, default: fallback, map = {} } = column;
  if (value !== undefined) check(value, [...path, 'value']);
  if (fallback !== undefined) check(fallback, [...path, 'default']);
  for (const [written, literal] of Object.entries(map)) {
    check(literal, [...path, 'map', written], column.nullable || fallback !== undefined);
  }
}

function expectedLiteral({ type }: TargetColumn, literal: unknown): string {
  const { expected } = COLUMN_TYPES[type];
  if (literal === null) return `${expected}, or nullable: true in the column`;
  return type === 'text' && typeof literal !== 'string' ? `${expected}, in quotes` : expected;
}

function isReplacements(value: unknown): value is Readonly<Record<string, unknown>> {
  const count = isMapping(value) ? Object.keys(value).length : 0;
  return count >= 1 && count <= MOST_REPLACEMENTS;
}
