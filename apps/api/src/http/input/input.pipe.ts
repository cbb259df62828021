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
  // class-transformer drops __proto__ and constructor, so they are searched in the original value.
  const reserved = Object.keys(value).filter((key) => key === '__proto__' || key === 'constructor');
  const input = plainToInstance(shape, value, { exposeUnsetFields: false });
  const errors = validateSync(input, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  const found = [
    ...reserved.map((key) => unknownField(key, undefined)),
    ...errors.map((error) =>
      describeError(error, (value as Record<string, unknown>)[error.property]),
    ),
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
