import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { expectedOf } from '../../config/expectation.js';
import { describeReceived } from '../../config/received.js';
import { Problem, type InputError } from '../problems/problem.js';

type InputClass = new () => object;

/** Validates bodies and queries by their DTO. It reports all errors at once, and refuses unknown fields. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (metatype === undefined || type === 'param' || type === 'custom') return value;
    return readInput(metatype as InputClass, value === undefined ? {} : value);
  }
}

/**
 * Reads a DTO from JSON.
 * @throws {Problem} `VALIDATION_FAILED`
 */
export function readInput<T extends object>(shape: new () => T, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse([{ pointer: '', expected: 'an object', received: describeReceived(value) }]);
  }
  const deep = Object.entries(value).filter(([, inner]) => isDeep(inner));
  // class-transformer calls itself for each level: thousands would end it.
  if (deep.length > 0) refuse(deep.map(([key]) => deepField(key)));
  // class-transformer drops what every object has, such as `constructor`, so it is searched in the original value.
  const reserved = Object.keys(value).filter((key) => Object.hasOwn(Object.prototype, key));
  const input = plainToInstance(shape, value, { exposeUnsetFields: false });
  const errors = validateSync(input, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  const found = [
    ...reserved.map((key) => unknownField(key, undefined)),
    ...errors
      .filter(({ property }) => !reserved.includes(property))
      .map((error) => describeError(error, (value as Record<string, unknown>)[error.property])),
  ];
  if (found.length > 0) refuse(found);
  return input;
}

function describeError(error: ValidationError, received: unknown): InputError {
  if (error.constraints?.['whitelistValidation'] !== undefined) {
    return unknownField(error.property, received);
  }
  return {
    pointer: pointerTo(error.property),
    expected: expectedOf(error),
    received: describeReceived(received),
  };
}

/** No field has lists of lists. */
const MOST_LEVELS = 8;

/** Whether lists and mappings are nested in a value by more than {@link MOST_LEVELS}. */
function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
  return false;
}

function deepField(name: string): InputError {
  const received = 'more';
  return { pointer: pointerTo(name), expected: `at most ${MOST_LEVELS} levels`, received };
}

function unknownField(name: string, received: unknown): InputError {
  return {
    pointer: pointerTo(name),
    expected: 'no field of this name',
    received: received === undefined ? 'the field' : describeReceived(received),
  };
}

function pointerTo(property: string): string {
  return `/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function refuse(errors: readonly InputError[]): never {
  const detail = errors
    .map(({ pointer, expected, received }) => {
      const where = pointer === '' ? 'body' : pointer.slice(1);
      return `${where}: expected ${expected}, got ${received}`;
    })
    .join('; ');
  throw new Problem('VALIDATION_FAILED', detail, { errors });
}
