import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** How many files below a folder a process has open; 0 after its end, and on systems other than Linux. */
export async function openFiles(pid: number, folder: string): Promise<number> {
  const descriptors = `/proc/${pid}/fd`;
  const open = entriesOf(descriptors).filter((descriptor) =>
    targetOf(path.join(descriptors, descriptor)).startsWith(folder + path.sep),
  );
  return Promise.resolve(open.length);
}

/** The child processes of a process; none on systems other than Linux. */
export function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // The process has ended.
  }
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
