import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import path from 'node:path';

/** The mode of a file with data: only its owner may read it. */
export const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const OTHERS = 0o077;
const MODE = 0o777;
/** What Daysync puts into its data folder: its database, what SQLite has beside it, copies, lock and crash marker. */
const OWN_FILE = /^(?:daysync\.db(?:-.+)?|lock(?:[.-].+)?|running)$/;

/** Creates a file that only its owner may read, unless it exists. SQLite gives the files beside it the same mode. */
export function createPrivate(file: string): void {
  closeSync(openSync(file, 'a', OWNER_ONLY));
}

/**
 * Creates the data folder for its owner only. A folder that exists is closed to others if it has files of Daysync alone: in
 * one with other files, such as a home folder, other users may have business. Daysync's own files are closed in any case.
 * @returns a warning if others may enter the folder
 * @throws errors of the file system
 */
export function preparePrivateFolder(folder: string): string | null {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  // Windows has no such modes.
  if (process.platform === 'win32') return null;
  const names = readdirSync(folder);
  const own = names.filter((name) => OWN_FILE.test(name)).map((name) => path.join(folder, name));
  for (const file of own) if (lstatSync(file).isFile()) close(file, OWNER_ONLY);
  if (own.length === names.length) close(folder, OWNER_ONLY_FOLDER);
  const mode = statSync(folder).mode & MODE;
  if ((mode & OTHERS) === 0) return null;
  return `the data folder ${folder} has mode ${mode.toString(8)}, and others may list it: chmod 700 it, or set DATA_DIR to a folder of its own`;
}

function close(file: string, mode: number): void {
  if ((statSync(file).mode & OTHERS) === 0) return;
  try {
    chmodSync(file, mode);
  } catch {
    // Its owner is another user, or the file system has no modes.
  }
}
