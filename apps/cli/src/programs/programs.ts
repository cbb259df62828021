// What tools/build.mjs tells this program when it makes it.
import { fileURLToPath } from 'node:url';
import type { Program, Programs } from '../ports.js';

declare const DAYSYNC_VERSION: string;
declare const DAYSYNC_SERVER_FLAGS: readonly string[];
declare const DAYSYNC_PROGRAMS: {
  readonly server: string;
  readonly backup: string;
  readonly datasetsCheck: string;
};

export const VERSION = DAYSYNC_VERSION;

const QUIET = ['--disable-warning=ExperimentalWarning'];

export const PROGRAMS: Programs = {
  server: program(DAYSYNC_PROGRAMS.server, DAYSYNC_SERVER_FLAGS),
  backup: program(DAYSYNC_PROGRAMS.backup, QUIET),
  datasetsCheck: program(DAYSYNC_PROGRAMS.datasetsCheck, QUIET),
};

function program(fromHere: string, flags: readonly string[]): Program {
  return { file: fileURLToPath(new URL(fromHere, import.meta.url)), flags };
}
