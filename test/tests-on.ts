// The tests of specs that run on both databases.
import { it, type TestAPI } from 'vitest';
import type { Dialect } from '../apps/api/src/database/database.js';
import { IS_LONG } from './draws.js';

/**
 * On SQLite every test runs, and so it does on PostgreSQL where LONG_TESTS is 1. Otherwise the first does there, about half
 * of the others by their titles, and every other row of a table: for specs whose tests have the same guards on either. A new
 * test changes nothing for those beside it.
 */
export function testsOn(dialect: Dialect): TestAPI {
  if (dialect === 'sqlite' || IS_LONG) return it;
  let isFirst = true;
  const isChosen = (title: string): boolean => {
    const chosen = isFirst || Buffer.from(title).reduce((sum, byte) => sum + byte, 0) % 2 === 0;
    isFirst = false;
    return chosen;
  };
  const each = (cases: readonly unknown[]): unknown =>
    it.each(cases.filter((_, index) => index % 2 === 0));
  return new Proxy(it, {
    apply: (target, self, args) => {
      if (isChosen(String(args[0]))) Reflect.apply(target, self, args);
    },
    get: (target, key) => (key === 'each' ? each : (Reflect.get(target, key) as unknown)),
  });
}
