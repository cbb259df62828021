import {
  ACTIVE_STATUSES,
  parseCalendarDay,
  TERMINAL_STATUSES,
  type CalendarDay,
} from '@daysync/progress';
import { applyDecorators, Param, type PipeTransform, type Type } from '@nestjs/common';
import { ApiParam, ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expected, ExpectedOneOf, ExpectedText, Optional } from '../../config/expectation.js';
import { describeReceived } from '../../config/received.js';
import { Problem } from '../problems/problem.js';

export const BATCH_STATUSES = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];
export const TASK_ID = '2025-10-01_2025-10-10_1760716800';
export const INSTANT = '2025-10-17T16:00:00.000Z';
/** What a schema says of a day beside its format, which has a year 0000. */
const DAY_PATTERN = '^(?!0000)\\d{4}-\\d{2}-\\d{2}$';

/** How a field differs from others of its kind. */
export const NULLABLE = { nullable: true } as const;
export const OPTIONAL = { required: false } as const;

/** Describes a field of one kind; `more` is what else holds for it. */
type Describe<Example = unknown> = (
  description: string,
  example?: Example | null,
  more?: ApiPropertyOptions,
) => PropertyDecorator;

// The document has the keys in this order.
const describe =
  <Example>(kind: ApiPropertyOptions): Describe<Example> =>
  (description, example, more) =>
    ApiProperty({ ...kind, ...more, description, example } as ApiPropertyOptions);

export const ApiText = describe<string>({ type: String });
export const ApiFlag = describe<boolean>({ type: Boolean });
export const ApiNumber = describe<number>({ type: Number });
/** A whole number from 0. */
export const ApiCount = describe<number>({ type: 'integer', minimum: 0 });
/** A whole number from 1. */
export const ApiPositive = describe<number>({ type: 'integer', minimum: 1 });
export const ApiDay = describe<string>({ type: String, format: 'date' });
const INSTANT_TEXT = { type: String, format: 'date-time' } as const;
export const ApiInstant = (description: string, example = INSTANT): PropertyDecorator =>
  describe(INSTANT_TEXT)(description, example);
export const ApiInstantOrNull = (
  description: string,
  example: string | null = INSTANT,
): PropertyDecorator => describe(INSTANT_TEXT)(description, example, NULLABLE);

export const ApiOneOf = <Value extends string>(
  values: readonly Value[],
  ...described: Parameters<Describe<Value>>
): PropertyDecorator => describe<Value>({ enum: [...values] })(...described);

/** Another DTO, or a list of it. */
export const ApiModel = (
  model: Type | [Type],
  ...described: Parameters<Describe>
): PropertyDecorator => describe({ type: model })(...described);

/** Of a request: a day. */
export const AskedDay = (...described: Parameters<Describe<string>>): PropertyDecorator => {
  const [description, example, more] = described;
  return applyDecorators(
    ApiDay(description, example, { pattern: DAY_PATTERN, ...more }),
    Expected(
      'a date written YYYY-MM-DD',
      (value) => typeof value === 'string' && parseCalendarDay(value) !== undefined,
    ),
  );
};

/** Of a request: a day that may be left out. */
export const AskedDayOrNone = (description: string, example: string): PropertyDecorator =>
  applyDecorators(AskedDay(description, example, OPTIONAL), Optional());

/** Of a request: text of at most `most` characters that may be left out. */
export const AskedText = (most: number, description: string, example: string): PropertyDecorator =>
  applyDecorators(
    ApiText(description, example, { ...OPTIONAL, minLength: 1, maxLength: most }),
    Optional(ExpectedText(most)),
  );

/** Of a request: one of some texts that may be left out. */
export const AskedOneOf = <Value extends string>(
  values: readonly Value[],
  description: string,
  example: Value,
  byDefault?: Value,
): PropertyDecorator =>
  applyDecorators(
    ApiOneOf(values, description, example, { ...OPTIONAL, default: byDefault }),
    Optional(ExpectedOneOf(values)),
  );

/** Describes the dataset and the day in a path. */
export const ApiDatasetDayParams = (dataset: string): MethodDecorator =>
  applyDecorators(
    ApiParam({
      name: dataset,
      description: 'The dataset.',
      schema: { type: 'string', minLength: 1, maxLength: 63, example: 'weather' },
    }),
    ApiParam({
      name: 'day',
      description: 'The day.',
      example: '2012-03-01',
      schema: { type: 'string', format: 'date', pattern: DAY_PATTERN, example: '2012-03-01' },
    }),
  );

/** Takes the `day` of a path, or refuses it with `VALIDATION_FAILED`. */
const dayPipe: PipeTransform<string, CalendarDay> = {
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
