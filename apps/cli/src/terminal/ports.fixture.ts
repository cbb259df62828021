import { Writable } from 'node:stream';
import type { Ports, Programs } from './ports.js';

/** A stream that keeps its text. */
export class KeptStream extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

const program = { file: 'nothing.js', flags: [] };
const PROGRAMS: Programs = {
  server: program,
  backup: program,
  datasetsCheck: program,
  datasetsChange: program,
  datasetsInit: program,
  doctor: program,
  supportBundle: program,
};

/** Ports without a terminal. */
export function portsWith(changes: Partial<Ports> = {}) {
  const stdout = new KeptStream();
  const stderr = new KeptStream();
  let keys = 0;
  const ports: Ports = {
    env: {},
    stdout,
    stderr,
    stopping: new AbortController().signal,
    now: () => 0,
    random: () => 0,
    newKey: () => `key ${(keys += 1)}`,
    version: '1.2.3',
    programs: PROGRAMS,
    ...changes,
  };
  return { ports, stdout, stderr };
}
