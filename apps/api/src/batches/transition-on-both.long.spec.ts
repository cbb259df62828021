import { describe, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { assertAgreement } from './transition-on-both.fixture.js';

const scratch = scratchDatabases();

describe.each(DIALECTS)('a batch in %s', (dialect) => {
  it('is by random inputs what transition has it be', async () => {
    await assertAgreement(await scratch(dialect), 300);
  });
});
