import {
  Expected,
  ExpectedWholeNumber,
  isMapping,
  OptionalOrNull,
} from '../../config/expectation.js';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import { isTimeOfDay, TIME_OF_DAY, type FreshBy } from '../expected/deadlines.js';

const MOST_DAYS = 366;

/** The mapping `fresh_by` of a dataset. */
export class FreshByShape {
  static readonly keys = ['time', 'days'];

  @Expected('a time of the day such as "08:00"', isTimeOfDay, {
    value: { type: 'string', pattern: TIME_OF_DAY.source },
  })
  time!: string;

  @OptionalOrNull(ExpectedWholeNumber(0, MOST_DAYS)) days?: number;
}

/**
 * Reads by when days have to be synced.
 * @returns null where there is no deadline, or an error was reported
 */
export function readFreshBy(reader: ShapeReader, value: unknown, path: Path): FreshBy | null {
  if (value === undefined || value === null) return null;
  if (!isMapping(value)) {
    if (isTimeOfDay(value)) return { time: value, days: 1 };
    const keys = FreshByShape.keys.join(', ');
    reader.report(
      path,
      `a time of the day such as "08:00", or a mapping with the keys ${keys}`,
      value,
    );
    return null;
  }
  const shape = reader.shape(FreshByShape, value, path);
  return shape !== undefined && isTimeOfDay(shape.time)
    ? { time: shape.time, days: shape.days ?? 1 }
    : null;
}
