import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { expectedOf } from '../../config/expectation.js';
import { describeReceived } from '../../config/received.js';
import { Problem, type InputError } from '../problems/problem.js';

type InputClass = new () => object;

/** Checks bodies and queries against their DTO; every error is told at once, and nothing is dropped silently. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (metatype === undefined || type === 'param' || type === 'custom') return value;
    return readInput(metatype as InputClass, value === undefined ? {} : value);
  }
}

/**
 * The DTO that `value` writes.
 * @throws {Problem} `VALIDATION_FAILED`
 */
export function readInput<T extends object>(shape: new () => T, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse([{ pointer: '', expected: 'an object', received: describeReceived(value) }]);
  }
  // class-transformer drops __proto__ and constructor, so these are looked for in what was sent.
  const reserved = Object.keys(value).filter((key) => key === '__proto__' || key === 'constructor');
  const input = plainToInstance(shape, value, { exposeUnsetFields: false });
  const errors = validateSync(input, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  const told = [
    ...reserved.map((key) => unknownField(key, undefined)),
    ...errors.map((error) => tell(error, (value as Record<string, unknown>)[error.property])),
  ];
  if (told.length > 0) refuse(told);
  return input;
}

function tell(error: ValidationError, received: unknown): InputError {
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
