import { expect, it } from 'vitest';
import { watchRestart } from './restart.js';

/** Five seconds after the port opens, times three for a slow machine. */
const LATEST_MS = 15_000;

it('a console that is open over a restart of the server goes on soon after it', async () => {
  expect(await watchRestart()).toBeLessThan(LATEST_MS);
});
