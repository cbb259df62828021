// Folders on a disk: where what is durable waits for it, as for its user.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterFile } from '../after-file.js';

/** What outlives a restart of the machine lies on a disk, and any user reaches it: PostgreSQL runs as another one. */
const LASTING = '/var/tmp';

/** A new empty folder, removed after the last test of the file. */
export async function diskFolder(): Promise<string> {
  const place = existsSync(LASTING) ? LASTING : os.tmpdir();
  const folder = await mkdtemp(path.join(place, 'daysync-bench-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
