import { describe, it } from 'vitest';
import { DIALECTS } from '../../../../../test/databases.js';
import { draws, IS_LONG } from '../../../../../test/draws.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import { assertAgreement } from './transition-on-both.fixture.js';

const scratch = migratedDatabases();

describe.each(IS_LONG ? DIALECTS : (['sqlite'] as const))('a batch in %s', (dialect) => {
  it.each(IS_LONG ? [1, 2, 3] : [1])(
    'is by random inputs what transition has it be, time %i',
    async () => {
      await assertAgreement(await scratch(dialect), draws(10, 100));
    },
  );
});
