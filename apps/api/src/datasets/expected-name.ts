import { Expected } from '../config/expectation.js';

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Whether a value is a name as datasets, tables and columns have one. */
export function isName(value: unknown): boolean {
  return typeof value === 'string' && NAME.test(value);
}

/** A name as datasets, tables and columns have one. */
export function ExpectedName(): PropertyDecorator {
  return Expected('a name that matches [a-z][a-z0-9_]{0,62}', isName, {
    value: { type: 'string', pattern: NAME.source },
  });
}
