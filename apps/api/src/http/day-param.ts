import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam, type ApiParamOptions } from '@nestjs/swagger';
import { parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { describeReceived } from '../config/received.js';
import { DAY_PATTERN } from './api-properties.js';
import { Problem } from './problem.js';

const DAY: ApiParamOptions = {
  name: 'day',
  description: 'The day.',
  example: '2012-03-01',
  schema: { type: 'string', format: 'date', pattern: DAY_PATTERN, example: '2012-03-01' },
};

/** Describes the day in a path. */
export function ApiDayParam(): MethodDecorator {
  return ApiParam(DAY);
}

/** Takes the `day` of a path, or refuses it with `VALIDATION_FAILED`. */
export const dayPipe: PipeTransform<string, CalendarDay> = {
  transform(text) {
    const day = parseCalendarDay(text);
    if (day !== undefined) return day;
    const [expected, received] = ['a date written YYYY-MM-DD', describeReceived(text)];
    throw new Problem('VALIDATION_FAILED', `day: expected ${expected}, got ${received}`, {
      errors: [{ pointer: '/path/day', expected, received }],
    });
  },
};

/** The `day` of the path: a real date. */
export function DayParam(): ParameterDecorator {
  return Param('day', dayPipe);
}
