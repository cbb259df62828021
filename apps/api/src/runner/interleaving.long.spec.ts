import { afterAll, beforeAll, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { PAIRS, PostgresPairs } from './interleaving.fixture.js';

const make = scratchPostgres();
describeWithPostgres('two things that happen to a batch at once, statement by statement', () => {
  let pairs: PostgresPairs;
  beforeAll(async () => {
    pairs = await PostgresPairs.open(await make());
  });
  afterAll(() => pairs.close());

  it.each(PAIRS)('%s around %s', (...pair) => pairs.run(pair));
});
