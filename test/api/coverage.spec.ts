import { expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';

const CSV =
  'day,city,degrees\n' +
  '2012-01-01,Oslo,1\n2012-01-02,Oslo,cold\n2012-01-04,Oslo,4\n2012-01-07,Oslo,warm\n2012-01-08,Oslo,8\n';

async function coverages(daysync: DaysyncApp): Promise<Record<string, unknown>> {
  const { items } = (await daysync.data('datasets')) as {
    readonly items: readonly { readonly name: string; readonly coverage: unknown }[];
  };
  return Object.fromEntries(items.map(({ name, coverage }) => [name, coverage]));
}

it('each dataset is listed with its range, its last batch and its last failure', async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  const datasets = [readings(csv), weather()];
  const daysync = await startApp({ folder, datasets });
  const nothing = {
    first_synced: null,
    last_synced: null,
    synced: 0,
    failed: 0,
    empty: 0,
    behind: 0,
    elsewhere: null,
    incomplete: null,
    gaps: { count: 0, days: 0, first: null, range: null },
    last_batch: null,
    last_failure: null,
    last_success: null,
  };
  expect(await coverages(daysync)).toEqual({ readings: nothing, weather: nothing });

  await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-03' });
  const last = await daysync.sync({ start_date: '2012-01-07', end_date: '2012-01-08' });
  const covered = {
    first_synced: '2012-01-01',
    last_synced: '2012-01-08',
    synced: 2,
    failed: 2,
    empty: 1,
    gaps: {
      count: 2,
      days: 5,
      first: { start_date: '2012-01-02', end_date: '2012-01-02' },
      range: { start_date: '2012-01-02', end_date: '2012-01-07' },
    },
    last_batch: last,
    last_failure: {
      day: '2012-01-07',
      task_id: last.task_id,
      error: { code: 'VALUE_INVALID', row: 4, column: 'degrees' },
    },
    last_success: { day: '2012-01-08', at: expect.any(String) as unknown },
  };
  expect(await coverages(daysync)).toMatchObject({ readings: covered, weather: nothing });
  expect(await daysync.data('records/calendar')).toMatchObject({ gaps: covered.gaps });

  const english = await daysync.api('datasets', { headers: { 'accept-language': 'en' } });
  expect(JSON.stringify(english.body)).toContain('Sync completed: 1 succeeded, 1 failed');
});

it('a dataset is shown alone, with its entry in the datasets file, and without values of the environment', async () => {
  const folder = await scratchFolder();
  await writeScratch(folder, 'readings.csv', CSV);
  const entry = [
    '- name: readings # of every morning',
    '  source: { kind: csv, path: "${READINGS}", day_column: day }',
    '  target: { table: readings, columns: { city: text } }',
  ];
  const text = ['datasets:', ...entry.map((line) => `  ${line}`), ''].join('\n');
  const datasetsFile = await writeScratch(folder, 'datasets.yaml', text);
  const env = { READINGS: 'readings.csv' };
  const daysync = await startApp({ folder, datasetsFile, env });
  const listed = (await daysync.data('datasets')) as { readonly items: readonly object[] };
  const shown = await daysync.data('datasets/readings');
  expect(shown).toEqual({ ...listed.items[0], yaml: entry.join('\n') });
  expect(await daysync.api('datasets/other')).toMatchObject({
    ...{ status: 404, body: { code: 'DATASET_NOT_FOUND' } },
  });
});
