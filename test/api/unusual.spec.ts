import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addDays, calendarDay, listDays, type CalendarDay } from '@daysync/progress';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { scratchFolder } from '../scratch.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';

const FIRST = calendarDay('2025-01-01');
const LAST = addDays(FIRST, 119);
const DAYS = listDays(FIRST, LAST);
/** Days with half of their rows. */
const [FIRST_HALVED, ...OTHERS] = [
  addDays(FIRST, 40),
  ...[61, 83, 100].map((index) => addDays(FIRST, index)),
] as const;
const HALVED: readonly CalendarDay[] = [FIRST_HALVED, ...OTHERS];
const RANGE = { start_date: FIRST, end_date: LAST };
const OPERATOR = 'an-operator-token-of-the-test-000001';
const VIEWER = 'a-viewer-token-of-the-test-000000001';

let csv: string;
let daysync: DaysyncApp;
let receiver: WebhookReceiver;

/** About 200 rows a day, at weekends a quarter of that, with a little noise. */
function usualRows(day: CalendarDay): number {
  const index = DAYS.indexOf(day);
  const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
  return Math.round((isWeekend ? 50 : 200) * (0.96 + ((index * 37) % 9) / 100));
}

async function write(rowsOf: (day: CalendarDay) => number): Promise<void> {
  const rows = DAYS.flatMap((day) =>
    Array.from({ length: rowsOf(day) }, (_, index) => `${day},c${index},${index}`),
  );
  await writeFile(csv, `day,city,degrees\n${rows.join('\n')}\n`);
}
const planted = (day: CalendarDay): number =>
  HALVED.includes(day) ? Math.round(usualRows(day) / 2) : usualRows(day);
const unusualDays = async (): Promise<readonly string[]> =>
  (await daysync.records('unusual=true&sort=day')).items.map(({ day }) => day);
const accept = (day: string, token = OPERATOR) =>
  daysync.api(`records/readings/${day}/accept`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });

beforeAll(async () => {
  const folder = await scratchFolder();
  csv = path.join(folder, 'readings.csv');
  receiver = await WebhookReceiver.start();
  await write(planted);
  daysync = await startApp({
    folder,
    token: OPERATOR,
    env: { WEBHOOK_SECRET, AUTH_TOKENS: `ana:operator:${OPERATOR},vic:viewer:${VIEWER}` },
    webhooks: [receiver.endpoint({ on: ['unusual'] })],
    datasets: [
      {
        name: 'readings',
        source: { kind: 'csv', path: csv, day_column: 'day' },
        target: { table: 'readings', columns: { city: 'text', degrees: 'integer' } },
        concurrency: 2,
      },
    ],
  });
});

describe('unusual days', () => {
  it('are exactly those with half of their rows, marked in their own commit', async () => {
    const ended = await daysync.sync(RANGE);
    expect(ended).toMatchObject({ status: 'completed', success: DAYS.length, failed: 0 });
    expect(await unusualDays()).toEqual(HALVED);
    const days = await daysync.days(ended.task_id);
    expect(days.filter(({ marks }) => marks.length > 0).map(({ day }) => day)).toEqual(HALVED);
    const day = FIRST_HALVED;
    expect(await daysync.data(`records/readings/${day}/history`)).toMatchObject({
      record: {
        rows: planted(day),
        marks: [
          {
            ...{ kind: 'unusual', of: 'rows', value: planted(day) },
            // The week before may still be on its way: days run beside each other.
            days: expect.toBeOneOf([4, 5]) as number,
            text: expect.stringMatching(
              /^expected \d+ to \d+ rows \(median \d+(\.5)?\), as on the [45] days of this weekday before, got \d+$/,
            ) as string,
          },
        ],
        accepted_at: null,
      },
    });
    const { items } = (await daysync.data('records/calendar?dataset=readings')) as {
      items: { day: string; unusual: string[] }[];
    };
    expect(items.filter(({ unusual }) => unusual.length > 0)).toEqual(
      HALVED.map((one) => expect.objectContaining({ day: one, unusual: ['rows'] }) as object),
    );
  });

  it('are reported by a webhook each, signed', async () => {
    const received = await receiver.come(HALVED.length);
    expect(received.every(({ isSigned, type }) => isSigned && type === 'day.unusual')).toBe(true);
    const reported = received.map(({ body }) => body.data['day']);
    expect(reported.toSorted((one, other) => (String(one) < String(other) ? -1 : 1))).toEqual(
      HALVED,
    );
    expect(received[0]?.body.data).toMatchObject({
      ...{ dataset: 'readings', error: null },
      marks: [{ kind: 'unusual', of: 'rows' }],
    });
  });

  it('are normal once an operator has accepted them, and no viewer can', async () => {
    const day = FIRST_HALVED;
    expect(await accept(day, VIEWER)).toMatchObject({ status: 403 });
    expect(await accept(day)).toMatchObject({
      status: 200,
      body: { data: { day, accepted_by: 'ana', accepted_at: expect.any(String) as string } },
    });
    expect(await unusualDays()).toEqual(HALVED.slice(1));
    // Again changes nothing.
    expect(await accept(day)).toMatchObject({ status: 200 });
    expect(await accept(addDays(FIRST, 3))).toMatchObject({
      status: 409,
      body: { code: 'NOTHING_TO_ACCEPT' },
    });
    expect(await accept('1999-01-01')).toMatchObject({ status: 409 });
    expect(await daysync.api(`records/unknown/${day}/accept`, { method: 'POST' })).toMatchObject({
      status: 404,
      body: { code: 'DATASET_NOT_FOUND' },
    });
    const csvOf = await daysync.api('records/export?unusual=true');
    expect(String(csvOf.body).trim().split('\r\n')).toHaveLength(HALVED.length);
  });

  it('are judged anew by the next sync', async () => {
    const [accepted, others] = [FIRST_HALVED, OTHERS];
    await daysync.sync({ ...RANGE, start_date: accepted, end_date: accepted, mode: 'all' });
    expect(await unusualDays()).toEqual(HALVED);
    await write(usualRows);
    for (const day of others) {
      await daysync.sync({ start_date: day, end_date: day, mode: 'verify' });
    }
    expect(await unusualDays()).toEqual([accepted]);
  });
});
