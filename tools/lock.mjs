// One lock for everything that changes node_modules or dist, shared by all launchers of this folder.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inProject, say } from './project.mjs';

const FOLDER = inProject('.cache', 'lock');

/** What this launcher does under the lock goes one after another: the files tell processes apart alone. */
let last = Promise.resolve();

/**
 * Runs `work` while no other launcher runs its own.
 *
 * Each launcher that wants the lock lays a file of its own, named by its process, and only then looks for
 * others: of two that come at once at least one sees the other and steps back. A file whose process is dead
 * counts for nothing, so a lock never outlives its holder and taking it over is no race.
 */
export function withLock(work) {
  const done = last.then(() => locked(work));
  last = done.catch(() => undefined);
  return done;
}

async function locked(work) {
  fs.mkdirSync(FOLDER, { recursive: true });
  const own = path.join(FOLDER, `${process.pid}-${startOf(process.pid) ?? 0}`);
  for (let told = false; !take(own); told = true) {
    if (!told) say('Waiting for another start of this project to finish its install or build…');
    await sleep(100 + (process.pid % 100));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function take(own) {
  if (othersAlive(own)) return false;
  fs.closeSync(fs.openSync(own, 'w'));
  if (!othersAlive(own)) return true;
  fs.rmSync(own, { force: true });
  return false;
}

function othersAlive(own) {
  return fs.readdirSync(FOLDER).some((name) => {
    if (name === path.basename(own)) return false;
    const [pid, start] = name.split('-');
    if (isAlive(Number(pid), start)) return true;
    fs.rmSync(path.join(FOLDER, name), { force: true });
    return false;
  });
}

function isAlive(pid, start) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === undefined || start === '0' || now === start;
}

/** When a process began, in ticks since boot: tells apart two that had the same id. Only Linux says. */
function startOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; `starttime` is the 22nd field, the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
