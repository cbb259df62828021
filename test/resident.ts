// How much memory a process has resident, as Linux tells it.
import { readFile } from 'node:fs/promises';
import type { DaysyncProcess } from './daysync-process.js';

/** In MB: what it has now (`VmRSS`), or the most that it has ever had (`VmHWM`). */
export async function residentMb(
  { pid }: DaysyncProcess,
  field: 'VmRSS' | 'VmHWM',
): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024;
}
