import { it } from 'vitest';
import { watchRestart } from './restart.js';

it('a console that is open over a restart of the server says that the connection is lost, goes on by itself with the same batch, and finishes', async () => {
  await watchRestart();
});
