import { it } from 'vitest';
import { BEFORE_START, expectOneBatch, STARTED } from './schedule-points.js';

it('a schedule run starts exactly one batch, killed before and after its commit', async () => {
  await expectOneBatch([BEFORE_START, STARTED]);
});
