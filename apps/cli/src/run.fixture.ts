import { Writable } from 'node:stream';
import type { Ports, Programs } from './ports.js';
import { run } from './run.js';

/** What a command said, and its exit code. */
export interface RunExit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stream that keeps what is written. */
export class KeptStream extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

const program = { file: 'nothing.js', flags: [] };
const PROGRAMS: Programs = { server: program, backup: program, datasetsCheck: program };

/** The world as a command has it, without a terminal. */
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

/** Runs a command in this process. */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunExit> {
  const { ports, stdout, stderr } = portsWith({ env });
  const code = await run(args, ports);
  return { code, stdout: stdout.text, stderr: stderr.text };
}
