// The days of a dataset move from each kind of target, and to each.
import { it } from 'vitest';
import { expectMove, TARGET_KINDS } from '../moved-target.js';
import { scratchPostgres } from '../postgres.js';

const makePostgres = scratchPostgres();
const PAIRS = TARGET_KINDS.map(
  (from, at) => [from, TARGET_KINDS[(at + 1) % TARGET_KINDS.length] ?? from] as const,
);

it.each(PAIRS)('from %s to %s, killed in the midst', async (...pair) => {
  await expectMove(pair, makePostgres);
});
