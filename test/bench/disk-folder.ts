// Folders on a disk, where commits wait for the disk as they do for users.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterFile } from '../after-file.js';

/** A folder on a disk that any user can reach, because PostgreSQL runs as another user. */
const LASTING = '/var/tmp';

/** A new empty folder, removed after the last test of the file. */
export async function diskFolder(): Promise<string> {
  const place = existsSync(LASTING) ? LASTING : os.tmpdir();
  const folder = await mkdtemp(path.join(place, 'daysync-bench-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
