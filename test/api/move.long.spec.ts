// The days of a dataset move between each pair of kinds.
import { it } from 'vitest';
import { expectMove, TARGET_KINDS } from '../moved-target.js';
import { scratchPostgres } from '../postgres.js';

const makePostgres = scratchPostgres();
const PAIRS = TARGET_KINDS.flatMap((from) =>
  TARGET_KINDS.filter((to) => to !== from).map((to) => [from, to] as const),
);

it.each(PAIRS)('from %s to %s, killed in the midst', async (...pair) => {
  await expectMove(pair, makePostgres);
});
