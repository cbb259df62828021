import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { EXIT, signalExit } from '../exit-code.js';
import { stoppedBy, type Ports, type Program } from '../ports.js';

/** `EX_USAGE` of sysexits.h, as those programs have it. */
const USAGE_EXIT_CODE = 64;

/** Runs a program of the project to its end, on the terminal of this one; its exit code. */
export async function runProgram(
  { file, flags }: Program,
  args: readonly string[],
  { env, stopping }: Ports,
): Promise<number> {
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env: { ...env },
    // By the channel it learns of our end, whatever ends us.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (): void => {
    child.kill(stoppedBy(stopping));
  };
  stopping.addEventListener('abort', forward);
  const code = await exitOf(child);
  return code === USAGE_EXIT_CODE ? EXIT.usage : code;
}

/** How a process has ended, as a shell has it. */
export async function exitOf(child: ChildProcess): Promise<number> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? signalExit(signal ?? 'SIGKILL');
}
