import { afterAll, beforeAll, describe, it } from 'vitest';
import { IS_LONG } from '../../../../test/draws.js';
import { migratedPostgres } from '../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../test/postgres.js';
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

  it.each(IS_LONG ? PAIRS : pairwise())('%s and %s', async (...pair) => {
    const both = await Interleaving.begin(installation, pair);
    await both.runTogether();
    await both.settle();
  });
});

/** Of all pairs, each part as the first and as the second of two, once with itself. */
function pairwise(): readonly Pair[] {
  const parts = Math.sqrt(PAIRS.length);
  return PAIRS.filter((_, index) => {
    const [first, second] = [Math.floor(index / parts), index % parts];
    return [0, 5].includes((second - first + parts) % parts);
  });
}

/** Of all pairs, where tests are to be quick. */
const SAMPLE: readonly Pair[] = [
  ['claims', 'cancel'],
  ['cancel', 'expiry'],
  ['fails', 'fails'],
  ['extend', 'last'],
];

const make = migratedPostgres();
describeWithPostgres('two things that happen to a batch at once, statement by statement', () => {
  let pairs: PostgresPairs;
  beforeAll(async () => {
    pairs = await PostgresPairs.open(await make());
  });
  afterAll(() => pairs.close());

  it.each(IS_LONG ? PAIRS : SAMPLE)('%s around %s', (...pair) => pairs.run(pair));
});
