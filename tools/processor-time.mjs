// The processor time of a group of checks with all its processes: a control group of Linux counts it, also that of
// processes which no process has waited for.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MOST_END_MS = 5_000;

/** The control group of the work that is being done. */
const current = new AsyncLocalStorage();

/**
 * Does a work whose processes are counted together.
 * @template T
 * @param {string} name of the work, in letters and dashes
 * @param {() => Promise<T>} work
 * @param {number} [mostEndMs] how long the last processes of the work may take to end
 * @returns {Promise<{ result: T, wallSeconds: number, processorSeconds: number | null, left: string[] }>} `left` has the
 *   command lines of processes that outlived the work, which are ended; `processorSeconds` is null where no control
 *   group can be made
 */
export async function measure(name, work, mostEndMs = MOST_END_MS) {
  const start = performance.now();
  const group = ControlGroup.make(name);
  const result = await current.run(group, work);
  const wallSeconds = (performance.now() - start) / 1_000;
  const left = (await group?.end(mostEndMs)) ?? [];
  return { result, wallSeconds, processorSeconds: group?.remove() ?? null, left };
}

/** Counts a new process, and all that it starts from now on, for the work that is being done. */
export function countProcess(pid) {
  current.getStore()?.add(pid);
}

/** Ends what the works have started, when this process is stopped. */
export function endAll() {
  for (const group of ControlGroup.live) group.discard();
}

/** A control group of version 2. */
class ControlGroup {
  static live = new Set();

  constructor(folder) {
    this.folder = folder;
    ControlGroup.live.add(this);
  }

  /** @returns a group; undefined where the system has none, or allows none to this user */
  static make(name) {
    const folder = ownGroup();
    if (folder === undefined) return undefined;
    const group = path.join(folder, `daysync-${process.pid}-${randomUUID()}-${name}`);
    try {
      fs.mkdirSync(group);
      return new ControlGroup(group);
    } catch {
      return undefined;
    }
  }

  add(pid) {
    try {
      fs.writeFileSync(path.join(this.folder, 'cgroup.procs'), String(pid));
    } catch {
      // It has ended already, or this system lets no process change its group: then the group counts less.
    }
  }

  /** Waits for the processes of the group, then kills them. @returns the command lines of those that were killed */
  async end(mostEndMs) {
    const since = performance.now();
    while (this.isPopulated()) {
      if (performance.now() - since > mostEndMs) return this.kill();
      await sleep(50);
    }
    return [];
  }

  /** @returns the seconds that all its processes have used */
  remove() {
    const [, microseconds] = /^usage_usec (\d+)$/m.exec(this.read('cpu.stat'));
    this.discard();
    return Number(microseconds) / 1e6;
  }

  discard() {
    ControlGroup.live.delete(this);
    try {
      if (this.isPopulated()) fs.writeFileSync(path.join(this.folder, 'cgroup.kill'), '1');
      fs.rmdirSync(this.folder);
    } catch {
      // An empty group that stays costs nothing, and must not hide what the work has found.
    }
  }

  async kill() {
    const lines = this.processes().map((pid) => commandLine(pid));
    fs.writeFileSync(path.join(this.folder, 'cgroup.kill'), '1');
    while (this.isPopulated()) await sleep(20);
    return lines;
  }

  /** True until the last thread has ended, also that of a process which is no longer listed. */
  isPopulated() {
    return /^populated 1$/m.test(this.read('cgroup.events'));
  }

  processes() {
    return this.read('cgroup.procs').split('\n').filter(Boolean);
  }

  read(name) {
    return fs.readFileSync(path.join(this.folder, name), 'utf8');
  }
}

/** The folder of the control group that this process is in; undefined where the system has none. */
function ownGroup() {
  try {
    const mount = /^\S+ (\S+) cgroup2 /m.exec(fs.readFileSync('/proc/mounts', 'utf8'))?.[1];
    const own = /^0::(\S+)$/m.exec(fs.readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    return mount === undefined || own === undefined ? undefined : path.join(mount, own);
  } catch {
    return undefined;
  }
}

function commandLine(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return `process ${pid}`;
  }
}
