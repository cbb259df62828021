// A program that sends webhooks, and its list of deliveries.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Daysync, StartOptions } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { WEBHOOK_SECRET } from '../webhook-receiver.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { WirePage } from '../wire.js';

export const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,mild
2025-10-03,Oslo,8
2025-10-04,Oslo,7
`;
const env = { WEBHOOK_SECRET: WEBHOOK_SECRET };

export interface Webhook {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
}

/** The options of a program with four days, of which the second can’t be read. */
export async function withWebhooks(
  webhooks: readonly Readonly<Record<string, unknown>>[],
  options: StartOptions = {},
): Promise<StartOptions> {
  const folder = options.folder ?? (await scratchFolder());
  const datasets = [readings(await writeScratch(folder, 'readings.csv', CSV))];
  return { datasets, webhooks, ...options, folder, env: { ...env, ...options.env } };
}

/** Starts it in the process of the test. */
export async function startWithWebhooks(
  ...webhooks: Parameters<typeof withWebhooks>
): Promise<DaysyncApp> {
  return startApp(await withWebhooks(...webhooks));
}

/** A range of one day. */
export const day = (number: number): Readonly<Record<string, string>> => {
  const date = `2025-10-0${number}`;
  return { start_date: date, end_date: date };
};
/** @param query such as `state=pending` */
export const listWebhookDeliveries = async (
  daysync: Daysync,
  query = '',
): Promise<WirePage<Webhook>> => (await daysync.data(`webhooks?${query}`)) as WirePage<Webhook>;

/** Waits until each delivery has been tried or is not `pending` any more. @returns the deliveries */
export async function triedWebhooks(daysync: Daysync): Promise<readonly Webhook[]> {
  for (;;) {
    const { items } = await listWebhookDeliveries(daysync);
    const isTried = (delivery: Webhook): boolean =>
      delivery.state !== 'pending' || (delivery.attempts > 0 && delivery.next_attempt_at !== null);
    if (items.length > 0 && items.every(isTried)) return items;
    await sleep(50);
  }
}
