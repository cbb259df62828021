import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../databases.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readExposition } from '../exposition.js';
import { scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';

const SOURCE = `export default class {
  async *fetchDay(day) {
    yield { price: 1 };
  }
}`;

interface ShownFreshness {
  readonly late: boolean;
  readonly late_since: string | null;
  readonly due_day: string;
  readonly due_at: string;
  readonly next_day: string;
}

const newDatabase = scratchDatabases();

/** A time of the day that is twelve hours away: no deadline passes meanwhile. */
const time = `${String((new Date().getUTCHours() + 12) % 24).padStart(2, '0')}:00`;

function prices(): DatasetYaml {
  return {
    name: 'prices',
    source: { kind: 'provider', module: './source.mjs' },
    target: { table: 'prices', columns: { price: 'real' } },
    fresh_by: { time, days: 1 },
  };
}

async function freshnessOf(daysync: DaysyncApp): Promise<ShownFreshness> {
  const { freshness } = (await daysync.data('datasets/prices')) as { freshness: ShownFreshness };
  return freshness;
}

async function figuresOf(daysync: DaysyncApp): Promise<readonly (number | undefined)[]> {
  const { body } = await daysync.call('/metrics');
  const { value } = readExposition(String(body));
  return ['fresh', 'late_seconds'].map((name) =>
    value(`daysync_dataset_${name}{dataset="prices"}`),
  );
}

const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);

describe.each(DIALECTS)('a dataset with fresh_by, on %s', (dialect) => {
  it('is late until the day that is due is synced: reported once over restarts and processes', async () => {
    const folder = await scratchFolder();
    await writeScratch(folder, 'source.mjs', SOURCE);
    const url = await newDatabase(dialect);
    const receiver = await WebhookReceiver.start();
    const options = {
      folder,
      datasets: [prices()],
      webhooks: [receiver.endpoint({ on: ['late', 'recovered'] })],
      env: { WEBHOOK_SECRET, ...(url === null ? {} : { DATABASE_URL: url }) },
    };
    const first = await startApp(options);
    const [late] = await receiver.come(1);
    const { due_day, due_at, late_since, ...others } = await freshnessOf(first);
    expect(others).toMatchObject({ time, days: 1, late: true, next_day: dayBefore(due_day, -1) });
    expect(late_since).toBe(due_at);
    expect(late).toMatchObject({
      ...{ isSigned: true, type: 'dataset.late' },
      body: { data: { dataset: 'prices', day: due_day, due_at, late_since } },
    });
    const [fresh, seconds = 0] = await figuresOf(first);
    expect(fresh).toBe(0);
    expect(seconds).toBeGreaterThan(0);

    // Older days make nothing good.
    const range = { start_date: dayBefore(due_day, 5), end_date: dayBefore(due_day, 1) };
    expect(await first.sync(range)).toMatchObject({ success: 5 });
    expect(await freshnessOf(first)).toMatchObject({ late: true });
    await first.stop();

    const processes = [await startApp(options)];
    if (dialect === 'postgres') {
      const other = await scratchFolder();
      await writeScratch(other, 'source.mjs', SOURCE);
      const env = { ...options.env, NODE_NAME: 'other' };
      processes.push(await startApp({ ...options, folder: other, env }));
    }
    for (const daysync of processes) {
      expect(await freshnessOf(daysync)).toMatchObject({ late: true, late_since });
    }
    const [second] = processes;
    if (second === undefined) throw new Error('expected a process');
    expect(await second.sync({ start_date: due_day, end_date: due_day })).toMatchObject({
      success: 1,
    });
    const received = await receiver.come(2);
    expect(received.map(({ type }) => type)).toEqual(['dataset.late', 'dataset.recovered']);
    expect(received[1]?.body.data).toMatchObject({ day: due_day, late_since });
    expect(await freshnessOf(second)).toMatchObject({ late: false, late_since: null, due_day });
    expect(await figuresOf(second)).toEqual([1, 0]);
    // Every process has checked it once more by then.
    await sleep(2_500);
    expect(await second.data('webhooks')).toMatchObject({
      total: 2,
      items: [
        { event: 'recovered', task_id: null, dataset: 'prices', state: 'delivered' },
        { event: 'late', task_id: null, dataset: 'prices', state: 'delivered' },
      ],
    });
    expect(receiver.received).toHaveLength(2);
  });
});
