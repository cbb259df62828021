import type { CalendarDay } from '@daysync/progress';
import type { Context } from '../api/context.js';
import { EXIT } from '../terminal/exit-code.js';
import { printLines } from '../terminal/ports.js';

/** Accepts a marked day as it is, and prints what it was marked for. */
export async function acceptDay(
  { client, isJson, messages, ports }: Context,
  dataset: string,
  day: CalendarDay,
): Promise<number> {
  const record = await client.post('/api/v1/sync-status/records/{dataset}/{day}/accept', {
    path: { dataset, day },
    body: undefined,
  });
  const lines = [messages.accepted(day, dataset), ...record.marks.map(({ text }) => text)];
  printLines(ports.stdout, ...(isJson ? [JSON.stringify(record)] : lines));
  return EXIT.success;
}
