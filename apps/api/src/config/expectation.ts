import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateIf, type ValidationError } from 'class-validator';
import type { JsonSchema, SchemaFragment } from './json-schema.js';

/** A rule of a property, with the JSON Schema of its values as far as that can say it. */
export type PropertyRule = PropertyDecorator & { readonly schema: JsonSchema };

/**
 * A class-validator rule whose message says what was expected, as in `a whole number from 1 to 100`.
 * A property may carry several where at most one fails for any value.
 * @param says the same for a JSON Schema, as far as that can say it; it must not refuse what the rule accepts
 */
export function Expected(
  expected: string,
  accepts: (value: unknown, shape: object) => boolean,
  says: SchemaFragment = {},
): PropertyRule {
  const decorator = ValidateBy({
    name: expected,
    constraints: [says],
    validator: {
      validate: (value, given) => accepts(value, given?.object ?? {}),
      defaultMessage: () => expected,
    },
  });
  return Object.assign(decorator, { schema: says.value ?? {} });
}

/** A property that may be missing, with its rules. Null is not missing: the rules refuse it. */
export function Optional(...rules: readonly PropertyDecorator[]): PropertyDecorator {
  return applyDecorators(
    ValidateIf((_object, value) => value !== undefined),
    ...rules,
  );
}

/** The same for a property that may also be null. */
export function OptionalOrNull(...rules: readonly PropertyDecorator[]): PropertyDecorator {
  return applyDecorators(IsOptional(), ...rules);
}

/** A whole number from `least` to `most`, both included. */
export function ExpectedWholeNumber(least: number, most: number): PropertyRule {
  return wholeNumber(least, most, (value) => value);
}

/**
 * The same, also written in digits, which become a number. Any other text stays unchanged, and the rule refuses it.
 * It accepts the digits too: the `ValidationPipe` of an embedding app applies the rules without our transformations.
 */
export function ExpectedWrittenNumber(least: number, most: number): PropertyRule {
  const number = wholeNumber(least, most, readDigits);
  const decorator = applyDecorators(
    Transform(({ value }: { value: unknown }) => readDigits(value)),
    number,
  );
  return Object.assign(decorator, { schema: number.schema });
}

function wholeNumber(least: number, most: number, read: (value: unknown) => unknown): PropertyRule {
  const accepts = (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return Expected(`a whole number from ${least} to ${most}`, (value) => accepts(read(value)), {
    value: { type: 'integer', minimum: least, maximum: most },
  });
}

function readDigits(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** One of a list of texts. */
export function ExpectedOneOf(values: readonly string[]): PropertyRule {
  return Expected(
    `${values.length === 1 ? '' : 'one of '}${values.join(', ')}`,
    (value) => typeof value === 'string' && values.includes(value),
    { value: { enum: values } },
  );
}

/** Text of at least one character and at most `most`, without a NUL character. */
export function ExpectedText(most: number): PropertyRule {
  return Expected(`text of 1 to ${most} characters`, (value) => isText(value, most), {
    value: textSchema(most),
  });
}

/** A list of at least one text and at most `mostTexts`, each as {@link ExpectedText} has it and none twice. */
export function ExpectedTexts(mostTexts: number, most: number): PropertyRule {
  return Expected(
    `a list of 1 to ${mostTexts} different texts of 1 to ${most} characters each`,
    (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= mostTexts &&
      value.every((text) => isText(text, most)) &&
      new Set(value).size === value.length,
    {
      value: {
        type: 'array',
        minItems: 1,
        maxItems: mostTexts,
        items: textSchema(most),
        uniqueItems: true,
      },
    },
  );
}

/** True or false. */
export function ExpectedFlag(): PropertyDecorator {
  return Expected('true or false', (value) => typeof value === 'boolean', {
    value: { type: 'boolean' },
  });
}

export function textSchema(most: number): JsonSchema {
  return { type: 'string', minLength: 1, maxLength: most };
}

export function isText(value: unknown, most: number): boolean {
  return (
    typeof value === 'string' && value.length >= 1 && value.length <= most && !value.includes('\0')
  );
}

/**
 * Whether a value stands for a text that a source writes, which may be empty. YAML reads `1` and `true` as what they
 * say; of any other number it is not known how it was written.
 */
export function isWrittenText(value: unknown, most: number): boolean {
  if (typeof value === 'string') return value.length <= most && !value.includes('\0');
  return typeof value === 'boolean' || Number.isSafeInteger(value);
}

/** The same in JSON Schema. */
export function writtenTextSchema(most: number): JsonSchema {
  return { type: ['string', 'integer', 'boolean'], maxLength: most };
}

/** What a property was expected to be: the message of its first failing rule. */
export function expectedOf(error: ValidationError): string {
  return Object.values(error.constraints ?? {})[0] ?? 'another value';
}

/** The most characters of a name: those that PostgreSQL has. */
export const MOST_NAME = 63;
const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Whether a value is a valid name of a dataset, table or column. */
export function isName(value: unknown): boolean {
  return typeof value === 'string' && NAME.test(value);
}

/** A name of a dataset, table or column. */
export function ExpectedName(): PropertyDecorator {
  return Expected('a name that matches [a-z][a-z0-9_]{0,62}', isName, {
    value: { type: 'string', pattern: NAME.source },
  });
}

export const EXPECTED_TIME_ZONE = 'an IANA time zone such as Europe/Berlin or UTC';

/** An IANA name of a place, or UTC. */
export function ExpectedTimeZone(): PropertyDecorator {
  return Expected(EXPECTED_TIME_ZONE, isTimeZone, {
    // The set of zones depends on Node.
    value: { type: 'string', pattern: '^[A-Za-z]' },
  });
}

/** Whether a value is an IANA name of a place, or UTC. */
export function isTimeZone(value: unknown): boolean {
  // Intl accepts `+02:00`, but it is not a place and has no summer time.
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: value });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Whether a value is a YAML mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
