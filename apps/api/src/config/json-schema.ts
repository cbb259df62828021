import { getMetadataStorage, validateSync } from 'class-validator';

/** A JSON Schema, draft 7, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A rule in JSON Schema, as far as JSON Schema can express it. */
export interface SchemaFragment {
  /** Of the value itself. */
  readonly value?: JsonSchema;
  /** Of the mapping that has it. */
  readonly mapping?: JsonSchema;
}

/** A class of rules over the keys of one mapping. */
export type ShapeClass<Shape extends object = object> = {
  new (): Shape;
  readonly keys: readonly string[];
  /** Keys that other mappings of the kind have, and what is expected in their place. */
  readonly refused?: Readonly<Record<string, string>>;
  /** What the reader of the mapping checks beyond the rules. */
  readonly beyond?: BeyondRules;
};

/** Checks beyond the rules of a mapping, in JSON Schema: as far as it can express them, and never stricter. */
export interface BeyondRules {
  readonly properties?: Readonly<Record<string, NestedSchema>>;
  readonly mappings?: readonly JsonSchema[];
}

/** A value that the rules do not check. */
interface NestedSchema {
  readonly schema: JsonSchema;
  /** @default false */
  readonly required?: boolean;
}

/** A text with a variable from the environment, whose value is not known yet. */
export const VARIABLE: JsonSchema = { type: 'string', pattern: '\\$\\{' };

/**
 * The schema of a mapping, from the rules that validate it. Which keys are required and which may be null is asked
 * of the rules themselves.
 * @param nested what the rules don't say of keys, on top of what they do say
 */
export function mappingSchema(
  Shape: ShapeClass,
  nested: Readonly<Record<string, NestedSchema>> = Shape.beyond?.properties ?? {},
): JsonSchema {
  const isValid = (key: string, value: unknown): boolean => {
    const errors = validateSync(Object.assign(new Shape(), { [key]: value }));
    return errors.every(({ property }) => property !== key);
  };
  const hasRules = new Set(rulesOf(Shape).map(({ propertyName }) => propertyName));
  const properties = Shape.keys.map((key) => {
    const ruled = hasRules.has(key) ? propertySchema(Shape, key) : {};
    const schema: JsonSchema = { ...ruled, ...nested[key]?.schema };
    const nullable = hasRules.has(key) && isValid(key, null) && Object.keys(ruled).length > 0;
    return [key, nullable ? orNull(schema) : schema] as const;
  });
  const required = Shape.keys.filter((key) =>
    hasRules.has(key) ? !isValid(key, undefined) : nested[key]?.required === true,
  );
  const mappings = [
    ...rulesOf(Shape).map(({ fragment }) => fragment.mapping),
    ...(Shape.beyond?.mappings ?? []),
  ].filter((schema) => schema !== undefined);
  return {
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(mappings.length > 0 ? { allOf: mappings } : {}),
  };
}

/**
 * The schema of one property, whether it has to be there or not.
 * @param variables whether `${NAME}` may stand for the text
 */
export function propertySchema(Shape: ShapeClass, key: string, variables = true): JsonSchema {
  const rules = rulesOf(Shape).filter(({ propertyName }) => propertyName === key);
  const fragments = rules
    .map(({ fragment }) => fragment.value)
    .filter((schema) => schema !== undefined);
  const names = fragments.flatMap((fragment) => Object.keys(fragment));
  const schema =
    new Set(names).size === names.length
      ? (Object.assign({}, ...fragments) as JsonSchema)
      : { allOf: fragments };
  const expected = rules.map((rule) => rule.expected).filter((text) => text !== undefined);
  const description = expected.filter((text) => text.includes(' ')).join('; ');
  const isRestrictedText = names.some((name) => ['enum', 'pattern'].includes(name));
  const value = variables && isRestrictedText ? { anyOf: [schema, VARIABLE] } : schema;
  return description === '' ? value : { description, ...value };
}

/** A schema that also accepts null. */
export function orNull({ description, ...schema }: JsonSchema): JsonSchema {
  const { anyOf, ...others } = schema;
  const choices = Array.isArray(anyOf) && Object.keys(others).length === 0 ? anyOf : [schema];
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [...(choices as readonly JsonSchema[]), { type: 'null' }],
  };
}

interface RuleSchema {
  readonly propertyName: string;
  /** What the rule expects; absent for a condition. */
  readonly expected: string | undefined;
  readonly fragment: SchemaFragment;
}

function rulesOf(Shape: ShapeClass): readonly RuleSchema[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Shape, '', true, false);
  // Decorators run from the last to the first.
  return rules.toReversed().map(({ type, name, propertyName, constraints }) => {
    // Conditions such as `IsOptional` are asked, not read.
    if (type !== 'customValidation') return { propertyName, expected: undefined, fragment: {} };
    const [fragment] = constraints as [SchemaFragment?];
    return { propertyName, expected: name, fragment: fragment ?? {} };
  });
}
