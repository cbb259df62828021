import { readdirSync, readlinkSync } from 'node:fs';

/** The files of a folder that this process has open; only Linux can say. */
export function openFiles(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith(folder) ? target : [];
    } catch {
      return []; // Closed meanwhile.
    }
  });
}
