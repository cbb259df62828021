import { randomUUID } from 'node:crypto';
import { systemNow } from './clock.js';
import { PROGRAMS, VERSION } from './programs/programs.js';
import { random } from './random.js';
import { run } from './run.js';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Under a launcher one comes twice; the first is the reason.
  process.on(signal, () => stopping.abort(signal));
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // Whoever reads, as `head` does, has had enough: what lists is done, what watches is interrupted.
  stopping.abort('SIGPIPE');
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
