import { expect, it } from 'vitest';
import { makeDataset } from '../sync/sync.fixture.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { assertAgreement, CONCURRENCY } from './transition-on-both.fixture.js';

it('a batch by random inputs is in SQLite what it is by transition', async () => {
  const datasets = [makeDataset({ concurrency: CONCURRENCY })];
  const installation = await ScratchInstallation.open(null, { datasets });
  await expect(assertAgreement(installation, 50)).resolves.toBeUndefined();
  await installation.close();
});
