import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program prints, also from now on. */
export function outputOf(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return output;
}

/** Waits until a program has ended. */
export async function ended(child: ChildProcess): Promise<Exit> {
  const output = outputOf(child);
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}
