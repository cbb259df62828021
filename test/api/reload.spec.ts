// A changed datasets file is taken in by a call, without a restart.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryRows } from '../database-queries.js';
import { dataOf, type Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { DayServer } from '../day-server.js';
import { readExposition } from '../exposition.js';
import {
  farFromNow,
  readings,
  scratchFolder,
  writeConfiguration,
  writeScratch,
  type DatasetYaml,
} from '../scratch.js';
import { AUTH_TOKENS, bearer, OPERATOR } from '../token-program.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-02' };
const CSV = 'day,city,degrees,note\n2025-10-01,Oslo,1,calm\n2025-10-02,Oslo,2,windy\n';

interface WireFile {
  readonly file: { readonly version: string; readonly on_disk: string; readonly newer: null };
  readonly items: readonly { readonly name: string; readonly [key: string]: unknown }[];
}

describe('POST datasets/reload', () => {
  let folder: string;
  let csv: string;
  let source: DayServer;
  let receiver: WebhookReceiver;
  let daysync: DaysyncApp;
  beforeAll(async () => {
    folder = await scratchFolder();
    csv = await writeScratch(folder, 'readings.csv', CSV);
    source = await DayServer.start(() => 'row');
    receiver = await WebhookReceiver.start();
    daysync = await startApp({
      ...{ folder, datasets: [readings(csv), served()], token: OPERATOR },
      env: { AUTH_TOKENS, WEBHOOK_SECRET, MAX_ACTIVE_BATCHES: '5' },
    });
  });
  /** Without a thread, as the program in the process of a test starts with it. */
  const served = (): DatasetYaml => {
    const dataset = source.dataset();
    return { ...dataset, source: { ...dataset.source, thread: false } };
  };
  const reload = (): Promise<Answer> =>
    daysync.api('datasets/reload', { method: 'POST', headers: bearer(OPERATOR) });
  const shown = async (): Promise<WireFile> => (await daysync.data('datasets')) as WireFile;

  it('takes in datasets, columns, schedules and webhooks, and says what it did', async () => {
    expect(await daysync.sync({ ...RANGE, dataset: 'readings' })).toMatchObject({ success: 2 });
    const before = (await shown()).file;
    expect(before).toEqual({ version: before.version, on_disk: before.version, newer: null });
    const note = { type: 'text', nullable: true };
    const target = { table: 'readings', columns: { city: 'text', degrees: 'integer', note } };
    await writeConfiguration(folder, {
      datasets: [
        readings(csv, { target, title: 'Readings', throttle: { days_per_minute: 6_000 } }),
        served(),
        readings(csv, {
          ...{ name: 'copy', target: { table: 'copy', columns: { city: 'text' } } },
          schedule: { cron: farFromNow(), lookback_days: 2 },
        }),
      ],
      webhooks: [{ ...receiver.endpoint({ name: 'ops', on: ['completed'] }) }],
    });
    expect((await shown()).file.on_disk).not.toBe(before.version);

    const answer = await reload();
    const { version } = dataOf(answer) as { version: string };
    expect(answer.body).toMatchObject({
      data: {
        is_new: true,
        datasets: {
          ...{ added: ['copy'], removed: [] },
          changed: [{ name: 'readings', keys: ['target.columns.note', 'title', 'throttle'] }],
        },
        webhooks: { added: ['ops'] },
        effects: [
          'dataset readings: the column `note` is added to `readings`',
          'dataset readings: 2 days lack `note` in `readings`: sync them again with the mode incomplete',
        ],
      },
    });
    const { file, items } = await shown();
    expect(file).toEqual({ version, on_disk: version, newer: null });
    expect(items.map(({ name }) => name)).toEqual(['readings', 'served', 'copy']);
    expect(items[0]).toMatchObject({
      title: { en: 'Readings' },
      throttle: { days_per_minute: 6_000 },
    });
    expect(items[2]).toMatchObject({ schedule: { lookback_days: 2 } });
    expect(await daysync.call('/health/ready')).toMatchObject({
      body: { data: { datasets: { version, newer_version: null } } },
    });

    const again = await daysync.sync({ ...RANGE, dataset: 'readings', mode: 'incomplete' });
    expect(again).toMatchObject({ success: 2 });
    expect(await queryRows(daysync.database, 'select note from readings order by 1')).toEqual([
      { note: 'calm' },
      { note: 'windy' },
    ]);
    expect(await daysync.sync({ ...RANGE, dataset: 'copy' })).toMatchObject({ success: 2 });
    expect((await receiver.come(2)).map(({ body }) => body.data['dataset'])).toEqual([
      'readings',
      'copy',
    ]);
    const { series } = readExposition((await daysync.call('/metrics')).body as string);
    const synced = [...series].find(
      ([key]) =>
        key.includes('daysync_days_total') && key.includes('copy') && key.includes('success'),
    );
    expect(synced?.[1]).toBe(2);
    expect(await reload()).toMatchObject({ body: { data: { is_new: false, version } } });
  });

  it('is refused while a changed dataset has an active batch, which goes on; its title may change', async () => {
    const gate = Promise.withResolvers<undefined>();
    source.answering = () => ({ until: gate.promise });
    const { task_id } = await daysync.startBatch({ ...RANGE, dataset: 'served' });
    while (source.requests.length === 0) await sleep(10);
    const extra = { type: 'text', nullable: true };
    const changed = { ...served(), target: { table: 'served', columns: { value: 'text', extra } } };
    await writeConfiguration(folder, { datasets: [changed] });
    expect(await reload()).toMatchObject({
      status: 409,
      body: { code: 'DATASET_IN_USE', task_id, lines: [`served: ${task_id}`] },
    });
    await writeConfiguration(folder, { datasets: [{ ...served(), title: 'Served' }] });
    expect(await reload()).toMatchObject({ status: 200 });
    expect((await shown()).items).toMatchObject([{ name: 'served', title: { en: 'Served' } }]);
    gate.resolve(undefined);
    expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', failed: 0 });
    await writeConfiguration(folder, { datasets: [changed] });
    expect(await reload()).toMatchObject({ status: 200 });
    expect(await daysync.post('sync/batch', { ...RANGE, dataset: 'readings' })).toMatchObject({
      status: 404,
    });
  });

  it('is logged, and the version as well', async () => {
    const { version } = (await shown()).file;
    await daysync.stop();
    const lines = await daysync.logLines();
    const start = lines.find(({ msg }) => msg === 'the datasets file is in use');
    expect(start).toMatchObject({ version: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown });
    const reloads = lines.filter(({ msg }) => msg === '数据集文件已重新加载');
    expect(reloads.at(-1)).toMatchObject({ version, by: 'ana' });
  });
});
