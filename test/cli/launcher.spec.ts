// The launcher behind `npm start`: under a real shell that ends, beside its terminal, and in a copy of the project.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { afterFile } from '../after-file.js';
import { scratchFolder, TOP, writeScratch } from '../scratch.js';

/** Longer than the launcher takes to see that its parent has ended. */
const NOTICED_MS = 1_500;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

interface Launched {
  readonly launcher: number;
  readonly server: number;
  readonly log: () => Promise<string>;
}

function killAfterFile(...pids: readonly number[]): void {
  afterFile(() => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
}

/** A folder with the launcher of a server, which writes its process id into `server.pid`. */
async function launcherFolder(): Promise<string> {
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
    `import { endBy, run } from ${child};
     const { signal } = await run(process.execPath, ['server.mjs'], { cwd: ${JSON.stringify(folder)} });
     if (signal) endBy(signal);`,
  );
  return folder;
}

const serverIn = async (folder: string): Promise<number> =>
  Number(await readFile(path.join(folder, 'server.pid'), 'utf8'));

/**
 * Has a shell start the launcher of a program in the background, waits until the program runs, and ends the shell.
 * @param begin what stands before the launcher in the command of the shell
 */
async function launchFromShell(begin: string): Promise<Launched> {
  const folder = await launcherFolder();
  const script = `${begin} "$NODE" launcher.mjs > log 2>&1 &
    echo $!
    while [ ! -e server.pid ]; do sleep 0.05; done`;
  const shell = spawn('bash', ['-c', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE: process.execPath },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(shell, 'close');
  const launcher = Number(output);
  const server = await serverIn(folder);
  killAfterFile(launcher, server);
  return { launcher, server, log: () => readFile(path.join(folder, 'log'), 'utf8') };
}

describe('a server whose shell ends', () => {
  it.each([
    ['with nohup', 'nohup'],
    ['where the shell ignores SIGHUP', "trap '' HUP;"],
  ])('goes on %s, also after a SIGHUP, and ends by SIGTERM', async (_, begin) => {
    const { launcher, server } = await launchFromShell(begin);
    await sleep(NOTICED_MS);
    expect([isAlive(launcher), isAlive(server)]).toEqual([true, true]);
    process.kill(launcher, 'SIGHUP');
    await sleep(200);
    expect([isAlive(launcher), isAlive(server)]).toEqual([true, true]);
    process.kill(launcher, 'SIGTERM');
    await untilGone(launcher);
    expect(isAlive(server)).toBe(false);
  });

  it('ends too without it, and says why and how to keep it', async () => {
    const { launcher, server, log } = await launchFromShell('');
    await untilGone(launcher);
    expect(isAlive(server)).toBe(false);
    expect(await log()).toContain(
      'The process that started this one has ended, so this one stops too. To keep it running, start it with: nohup',
    );
  });

  it('ends by SIGHUP without it', async () => {
    const { launcher, server } = await launchFromShell('env -i');
    process.kill(launcher, 'SIGHUP');
    await untilGone(launcher);
    expect(isAlive(server)).toBe(false);
  });
});

/** Which of them are stopped: the letter of /proc is T. */
const areStopped = (pids: readonly number[]): Promise<boolean[]> =>
  Promise.all(
    pids.map(async (pid) => /^.*\) T/s.test(await readFile(`/proc/${pid}/stat`, 'utf8'))),
  );

it.runIf(process.platform === 'linux')(
  'Ctrl-Z stops the launcher with its detached server, and both continue',
  async () => {
    const folder = await launcherFolder();
    const { pid: launcher = 0 } = spawn(process.execPath, ['launcher.mjs'], {
      cwd: folder,
      // As bash notes it for `nohup node launcher.mjs`; a group of its own, as each job of a shell has.
      env: { PATH: process.env['PATH'], _: '/usr/bin/nohup' },
      stdio: 'ignore',
      detached: true,
    });
    killAfterFile(launcher);
    while (!existsSync(path.join(folder, 'server.pid'))) await sleep(20);
    const both = [launcher, await serverIn(folder)];
    killAfterFile(...both);
    expect(await areStopped(both)).toEqual([false, false]);
    process.kill(-launcher, 'SIGTSTP');
    await expect.poll(() => areStopped(both)).toEqual([true, true]);
    process.kill(-launcher, 'SIGCONT');
    await expect.poll(() => areStopped(both)).toEqual([false, false]);
  },
);

describe('a copy of an installed project', () => {
  /** A project with its tools and a package that has a Node; as if `npm ci` had run. */
  async function project(): Promise<string> {
    const folder = path.join(await realpath(await scratchFolder()), 'first');
    await mkdir(folder);
    for (const name of ['tools', '.npmrc']) {
      await cp(path.join(TOP, name), path.join(folder, name), { recursive: true });
    }
    const platform = process.platform === 'win32' ? 'win' : process.platform;
    const name = `node-${platform}-${process.arch}`;
    const packages = { [`node_modules/${name}`]: { version: '24.0.0' } };
    const bin = path.join(folder, 'node_modules', name, 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify({ packages }));
    await writeFile(
      path.join(folder, 'node_modules/.package-lock.json'),
      JSON.stringify({ packages }),
    );
    await writeFile(path.join(bin, 'node'), '#!/bin/sh\n');
    await chmod(path.join(bin, 'node'), 0o755);
    return folder;
  }

  async function nodeOf(folder: string): Promise<string> {
    const script = `import { installedNode } from './tools/install.mjs'; console.log(await installedNode());`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script],
      { cwd: folder },
    );
    return path.relative(folder, stdout.trim());
  }

  it('runs with its own Node, not with that of the first', async () => {
    const first = await project();
    const own = await nodeOf(first);
    expect(own).toMatch(/^node_modules\/node-/);
    const second = path.join(path.dirname(first), 'second');
    await cp(first, second, { recursive: true });
    expect(existsSync(path.join(second, 'node_modules/.daysync-install'))).toBe(true);
    expect(await nodeOf(second)).toBe(own);
    const stamp = await readFile(path.join(first, 'node_modules/.daysync-install'), 'utf8');
    expect(stamp).not.toContain(first);
  });
});
