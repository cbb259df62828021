import type { CalendarDay } from '@daysync/progress';
import {
  Expected,
  ExpectedText,
  ExpectedTimeZone,
  isMapping,
  OptionalOrNull,
} from '../../config/expectation.js';
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
  /** The column's name, or with a pointer the first key of it. */
  readonly from: string;
  /** A JSON pointer from the row to the value; absent for a column of its own. */
  readonly pointer?: string;
}

const MOST_NAME = 1_000;
const MOST_FORMAT = 200;

/** The mapping of `day_column`. */
class DayColumnShape {
  static readonly keys = ['from', 'pointer', 'format', 'time_zone'];
  static readonly beyond = {
    mappings: [{ anyOf: [{ required: ['from'] }, { required: ['pointer'] }] }],
  };

  @OptionalOrNull(ExpectedText(MOST_NAME)) from?: string;

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
  const format = readTimeFormat(reader, shape.format, [...path, 'format']);
  if (format === undefined) return undefined;
  const read = { format, timeZone: zone ?? timeZone };
  if (from != null) return { from, ...read };
  const [key] = isPointer(pointer) ? pointerSteps(pointer) : [];
  return key === undefined || pointer === undefined ? undefined : { from: key, pointer, ...read };
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

/** Reads the days of rows. */
export interface DayReader {
  /** What the format expects, as in `a date written dd.MM.yyyy`. */
  readonly expected: string;
  readonly unclear: UnclearTimes;
  /** The value of a row that has its day. */
  valueOf(row: Readonly<Record<string, unknown>>): unknown;
  /** The day of such a value; undefined where it can't be read. */
  day(value: unknown): CalendarDay | undefined;
}

/** The reader of a configured `day_column`. */
export function createDayReader(column: DayColumn): DayReader {
  const { from, pointer } = column;
  const unclear: UnclearTimes = { count: 0 };
  const time = createTimeReader(column, unclear);
  return {
    expected: time.expected,
    unclear,
    valueOf: pointer === undefined ? (row) => ownValue(row, from) : pointed(pointerSteps(pointer)),
    day: (value) => time.day(value),
  };
}

function ownValue(row: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

function pointed(steps: PointerSteps): DayReader['valueOf'] {
  return (row) => {
    const found = followPointer(row, steps);
    return found.kind === 'value' ? found.value : undefined;
  };
}
