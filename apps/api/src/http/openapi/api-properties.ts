import { ACTIVE_STATUSES, parseCalendarDay, TERMINAL_STATUSES } from '@daysync/progress';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  Expected,
  ExpectedOneOf,
  ExpectedText,
  MOST_NAME,
  Optional,
  type PropertyRule,
} from '../../config/expectation.js';

export const BATCH_STATUSES = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];
export const TASK_ID = '2025-10-01_2025-10-10_1760716800';
export const INSTANT = '2025-10-17T16:00:00.000Z';
/** The format alone has a year 0000. */
export const DAY_SCHEMA = {
  type: 'string',
  format: 'date',
  pattern: '^(?!0000)\\d{4}-\\d{2}-\\d{2}$',
};
export const EXPECTED_DAY = 'a date written YYYY-MM-DD';

export const NULLABLE = { nullable: true } as const;
export const OPTIONAL = { required: false } as const;

/** Describes a field of one kind; `more` adds to its schema. */
type Describe<Example = unknown> = (
  description: string,
  example?: Example | null,
  more?: ApiPropertyOptions,
) => PropertyDecorator;

// The document keeps this order of keys.
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

/** A field of a request: its rule checks it, and is what the document says of it. */
export const Asked = (rule: PropertyRule, ...described: Parameters<Describe>): PropertyDecorator =>
  applyDecorators(describe(rule.schema as ApiPropertyOptions)(...described), rule);

/** The same where the field may be left out; `byDefault` is what it is then. */
export const AskedIfAny = (
  rule: PropertyRule,
  description: string,
  example: unknown,
  byDefault?: unknown,
): PropertyDecorator =>
  applyDecorators(
    Asked(rule, description, example, { ...OPTIONAL, default: byDefault }),
    Optional(),
  );

const isDay = (value: unknown): boolean =>
  typeof value === 'string' && parseCalendarDay(value) !== undefined;
const ExpectedDay = (): PropertyRule => Expected(EXPECTED_DAY, isDay, { value: DAY_SCHEMA });

export const AskedDay = (description: string, example: string): PropertyDecorator =>
  Asked(ExpectedDay(), description, example);
export const AskedDayIfAny = (description: string, example: string): PropertyDecorator =>
  AskedIfAny(ExpectedDay(), description, example);
/** A list of at least one day and at most `most`, none twice. */
export const ExpectedDays = (most: number): PropertyRule =>
  Expected(
    `a list of 1 to ${most} different dates written YYYY-MM-DD`,
    (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= most &&
      value.every((day) => isDay(day)) &&
      new Set(value).size === value.length,
    {
      value: {
        type: 'array',
        minItems: 1,
        maxItems: most,
        items: DAY_SCHEMA,
        uniqueItems: true,
      },
    },
  );
/** Text of at most `most` characters that may be left out. */
export const AskedText = (most: number, description: string, example: string): PropertyDecorator =>
  AskedIfAny(ExpectedText(most), description, example);
/** The name of a dataset, which may be left out. */
export const AskedDataset = (description: string): PropertyDecorator =>
  AskedText(MOST_NAME, description, 'weather');
/** One of some texts, which may be left out. */
export const AskedOneOf = <Value extends string>(
  values: readonly Value[],
  description: string,
  example: Value,
  byDefault?: Value,
): PropertyDecorator => AskedIfAny(ExpectedOneOf(values), description, example, byDefault);
