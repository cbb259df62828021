import type { CalendarDay } from '@daysync/progress';
import {
  Expected,
  ExpectedText,
  ExpectedTimeZone,
  isMapping,
  isText,
  OptionalOrNull,
  textSchema,
} from '../../config/expectation.js';
import { isWrittenNumber, writeNumberValue } from '../../targets/exact-number.js';
import { mappingSchema, type JsonSchema } from '../../config/json-schema.js';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import {
  followPointer,
  isPointer,
  MOST_POINTER,
  POINTER,
  pointerSteps,
  type PointerSteps,
} from '../json-pointer.js';
import {
  createTimeReader,
  type UnclearTimes,
  DEFAULT_FORMAT,
  readTimeFormat,
  type TimeFormat,
} from './time-format.js';

/** Where the day of a row is, and how it is written. */
export interface DayColumn extends TimeFormat {
  /** The column's name, or with a pointer the first key of it; several names where each column has a part of the day. */
  readonly from: string | readonly string[];
  /** A JSON pointer from the row to the value; absent for a column of its own. */
  readonly pointer?: string;
}

const MOST_NAME = 1_000;
const MOST_FORMAT = 200;
const [LEAST_PARTS, MOST_PARTS] = [2, 4];
const NAMES = `the name of a column, or a list of ${LEAST_PARTS} to ${MOST_PARTS} different names`;

/** How a year, a month and a day are written with `-` between them. */
export const FORMAT_OF_PARTS = 'yyyy-M-d';
const PARTS_OF_FORMAT = FORMAT_OF_PARTS.split('-').length;
/** Formats of one number, which no text of several columns is. */
const OF_ONE_COLUMN = ['year', 'epoch_s', 'epoch_ms'];

/** The mapping of `day_column`. */
class DayColumnShape {
  static readonly keys = ['from', 'pointer', 'format', 'time_zone'];
  static readonly beyond = {
    mappings: [
      { anyOf: [{ required: ['from'] }, { required: ['pointer'] }] },
      {
        if: { required: ['from'], properties: { from: { type: 'array' } } },
        then: {
          properties: { format: { not: { enum: OF_ONE_COLUMN } } },
          anyOf: [
            { properties: { from: { minItems: PARTS_OF_FORMAT, maxItems: PARTS_OF_FORMAT } } },
            { required: ['format'], properties: { format: { not: { type: 'null' } } } },
          ],
        },
      },
    ],
  };

  @OptionalOrNull()
  @Expected(NAMES, (value) => isText(value, MOST_NAME) || isListOfNames(value), {
    value: {
      anyOf: [
        textSchema(MOST_NAME),
        {
          type: 'array',
          minItems: LEAST_PARTS,
          maxItems: MOST_PARTS,
          items: textSchema(MOST_NAME),
          uniqueItems: true,
        },
      ],
    },
  })
  from?: string | readonly string[];

  @OptionalOrNull()
  @Expected(
    `a JSON pointer from the row to its day, such as /properties/time, of up to ${MOST_POINTER} characters`,
    (value) => value !== '' && isPointer(value),
    { value: { type: 'string', minLength: 1, maxLength: MOST_POINTER, pattern: POINTER.source } },
  )
  pointer?: string;

  @OptionalOrNull(ExpectedText(MOST_FORMAT)) format?: string;
  @OptionalOrNull(ExpectedTimeZone()) time_zone?: string;
}

/** Whether it has as many different names as a day may have columns. */
export function isListOfNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length >= LEAST_PARTS &&
    value.length <= MOST_PARTS &&
    value.every((name) => isText(name, MOST_NAME)) &&
    new Set(value).size === value.length
  );
}

/** The JSON Schema of `day_column`. */
export function dayColumnSchema(): JsonSchema {
  return {
    anyOf: [{ type: 'string', minLength: 1, maxLength: MOST_NAME }, mappingSchema(DayColumnShape)],
  };
}

/**
 * Reads the key `day_column` and reports its errors.
 * @param timeZone the dataset's
 * @returns undefined where it has errors
 */
export function readDayColumn(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): DayColumn | undefined {
  if (!isMapping(value)) {
    const isName = typeof value === 'string' && value.length >= 1 && value.length <= MOST_NAME;
    if (isName) return { from: value, format: DEFAULT_FORMAT, timeZone };
    const keys = DayColumnShape.keys.join(', ');
    reader.report(path, `the name of a column, or a mapping with the keys ${keys}`, value);
    return undefined;
  }
  const shape = reader.shape(DayColumnShape, value, path);
  if (shape === undefined) return undefined;
  const { from, pointer, time_zone: zone } = shape;
  if ((from == null) === (pointer == null)) {
    const received = from == null ? 'neither' : 'both';
    reader.reportReceived(path, 'from, the name of a column, or pointer', received);
    return undefined;
  }
  const formatPath = [...path, 'format'];
  const isSeveral = from != null && typeof from !== 'string';
  // What is no list of names was reported by its rule.
  if (isSeveral && !isListOfNames(from)) return undefined;
  if (isSeveral && shape.format == null && from.length !== PARTS_OF_FORMAT) {
    const expected = `how the values of the ${from.length} columns are written with - between them, such as year_month or yyyy-M-d-H (only three columns have a default, ${FORMAT_OF_PARTS})`;
    reader.report(formatPath, expected, shape.format);
    return undefined;
  }
  const written = isSeveral ? (shape.format ?? FORMAT_OF_PARTS) : shape.format;
  const format = readTimeFormat(reader, written, formatPath);
  if (format === undefined) return undefined;
  if (isSeveral && OF_ONE_COLUMN.includes(format)) {
    const expected = `year_month, or a date pattern such as ${FORMAT_OF_PARTS}: the day is in ${from.length} columns`;
    reader.report(formatPath, expected, format);
    return undefined;
  }
  const read = { format, timeZone: zone ?? timeZone };
  if (from != null) return { from, ...read };
  const [key] = isPointer(pointer) ? pointerSteps(pointer) : [];
  return key === undefined || pointer === undefined ? undefined : { from: key, pointer, ...read };
}

/** Its columns; of a pointer, the pointer. */
function dayColumns({ from, pointer }: DayColumn): readonly string[] {
  if (pointer !== undefined) return [pointer];
  return typeof from === 'string' ? [from] : from;
}

/** How errors and lists name it: the column, the pointer, or all columns. */
export function dayColumnName(column: DayColumn): string {
  return dayColumns(column).join(', ');
}

/** What of `day_column` decides the rows, for the dataset's fingerprint: keys of the datasets file with their values. */
export function dayColumnParts({
  from,
  pointer,
  format,
  timeZone,
}: DayColumn): readonly (readonly [key: string, value: unknown])[] {
  const isPlain = pointer === undefined && format === DEFAULT_FORMAT;
  // What has been there longer keeps its fingerprint: a name alone, in UTC.
  const column = isPlain ? from : { from: pointer === undefined ? from : null, pointer, format };
  return [
    ['day_column', column],
    ...(timeZone === 'UTC' ? [] : [['time_zone', timeZone] as const]),
  ];
}

type Row = Readonly<Record<string, unknown>>;

/** Reads the days of rows. */
export interface DayReader {
  /** What the format expects, as in `a date written dd.MM.yyyy`. */
  readonly expected: string;
  readonly unclear: UnclearTimes;
  /** The columns that a header has for it. */
  readonly columns: readonly string[];
  /** The value of a row that has its day: of several columns their values with `-` between them. */
  valueOf(row: Row): unknown;
  /** The same of fields in the order of a header, which has the columns at these places. */
  valueAt(fields: readonly unknown[], places: readonly number[]): unknown;
  /** Whether a number of the row is this value, or a part of it. */
  hasNumber(row: Row): boolean;
  /** The day of such a value; undefined where it can't be read. */
  day(value: unknown): CalendarDay | undefined;
}

/** The reader of a configured `day_column`. */
export function createDayReader(column: DayColumn): DayReader {
  const unclear: UnclearTimes = { count: 0 };
  const time = createTimeReader(column, unclear);
  const columns = dayColumns(column);
  return {
    expected: time.expected,
    unclear,
    columns,
    day: (value) => time.day(value),
    ...(columns.length === 1 ? ofOne(column) : ofSeveral(columns, column.format)),
  };
}

type ValuesOfDay = Pick<DayReader, 'valueOf' | 'valueAt' | 'hasNumber'>;

function ofOne(column: DayColumn): ValuesOfDay {
  const { pointer } = column;
  const [name = ''] = dayColumns(column);
  const valueOf: DayReader['valueOf'] =
    pointer === undefined ? (row) => ownValue(row, name) : pointed(pointerSteps(pointer));
  return {
    valueOf,
    valueAt: (fields, [place = -1]) => fields[place],
    hasNumber: (row) => typeof valueOf(row) === 'number',
  };
}

function ofSeveral(names: readonly string[], format: string): ValuesOfDay {
  const isMonth = format === 'year_month';
  const join = (parts: readonly unknown[]): string | undefined => {
    const joined = joinParts(parts);
    // A month in a column of its own is a number, most often without a zero before it.
    return isMonth ? joined?.replace(/-(?=\d$)/, '-0') : joined;
  };
  return {
    valueOf: (row) => join(names.map((name) => ownValue(row, name))),
    valueAt: (fields, places) => join(places.map((place) => fields[place])),
    hasNumber: (row) => names.some((name) => typeof ownValue(row, name) === 'number'),
  };
}

/** Undefined where a part has no value. */
function joinParts(parts: readonly unknown[]): string | undefined {
  const texts = parts.map(partText);
  return texts.includes('') ? undefined : texts.join('-');
}

/** A part has no more characters than a name. */
function partText(part: unknown): string {
  if (typeof part === 'string') return part.length > MOST_NAME ? '' : part.trim();
  const isNumber = typeof part === 'number' || typeof part === 'bigint' || isWrittenNumber(part);
  // By its value: 2025.0 is 2025.
  return isNumber ? (writeNumberValue(part) ?? '') : '';
}

function ownValue(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

function pointed(steps: PointerSteps): DayReader['valueOf'] {
  return (row) => {
    const found = followPointer(row, steps);
    return found.kind === 'value' ? found.value : undefined;
  };
}
