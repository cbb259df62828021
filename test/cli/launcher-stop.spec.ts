// The launcher behind `npm start` where it outlives its terminal: Ctrl-Z must not leave its server running alone.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { afterFile } from '../after-file.js';
import { scratchFolder, TOP, writeScratch } from '../scratch.js';

/** The letter of /proc for a process: T is stopped. */
async function stateOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').charAt(0);
}

const areStopped = async (pids: readonly number[]): Promise<boolean[]> =>
  Promise.all(pids.map(async (pid) => (await stateOf(pid)) === 'T'));

it.runIf(process.platform === 'linux')(
  'Ctrl-Z stops the launcher with its detached server, and both continue',
  async () => {
    const folder = await scratchFolder();
    const child = JSON.stringify(path.join(TOP, 'tools/child.mjs'));
    await writeScratch(
      folder,
      'server.mjs',
      `import fs from 'node:fs';
       fs.writeFileSync('server.part', String(process.pid));
       fs.renameSync('server.part', 'server.pid');
       setInterval(() => {}, 1_000);`,
    );
    await writeScratch(
      folder,
      'launcher.mjs',
      `import { run } from ${child};
       await run(process.execPath, ['server.mjs'], { cwd: ${JSON.stringify(folder)} });`,
    );
    const { pid: launcher = 0 } = spawn(process.execPath, ['launcher.mjs'], {
      cwd: folder,
      // As bash notes it for `nohup node launcher.mjs`; a group of its own, as each job of a shell has.
      env: { PATH: process.env['PATH'], _: '/usr/bin/nohup' },
      stdio: 'ignore',
      detached: true,
    });
    afterFile(() => process.kill(launcher, 'SIGKILL'));
    const file = path.join(folder, 'server.pid');
    while (!existsSync(file)) await sleep(20);
    const server = Number(await readFile(file, 'utf8'));
    afterFile(() => process.kill(server, 'SIGKILL'));
    const both = [launcher, server];
    expect(await areStopped(both)).toEqual([false, false]);
    process.kill(-launcher, 'SIGTSTP');
    await expect.poll(() => areStopped(both)).toEqual([true, true]);
    process.kill(-launcher, 'SIGCONT');
    await expect.poll(() => areStopped(both)).toEqual([false, false]);
  },
);
