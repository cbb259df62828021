// What a group of checks is charged for: all that its processes use, also those that outlive it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { TOP } from '../scratch.js';

interface GroupCost {
  readonly processorSeconds: number | null;
  readonly left: readonly string[];
}
/** Imported at run time, because the launcher is not TypeScript. */
const { countProcess, measure } = (await import(
  pathToFileURL(path.join(TOP, 'tools/processor-time.mjs')).href
)) as {
  countProcess(pid: number | undefined): void;
  measure(name: string, work: () => Promise<unknown>, mostEndMs?: number): Promise<GroupCost>;
};

/** Some systems let no user make a control group. */
const IS_COUNTED = (await measure('none', () => Promise.resolve())).processorSeconds !== null;
const USED = 'while (process.cpuUsage().user < 3e5) for (let n = 0; n < 1e6; n += 1);';

function start(code: string): ChildProcess {
  const child = spawn(process.execPath, ['-e', code]);
  countProcess(child.pid);
  return child;
}

it.runIf(IS_COUNTED)('what a process and its own process use is counted', async () => {
  const { processorSeconds } = await measure('nested', async () => {
    const nested = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(USED)}]);`;
    await once(start(`${USED} ${nested}`), 'close');
  });
  expect(processorSeconds).toBeGreaterThan(0.6);
});

it.runIf(IS_COUNTED)('a process that outlives its group is named and ended', async () => {
  let child: ChildProcess | undefined;
  const leave = async (): Promise<void> => {
    child = start('setInterval(() => {}, 1_000)');
    await once(child, 'spawn');
  };
  const { left } = await measure('left', leave, 200);
  expect(left).toEqual([expect.stringContaining('setInterval')]);
  if (child?.signalCode === null) await once(child, 'close');
  expect(child?.signalCode).toBe('SIGKILL');
});
