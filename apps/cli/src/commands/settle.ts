import type { DayRange } from '@daysync/progress';
import type { Context } from '../api/context.js';
import { EXIT } from '../terminal/exit-code.js';
import { printLines } from '../terminal/ports.js';

const PATH = '/api/v1/sync-status/records/{dataset}/settle';

/** Marks the missing days of a range as not expected, and prints how many. */
export async function settle(
  { client, isJson, messages, ports }: Context,
  dataset: string,
  range: DayRange,
  reason: string,
): Promise<number> {
  const body = { ...range, reason };
  const settled = await client.post(PATH, { path: { dataset }, body });
  const line = messages.settled(settled.days, dataset);
  printLines(ports.stdout, isJson ? JSON.stringify(settled) : line);
  return EXIT.success;
}

/** The settled days of a range are expected again. */
export async function takeBack(
  { client, isJson, messages, ports }: Context,
  dataset: string,
  range: DayRange,
): Promise<number> {
  const settled = await client.delete(PATH, { path: { dataset }, query: range });
  const line = messages.expectedAgain(settled.days, dataset);
  printLines(ports.stdout, isJson ? JSON.stringify(settled) : line);
  return EXIT.success;
}
