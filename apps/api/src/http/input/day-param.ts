import { parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { applyDecorators, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ExpectedText, MOST_NAME } from '../../config/expectation.js';
import { describeReceived } from '../../config/received.js';
import { DAY_SCHEMA, EXPECTED_DAY } from '../openapi/api-properties.js';
import { Problem } from '../problems/problem.js';

/** Describes the dataset and the day in a path. */
export const ApiDatasetParam = (dataset: string): MethodDecorator =>
  ApiParam({
    name: dataset,
    description: 'The dataset.',
    schema: { ...ExpectedText(MOST_NAME).schema, example: 'weather' },
  });

export const ApiDatasetDayParams = (dataset: string): MethodDecorator =>
  applyDecorators(
    ApiDatasetParam(dataset),
    ApiParam({
      name: 'day',
      description: 'The day.',
      example: '2012-03-01',
      schema: { ...DAY_SCHEMA, example: '2012-03-01' },
    }),
  );

const dayPipe: PipeTransform<string, CalendarDay> = {
  transform(text) {
    const day = parseCalendarDay(text);
    if (day !== undefined) return day;
    const [expected, received] = [EXPECTED_DAY, describeReceived(text)];
    throw new Problem('VALIDATION_FAILED', `day: expected ${expected}, got ${received}`, {
      errors: [{ pointer: '/path/day', expected, received }],
    });
  },
};

/** The `day` of the path; a text that is no date is refused with `VALIDATION_FAILED`. */
export function DayParam(): ParameterDecorator {
  return Param('day', dayPipe);
}
