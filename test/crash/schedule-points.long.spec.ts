import { it } from 'vitest';
import { BEFORE_ANY, BEFORE_START, expectOneBatch, STARTED } from './schedule-points.js';

it('a schedule run starts exactly one batch, wherever the program is killed', async () => {
  await expectOneBatch([BEFORE_ANY, BEFORE_START, STARTED, STARTED]);
});
