import {
  Expected,
  ExpectedOneOf,
  ExpectedWholeNumber,
  OptionalOrNull,
} from '../../config/expectation.js';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import type { Target, TargetColumn } from '../../targets/target.js';

const CHECK_ACTIONS = ['fail', 'warn'] as const;
type CheckAction = (typeof CHECK_ACTIONS)[number];

/** What the rows of a day have to be like before they are written. */
export interface Checks {
  readonly rows: {
    readonly min: number | null;
    readonly max: number | null;
    /** How far the number of rows may be from the usual one, in percent of it. */
    readonly within: number | null;
  };
  /** Columns whose values, taken together, no two rows of a day share. */
  readonly unique: readonly (readonly string[])[];
  /** A column whose calendar day is the day that is synced. */
  readonly day: string | null;
  /** What becomes of a day that fails a check: it fails, or it is written and marked. */
  readonly action: CheckAction;
}

/** As many as a day may have. */
const MOST_ROWS = 50_000_000;
const MOST_UNIQUE = 20;
const MOST_COLUMNS = 20;
const PERCENT = /^\d{1,4}(?:\.\d{1,3})?%$/;
const COLUMN_LIST = `a list of 1 to ${MOST_COLUMNS} different columns`;

export class RowChecksShape {
  static readonly keys = ['min', 'max', 'within'];

  @OptionalOrNull(ExpectedWholeNumber(1, MOST_ROWS)) min?: number;
  @OptionalOrNull(ExpectedWholeNumber(1, MOST_ROWS)) max?: number;

  @OptionalOrNull()
  @Expected('a percentage above 0% such as 50%', isPercentage, {
    value: { type: 'string', pattern: PERCENT.source },
  })
  within?: string;
}

export class ChecksShape {
  static readonly keys = ['rows', 'unique', 'day', 'action'];

  rows: unknown;

  @OptionalOrNull()
  @Expected(
    `a list of 1 to ${MOST_UNIQUE} lists of columns, such as [[station, hour]]`,
    (value) => Array.isArray(value) && value.length >= 1 && value.length <= MOST_UNIQUE,
    {
      value: {
        type: 'array',
        minItems: 1,
        maxItems: MOST_UNIQUE,
        items: {
          type: 'array',
          minItems: 1,
          maxItems: MOST_COLUMNS,
          uniqueItems: true,
          items: { type: 'string' },
        },
      },
    },
  )
  unique?: readonly unknown[];

  @OptionalOrNull()
  @Expected('the name of a target column', (value) => typeof value === 'string', {
    value: { type: 'string' },
  })
  day?: string;

  @OptionalOrNull(ExpectedOneOf(CHECK_ACTIONS)) action?: CheckAction;
}

/**
 * @param target undefined if the file has an error there
 * @returns null without checks
 */
export function readChecks(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  target: Target | undefined,
): Checks | null {
  if (value === undefined || value === null) return null;
  const shape = reader.shape(ChecksShape, value, path);
  if (shape === undefined) return null;
  const { action, day, rows, unique } = shape;
  if ([day, rows, unique].every((check) => check === undefined || check === null)) {
    reader.report(path, 'at least one of the keys rows, unique, day', value);
  }
  if (typeof day === 'string') checkDayColumn(reader, day, [...path, 'day'], target);
  return {
    rows: readRowChecks(reader, rows, [...path, 'rows']),
    unique: (Array.isArray(unique) ? unique : []).map((list, index) =>
      readUnique(reader, list, [...path, 'unique', index], target),
    ),
    day: day ?? null,
    action: action ?? 'fail',
  };
}

function readRowChecks(reader: ShapeReader, value: unknown, path: Path): Checks['rows'] {
  const none = { min: null, max: null, within: null };
  if (value === undefined || value === null) return none;
  const shape = reader.shape(RowChecksShape, value, path);
  if (shape === undefined) return none;
  const { max = null, min = null, within = null } = shape;
  if (min === null && max === null && within === null) {
    reader.report(path, `at least one of the keys ${RowChecksShape.keys.join(', ')}`, value);
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    reader.report([...path, 'max'], `a number of at least min, which is ${min}`, max);
  }
  return { min, max, within: isPercentage(within) ? Number.parseFloat(within) : null };
}

function readUnique(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  target: Target | undefined,
): readonly string[] {
  const isList =
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= MOST_COLUMNS &&
    new Set(value).size === value.length;
  if (!isList) {
    reader.report(path, COLUMN_LIST, value);
    return [];
  }
  for (const [index, name] of value.entries()) {
    if (target?.columns.some((column) => column.name === name) ?? true) continue;
    reader.report([...path, index], `a target column (${namesOf(target?.columns ?? [])})`, name);
  }
  return value as readonly string[];
}

function checkDayColumn(
  reader: ShapeReader,
  name: string,
  path: Path,
  target: Target | undefined,
): void {
  if (target === undefined) return;
  const withDay = target.columns.filter(({ type }) => type === 'date' || type === 'timestamp');
  if (withDay.some((column) => column.name === name)) return;
  const which = withDay.length === 0 ? 'which the target lacks' : namesOf(withDay);
  reader.report(path, `a target column of type date or timestamp (${which})`, name);
}

function namesOf(columns: readonly TargetColumn[]): string {
  return columns.map(({ name }) => name).join(', ');
}

function isPercentage(value: unknown): value is string {
  return typeof value === 'string' && PERCENT.test(value) && Number.parseFloat(value) > 0;
}
