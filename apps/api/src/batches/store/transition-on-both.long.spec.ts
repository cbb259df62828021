import { describe, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../../../../../test/databases.js';
import { assertAgreement } from './transition-on-both.fixture.js';

const scratch = scratchDatabases();

describe.each(DIALECTS)('a batch in %s', (dialect) => {
  it.each([1, 2, 3])('is by random inputs what transition has it be, time %i', async () => {
    await assertAgreement(await scratch(dialect), 100);
  });
});
