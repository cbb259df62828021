import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { run } from './parser/run.js';
import { random, systemNow } from './terminal/clock-and-random.js';
import type { Program } from './terminal/ports.js';

// tools/build.mjs defines these three.
declare const DAYSYNC_VERSION: string;
declare const DAYSYNC_SERVER_FLAGS: readonly string[];
declare const DAYSYNC_PROGRAMS: {
  readonly server: string;
  readonly backup: string;
  readonly datasetsCheck: string;
  readonly datasetsChange: string;
  readonly datasetsInit: string;
  readonly doctor: string;
  readonly supportBundle: string;
};

const QUIET = ['--disable-warning=ExperimentalWarning'];

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Under a launcher a signal arrives twice; the first is the reason.
  process.on(signal, () => stopping.abort(signal));
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // The reader, such as `head`, closed the pipe: a list is complete, a watch is interrupted.
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
  version: DAYSYNC_VERSION,
  programs: {
    server: builtProgram(DAYSYNC_PROGRAMS.server, DAYSYNC_SERVER_FLAGS),
    backup: builtProgram(DAYSYNC_PROGRAMS.backup, QUIET),
    datasetsCheck: builtProgram(DAYSYNC_PROGRAMS.datasetsCheck, QUIET),
    datasetsChange: builtProgram(DAYSYNC_PROGRAMS.datasetsChange, QUIET),
    datasetsInit: builtProgram(DAYSYNC_PROGRAMS.datasetsInit, QUIET),
    doctor: builtProgram(DAYSYNC_PROGRAMS.doctor, QUIET),
    supportBundle: builtProgram(DAYSYNC_PROGRAMS.supportBundle, QUIET),
  },
});

function builtProgram(relativePath: string, flags: readonly string[]): Program {
  return { file: fileURLToPath(new URL(relativePath, import.meta.url)), flags };
}
