// The resident memory of a process, from Linux' /proc.
import { readFile } from 'node:fs/promises';
import type { DaysyncProcess } from './daysync-process.js';

/** In MB: now (`VmRSS`), or at its peak (`VmHWM`). */
export async function residentMb(
  { pid }: DaysyncProcess,
  field: 'VmRSS' | 'VmHWM',
): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024;
}
