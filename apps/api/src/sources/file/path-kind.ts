import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isInside } from './open-inside.js';

/** What lies at a path; `unknown` where this process may not look. */
export type PathKind = 'file' | 'folder' | 'other' | 'none' | 'unknown';

/** What a warning says of a file that is missing while the datasets file is read. */
export function missingFile(written: string): string {
  return `${written} is not there yet: its days fail with SOURCE_FILE_MISSING until it is`;
}

/** Looks once, blocking: only where the datasets file is read. */
export function pathKind(path: string): PathKind {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 'none';
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? 'none' : 'unknown';
  }
}

/** Whether a file is a link to one outside of its folder; blocking. */
export function leadsOut(path: string): boolean {
  try {
    return !isInside(realpathSync(dirname(path)), realpathSync(path));
  } catch {
    return false; // What is wrong is said where it is opened.
  }
}
