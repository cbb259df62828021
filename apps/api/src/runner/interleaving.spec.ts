import { afterAll, beforeAll, describe, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { ScratchInstallation } from './installation.fixture.js';
import {
  Interleaving,
  interleavedDataset,
  PAIRS,
  PostgresPairs,
  type Pair,
} from './interleaving.fixture.js';

describe('two things that happen to a batch at once, through the queue of writes', () => {
  let installation: ScratchInstallation;
  beforeAll(async () => {
    const datasets = [interleavedDataset()];
    installation = await ScratchInstallation.open(null, { datasets });
  });
  afterAll(() => installation.close());

  it.each(PAIRS)('%s and %s', async (...pair) => {
    const both = await Interleaving.begin(installation, pair);
    await both.runTogether();
    await both.settle();
  });
});

/** Of all pairs, which interleaving.long.spec.ts has. */
const SAMPLE: readonly Pair[] = [
  ['claims', 'cancel'],
  ['cancel', 'expiry'],
  ['fails', 'fails'],
  ['claims', 'repeats'],
  ['repeats', 'resume'],
  ['frees', 'extend'],
  ['extend', 'last'],
];

const make = scratchPostgres();
describeWithPostgres('two things that happen to a batch at once, statement by statement', () => {
  let pairs: PostgresPairs;
  beforeAll(async () => {
    pairs = await PostgresPairs.open(await make());
  });
  afterAll(() => pairs.close());

  it.each(SAMPLE)('%s around %s', (...pair) => pairs.run(pair));
});
