// A check is not run again while everything that it reads is as in its last green run.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Below the project's folder: a file for each check, with the hash of what its last green run read. */
const GREEN = path.join('.cache', 'green');

/**
 * Runs a check, unless it was green on the same sources, rules and tools.
 * @param {string} folder the project's folder
 * @param {string} name
 * @param {{ reads: RegExp, commands: readonly (readonly string[])[] }} check `reads` matches the files that can change
 *   its result
 * @param {() => Promise<{ passed: number, failed: number, output: string }>} run
 * @returns the result of `run`, or a green one with the time of that run as `unchangedSince`
 */
export async function onceGreen(folder, name, check, run) {
  const file = path.join(folder, GREEN, `${name.replaceAll(' ', '-')}.json`);
  const before = inputsHash(folder, check);
  if (before !== undefined) {
    const green = readGreen(file);
    if (green?.hash === before) {
      return { passed: 1, failed: 0, output: '', unchangedSince: green.since };
    }
  }
  const result = await run();
  // What changed during the run may not have been read.
  if (result.failed === 0 && before !== undefined && inputsHash(folder, check) === before) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ hash: before, since: new Date().toISOString() }));
  }
  return result;
}

function readGreen(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    // None yet, or half of one: the check runs.
    return undefined;
  }
}

/** Of all files that Git does not ignore, and of the packages that are installed, Node among them; undefined without Git. */
function inputsHash(folder, { reads, commands }) {
  const files = filesIn(folder)?.filter((file) => reads.test(file));
  if (files === undefined) return undefined;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([commands, process.platform, process.arch]));
  const lists = files
    .filter((file) => path.basename(file) === 'package.json')
    .map((file) => path.join(path.dirname(file), 'node_modules', '.package-lock.json'));
  for (const file of [...files, ...lists]) {
    const content = contentOf(path.join(folder, file));
    hash.update(`\0${file}\0${content?.length ?? 'none'}\0`).update(content ?? '');
  }
  return hash.digest('hex');
}

/** All that Git does not ignore, sorted; undefined without Git. */
export function filesIn(folder) {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '-z'];
  try {
    const list = execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return list.split('\0').filter(Boolean).toSorted();
  } catch {
    return undefined;
  }
}

/** Of a file; undefined if it was removed, or never installed. */
function contentOf(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}
