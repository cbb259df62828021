// The processor time of the program under test, from its metrics.
import type { DaysyncProcess } from './daysync-process.js';
import { readExposition } from './exposition.js';

/** Since its start, in milliseconds. */
export async function serverCpuMs(daysync: DaysyncProcess): Promise<number> {
  const { body } = await daysync.call('/metrics');
  return 1_000 * (readExposition(String(body)).value('process_cpu_seconds_total') ?? NaN);
}
