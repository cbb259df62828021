// A program that sends notices, and what it says of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { startDaysync, type DaysyncProcess, type StartOptions } from '../daysync-process.js';
import { NOTICE_SECRET } from '../notice-receiver.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { WirePage } from '../wire.js';

export const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,mild
2025-10-03,Oslo,8
2025-10-04,Oslo,7
`;
const env = { WEBHOOK_SECRET: NOTICE_SECRET };

export interface Notice {
  readonly id: string;
  readonly endpoint: string;
  readonly event: string;
  readonly task_id: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly next_attempt_at: string | null;
  readonly error: { readonly code: string; readonly text: string } | null;
}

/** Starts it with four days, of which the second can’t be read. */
export async function startWithNotices(
  notices: readonly Readonly<Record<string, unknown>>[],
  options: StartOptions = {},
): Promise<DaysyncProcess> {
  const folder = options.folder ?? (await scratchFolder());
  const datasets = [readings(await writeScratch(folder, 'readings.csv', CSV))];
  return startDaysync({ datasets, notices, ...options, folder, env: { ...env, ...options.env } });
}

/** A range of one day. */
export const day = (number: number): Readonly<Record<string, string>> => {
  const date = `2025-10-0${number}`;
  return { start_date: date, end_date: date };
};
/** @param query such as `state=waiting` */
export const listNotices = async (daysync: DaysyncProcess, query = ''): Promise<WirePage<Notice>> =>
  (await daysync.data(`notices?${query}`)) as WirePage<Notice>;

/** The notices, once each of them is in another state than `waiting`, or has been tried. */
export async function triedNotices(
  daysync: DaysyncProcess,
  attempts = 1,
): Promise<readonly Notice[]> {
  for (;;) {
    const { items } = await listNotices(daysync);
    const isTried = (notice: Notice): boolean =>
      notice.state !== 'waiting' ||
      (notice.attempts >= attempts && notice.next_attempt_at !== null);
    if (items.length > 0 && items.every(isTried)) return items;
    await sleep(50);
  }
}
