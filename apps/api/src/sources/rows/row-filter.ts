import {
  Expected,
  ExpectedText,
  isWrittenText,
  OptionalOrNull,
  writtenTextSchema,
} from '../../config/expectation.js';
import type { JsonSchema } from '../../config/json-schema.js';
import { refuseVariables, type Path, type ShapeReader } from '../../config/yaml-document.js';
import { writtenForm } from '../values/column-values.js';
import { isSourceError, type SourceRow } from '../day-source.js';
import {
  followPointer,
  isRowPointer,
  MOST_POINTER,
  parsePointer,
  POINTER,
} from '../json-pointer.js';
import { columnMissing, pointerBlocked, valueInvalid, valueUnreadable } from './row-failure.js';

/** A test that a row has to pass to be one of the dataset's. */
export interface RowTest {
  /** The source's name for the column: the key in a row. */
  readonly from: string;
  /** A JSON pointer to a value inside the row, beginning with `from`. Absent for the value of `from` itself. */
  readonly pointer?: string;
  readonly test: (typeof TESTS)[number];
  /** What is written in the source. `equals` has one. */
  readonly values: readonly string[];
}

/** Whether a row is one of the dataset's. */
export type RowFilter = (row: SourceRow) => boolean;

/**
 * The filter for a dataset's tests, all of which have to pass; undefined without any. A missing value counts as an empty
 * text.
 * @throws {SourceError} from the filter: source-wide, `SOURCE_COLUMN_MISSING`, where the row has no such column; lasting,
 * `VALUE_INVALID`, where a list or a mapping is in its place
 */
export function createRowFilter(tests: readonly RowTest[]): RowFilter | undefined {
  if (tests.length === 0) return undefined;
  const filters = tests.map(createFilter);
  return (row) => filters.every((passes) => passes(row));
}

function createFilter(rowTest: RowTest): RowFilter {
  const { from, pointer } = rowTest;
  const below = pointer === undefined ? [] : (parsePointer(pointer)?.slice(1) ?? []);
  const passes = valueTest(rowTest);
  const isKept: RowFilter = ({ row, values }) => {
    if (!Object.hasOwn(values, from)) throw columnMissing({ from, name: 'where' }, values, row);
    let received = values[from];
    if (below.length > 0) {
      const pointed = followPointer(received, below);
      if (pointed.kind === 'blocked') throw pointerBlocked(row, from, pointer, pointed.by);
      received = pointed.kind === 'value' ? pointed.value : undefined;
    }
    const written = received === undefined || received === null ? '' : writtenForm(received);
    if (written !== undefined) return passes(written);
    const place = pointer === undefined ? '' : ` at ${JSON.stringify(pointer)}`;
    throw valueInvalid(row, from, `a text, a number, true or false${place} for where`, received);
  };
  return (row) => {
    try {
      return isKept(row);
    } catch (error) {
      if (isSourceError(error)) throw error;
      throw valueUnreadable(row.row, from, 'a value for where', error);
    }
  };
}

function valueTest({ test, values }: RowTest): (written: string) => boolean {
  const known = new Set(values);
  switch (test) {
    case 'equals':
    case 'in':
      return (written) => known.has(written);
    case 'not_in':
      return (written) => !known.has(written);
    case 'starts_with':
      return (written) => values.some((beginning) => written.startsWith(beginning));
  }
}

const TESTS = ['equals', 'in', 'not_in', 'starts_with'] as const;
/** The most tests of a dataset. */
export const MOST_TESTS = 100;
const MOST_VALUES = 1_000;
const MOST_TEXT = 1_000;

const VALUE = writtenTextSchema(MOST_TEXT);
const LIST = { type: 'array', minItems: 1, maxItems: MOST_VALUES, items: VALUE };
const EXPECTED_VALUE = 'a text, a whole number, true or false; a number with a fraction in quotes';

function ExpectedValue(): PropertyDecorator {
  return Expected(EXPECTED_VALUE, (value) => isWrittenText(value, MOST_TEXT), {
    value: VALUE,
  });
}

function ExpectedValues(): PropertyDecorator {
  return Expected(
    `a list of 1 to ${MOST_VALUES} values, each ${EXPECTED_VALUE}`,
    (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= MOST_VALUES &&
      value.every((item) => isWrittenText(item, MOST_TEXT)),
    { value: LIST },
  );
}

/** One of the keys, and no other; null stands for a key that isn't there. */
function oneOfKeys(keys: readonly string[]): JsonSchema {
  const isSet = { not: { type: 'null' } };
  return { oneOf: keys.map((key) => ({ required: [key], properties: { [key]: isSet } })) };
}

/** One entry of a dataset's `where`. */
export class RowTestShape {
  static readonly keys = ['column', 'pointer', ...TESTS];
  static readonly beyond = { mappings: [oneOfKeys(['column', 'pointer']), oneOfKeys(TESTS)] };

  @OptionalOrNull(ExpectedText(MOST_TEXT)) column?: string;

  @OptionalOrNull()
  @Expected(
    'a JSON pointer from the row to a value in it, such as /properties/type, of up to 1000 characters',
    isRowPointer,
    { value: { type: 'string', minLength: 1, maxLength: MOST_POINTER, pattern: POINTER.source } },
  )
  pointer?: string;

  @OptionalOrNull(ExpectedValue()) equals?: unknown;
  @OptionalOrNull(ExpectedValues()) in?: readonly unknown[];
  @OptionalOrNull(ExpectedValues()) not_in?: readonly unknown[];
  @OptionalOrNull(ExpectedText(MOST_TEXT)) starts_with?: string;
}

/** Reads a dataset's `where` and reports its errors. */
export function readRowTests(reader: ShapeReader, value: unknown, path: Path): RowTest[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length < 1 || value.length > MOST_TESTS) {
    const example = 'such as [{ column: region, in: [north, south] }]';
    reader.report(path, `a list of 1 to ${MOST_TESTS} tests, ${example}`, value);
    return [];
  }
  return value
    .map((entry: unknown, index) => readRowTest(reader, entry, [...path, index]))
    .filter((test) => test !== undefined);
}

function readRowTest(reader: ShapeReader, value: unknown, path: Path): RowTest | undefined {
  const shape = reader.shape(RowTestShape, value, path);
  if (shape === undefined) return undefined;
  const { column, pointer } = shape;
  const hasColumn = column != null;
  if (hasColumn === (pointer != null)) {
    const came = hasColumn ? 'both' : 'neither';
    reader.reportReceived(path, 'either column or pointer', came);
  }
  const [test, ...others] = TESTS.filter((one) => shape[one] != null);
  if (test === undefined || others.length > 0) {
    const came = test === undefined ? 'none' : [test, ...others].join(' and ');
    reader.reportReceived(path, `one of ${TESTS.join(', ')}`, came);
  }
  // Reported above.
  if (test === undefined) return undefined;
  refuseVariables(reader, shape[test], [...path, test]);
  const values = Array.isArray(shape[test]) ? shape[test] : [shape[test]];
  return {
    from: column ?? (isRowPointer(pointer) ? parsePointer(pointer)?.[0] : undefined) ?? '',
    ...(pointer == null ? {} : { pointer }),
    test,
    values: values.map(String),
  };
}
