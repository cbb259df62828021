// The tests of specs that run on both databases.
import { it, type TestAPI } from 'vitest';
import type { Dialect } from '../apps/api/src/database/database.js';
import { IS_LONG } from './draws.js';

/**
 * On SQLite every test runs, and so it does on PostgreSQL where LONG_TESTS is 1. Otherwise every other one does there, for
 * specs whose tests have the same guards on either. A `describe` of one test does not fit: it would be empty.
 */
export function testsOn(dialect: Dialect): TestAPI {
  if (dialect === 'sqlite' || IS_LONG) return it;
  let count = 0;
  const isChosen = (): boolean => count++ % 2 === 0;
  const each = (cases: readonly unknown[]): unknown => {
    const chosen = cases.filter(isChosen);
    return it.each(chosen.length > 0 ? chosen : cases.slice(0, 1));
  };
  return new Proxy(it, {
    apply: (target, self, args) => {
      if (isChosen()) Reflect.apply(target, self, args);
    },
    get: (target, key) => (key === 'each' ? each : (Reflect.get(target, key) as unknown)),
  });
}
