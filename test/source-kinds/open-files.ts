import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** How many files below a folder a process has open, none once it has ended; only Linux can say, elsewhere it is none. */
export async function openFiles(pid: number, folder: string): Promise<number> {
  const descriptors = `/proc/${pid}/fd`;
  const open = entriesOf(descriptors).filter((descriptor) =>
    targetOf(path.join(descriptors, descriptor)).startsWith(folder + path.sep),
  );
  return Promise.resolve(open.length);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // Closed meanwhile.
  }
}
