import { resolve } from 'node:path';
import { calendarDay, compareDays, parseCalendarDay, type CalendarDay } from '@daysync/progress';
import {
  Expected,
  ExpectedText,
  isMapping,
  isText,
  OptionalOrNull,
  textSchema,
  type PropertyRule,
} from '../../config/expectation.js';
import { refuseVariables, type Path, type ShapeReader } from '../../config/yaml-document.js';
import { expectedDaysOf, REACH_YEARS, type Expectation } from '../expected/expected-days.js';
import { needsFirstDay, readRule } from '../expected/recurrence-rule.js';
import { readExceptFile } from './except-file.js';

const MOST_RULE = 1_000;
const MOST_PATH = 4_096;

/** What each rule has, in upper or lower case. */
const FREQUENCY =
  /[Ff][Rr][Ee][Qq]=(?:[Dd][Aa][Ii]|[Ww][Ee][Ee][Kk]|[Mm][Oo][Nn][Tt][Hh]|[Yy][Ee][Aa][Rr])[Ll][Yy]/;

/** The mapping `expected` of a dataset. */
export class ExpectedShape {
  static readonly keys = ['rule', 'except', 'from', 'until'];

  @Expected(`text of 1 to ${MOST_RULE} characters`, (value) => isText(value, MOST_RULE), {
    // The reader says what else is wrong with a rule.
    value: { ...textSchema(MOST_RULE), pattern: FREQUENCY.source },
  })
  rule!: string;
  @OptionalOrNull(ExpectedText(MOST_PATH)) except?: string;
  @OptionalOrNull(ExpectedDay()) from?: string;
  @OptionalOrNull(ExpectedDay()) until?: string;
}

function ExpectedDay(): PropertyRule {
  return Expected('a day such as 2026-12-31', (value) => dayOf(value) !== null, {
    value: { type: 'string', pattern: String.raw`^\d{4}-\d{2}-\d{2}$` },
  });
}

function dayOf(value: unknown): CalendarDay | null {
  return typeof value === 'string' ? (parseCalendarDay(value) ?? null) : null;
}

/**
 * Reads which days of a dataset are expected to have data, with the file of exceptions.
 * @returns null where every day is, or an error was reported
 */
export function readExpected(reader: ShapeReader, value: unknown, path: Path): Expectation | null {
  if (value === undefined || value === null) return null;
  // Answers show all of it.
  refuseVariables(reader, value, path);
  const written = typeof value === 'string' ? { rule: value } : value;
  if (!isMapping(written)) {
    const keys = ExpectedShape.keys.join(', ');
    reader.report(path, `a rule of RFC 5545, or a mapping with the keys ${keys}`, value);
    return null;
  }
  const shape = reader.shape(ExpectedShape, written, path);
  if (shape === undefined) return null;
  const rulePath = typeof value === 'string' ? path : [...path, 'rule'];
  const [from, until] = [dayOf(shape.from), dayOf(shape.until)];
  const isRule = checkRule(reader, shape.rule, rulePath, from);
  const isRange = from === null || until === null || compareDays(from, until) <= 0;
  if (!isRange) reader.report([...path, 'until'], `a day that is not before ${from}`, until);
  const except = readDays(reader, shape.except, [...path, 'except']);
  if (!isRule || !isRange || except === null) return null;
  const expected = {
    ...{ rule: shape.rule.trim(), from, until, except },
    writtenExcept: shape.except ?? null,
  };
  const first = from ?? ANY_DAY;
  if (expectedDaysOf({ expected }).nextExpected(first) === null) {
    const text = `a rule with a day in the ${REACH_YEARS} years after ${first}`;
    reader.report(rulePath, text, shape.rule);
    return null;
  }
  return expected;
}

/** Where the search for a day of a rule without a first day begins. */
const ANY_DAY = calendarDay('2000-01-01');

/** @returns whether it is one; else the reader has the errors */
function checkRule(
  reader: ShapeReader,
  text: unknown,
  path: Path,
  from: CalendarDay | null,
): boolean {
  // The shape has reported it.
  if (typeof text !== 'string' || text === '' || text.length > MOST_RULE) return false;
  if (reader.isUnset(path)) return false;
  const read = readRule(text);
  if (!read.ok) {
    for (const { expected, received } of read.problems) {
      reader.reportReceived(path, expected, received);
    }
    return false;
  }
  const needs = needsFirstDay(read.rule);
  if (needs === null || from !== null) return true;
  reader.reportReceived(
    path,
    'the key from beside rule, the first day that such a rule counts from',
    needs,
  );
  return false;
}

/** @returns null if the reader has errors */
function readDays(
  reader: ShapeReader,
  written: string | null | undefined,
  path: Path,
): readonly CalendarDay[] | null {
  if (written === undefined || written === null) return [];
  if (typeof written !== 'string' || written === '' || reader.isUnset(path)) return null;
  const read = readExceptFile(resolve(reader.folder, written), written);
  if (read.ok) return read.days;
  for (const { expected, received } of read.problems) {
    reader.reportReceived(path, expected, received);
  }
  return null;
}
