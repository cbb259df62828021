// Whether this process was started to outlive its terminal, as with nohup.
import fs from 'node:fs';
import path from 'node:path';

/** The bit of SIGHUP in the lists of signals of /proc. */
const HANGUP_BIT = 1n;

/**
 * Whether this process was started with SIGHUP ignored. Node itself sets the signal back to its default before any script
 * runs, so what is left of it are its traces: the command that the shell noted, the file that nohup wrote, or a parent
 * that ignores SIGHUP too.
 */
export function ignoresHangup() {
  // Under npm the parent is npm's shell, which ends with npm.
  if (process.platform === 'win32' || process.env.npm_lifecycle_event !== undefined) return false;
  return isRunByNohup() || writesToNohupOut() || parentIgnoresHangup();
}

/** Shells but dash note the command that they run, and nohup becomes the program that it runs. */
function isRunByNohup() {
  return path.basename(process.env._ ?? '') === 'nohup';
}

/** The file that nohup writes to where the output was a terminal. */
function writesToNohupOut() {
  try {
    return path.basename(fs.readlinkSync('/proc/self/fd/1')) === 'nohup.out';
  } catch {
    return false; // no Linux
  }
}

/** As after `trap '' HUP` in the script that starts this one. */
function parentIgnoresHangup() {
  try {
    const status = fs.readFileSync(`/proc/${process.ppid}/status`, 'utf8');
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
    return (BigInt(`0x${ignored}`) & HANGUP_BIT) !== 0n;
  } catch {
    return false; // no Linux
  }
}
