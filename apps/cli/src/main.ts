import { randomUUID } from 'node:crypto';
import { systemNow } from './clock.js';
import { EXIT } from './exit-code.js';
import { PROGRAMS, VERSION } from './programs/programs.js';
import { random } from './random.js';
import { run } from './run.js';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Under a launcher one comes twice; the first is the reason.
  process.on(signal, () => stopping.abort(signal));
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads, as `head` does, has had enough.
  if (error.code === 'EPIPE') process.exit(EXIT.good);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stopping: stopping.signal,
  now: systemNow,
  random,
  newKey: randomUUID,
  version: VERSION,
  programs: PROGRAMS,
});
