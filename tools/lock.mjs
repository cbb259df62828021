// One lock for everything that changes node_modules or dist, shared by all launchers of this folder.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inProject, say } from './project.mjs';

const FOLDER = inProject('.cache', 'lock');

/** Serializes the work of this launcher, because the files only separate processes. */
let last = Promise.resolve();

/**
 * Runs `work` while no other launcher runs its own.
 *
 * Each launcher creates a file with the id of its process, and only then checks for others: of two at the same time at
 * least one sees the other and steps back. The file of a dead process is ignored, so a lock never outlives its owner.
 */
export function withLock(work) {
  const done = last.then(() => locked(work));
  last = done.catch(() => undefined);
  return done;
}

async function locked(work) {
  fs.mkdirSync(FOLDER, { recursive: true });
  const own = path.join(FOLDER, `${process.pid}-${startOf(process.pid) ?? 0}`);
  for (let isWaiting = false; !acquire(own); isWaiting = true) {
    if (!isWaiting)
      say('Waiting for another start of this project to finish its install or build…');
    await sleep(100 + (process.pid % 100));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function acquire(own) {
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

/** The start of a process in ticks since boot, because ids are reused; undefined on systems other than Linux. */
function startOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain spaces; `starttime` is the 22nd field, the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
