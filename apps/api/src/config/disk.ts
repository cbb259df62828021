import { statfs } from 'node:fs/promises';

/** With less, batches would soon wait for disk space. */
export const LEAST_FREE_BYTES = 100 * 1_048_576;

/** The bytes that a user other than root may still write on the disk below a folder. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_048_576)} MB`;
}
