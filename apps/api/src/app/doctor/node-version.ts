// Imports nothing of the program: an older Node can't load it.
import { ok, problem, type Finding } from './finding.js';

/** `node:sqlite` and iterator helpers are there from this version on. */
const LEAST_NODE = 24;

/** @param version such as `24.21.0` */
export function checkNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= LEAST_NODE) return ok('node', `Node ${version}`);
  return problem(
    'node',
    `expected Node ${LEAST_NODE} or newer, got ${version}`,
    'install a newer one from https://nodejs.org or with your package manager, and put it first in PATH',
  );
}
