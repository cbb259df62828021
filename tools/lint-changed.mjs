// Runs oxlint on the files whose findings may differ from those of the last green run. The types were checked before:
// what TypeScript wrote about its projects tells which files these are.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { filesIn } from './green-cache.mjs';
import { LINTERS, TYPE_INFOS } from './static-checks.mjs';
import { reachHashes } from './type-reach.mjs';

const GREEN = '.cache/green/oxlint.json';
/** More names may not fit into the arguments of a program, and a run on all files takes as long. */
const MOST_FILES = 1000;

const folder = process.cwd();
const before = hashes();
const green = new Set(readGreen());
const changed = [...(before ?? [])].filter(([, hash]) => !green.has(hash)).map(([file]) => file);

if (before === undefined || changed.length > MOST_FILES) await lint([]);
else if (changed.length > 0) await lint(changed);
if (process.exitCode === undefined) remember();

/** Undefined if not all types have been checked, or without Git. */
function hashes() {
  const files = filesIn(folder);
  if (files === undefined || !TYPE_INFOS.every((info) => fs.existsSync(info))) return undefined;
  return reachHashes(folder, files, TYPE_INFOS);
}

function readGreen() {
  try {
    return JSON.parse(fs.readFileSync(GREEN, 'utf8'));
  } catch {
    return [];
  }
}

function lint(files) {
  // What oxlint ignores may be all that changed.
  const args = [...LINTERS[0], '--no-error-on-unmatched-pattern', ...files];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      if (code !== 0) process.exitCode = code ?? 1;
      resolve();
    });
  });
}

function remember() {
  if (before === undefined) return;
  const after = hashes();
  // What changed during the run may not have been read.
  const same = [...before].filter(([file, hash]) => after?.get(file) === hash);
  fs.mkdirSync(path.dirname(GREEN), { recursive: true });
  fs.writeFileSync(GREEN, JSON.stringify(same.map(([, hash]) => hash)));
}
