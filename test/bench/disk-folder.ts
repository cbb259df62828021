// Folders on a disk: where what is durable waits for it, as for its user.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';

/** What outlives a restart of the machine lies on a disk, and any user reaches it: PostgreSQL runs as another one. */
const LASTING = '/var/tmp';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A new empty folder, removed after the last test of the file. */
export async function diskFolder(): Promise<string> {
  const place = existsSync(LASTING) ? LASTING : os.tmpdir();
  const folder = await mkdtemp(path.join(place, 'daysync-bench-'));
  folders.push(folder);
  return folder;
}
