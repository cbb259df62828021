import { expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { pollWhile, type Polled } from '../poller.js';
import { weather, writeConfiguration, type DatasetYaml } from '../scratch.js';

const MOST_POLL_MS = 250;
const DATASETS = 500;
const QUARANTINED = 109_500;

function numbered(index: number, changes: Partial<DatasetYaml> = {}): DatasetYaml {
  const { target } = weather();
  return weather({
    name: `weather${index}`,
    target: { ...target, table: `table${index}` },
    ...changes,
  });
}

/** Polls while the changed file is taken in. */
async function reloadPolled(
  daysync: DaysyncProcess,
  what: string,
  datasets: readonly DatasetYaml[],
): Promise<Polled> {
  const { task_id } = await daysync.sync({
    dataset: 'weather',
    ...{ start_date: '2012-01-01', end_date: '2012-01-01' },
  });
  await writeConfiguration(daysync.folder, { datasets });
  const result = await pollWhile(daysync, task_id, async () => {
    const answer = await daysync.api('datasets/reload', { method: 'POST' });
    expect(answer).toMatchObject({ status: 200, body: { data: { is_new: true } } });
  });
  process.stdout.write(`${what}: ${JSON.stringify(result)}\n`);
  return result;
}

it(`a reload of ${DATASETS} datasets holds no poll`, async () => {
  const datasets = (changes: Partial<DatasetYaml>): readonly DatasetYaml[] => [
    weather(),
    ...Array.from({ length: DATASETS }, (_, index) => numbered(index, changes)),
  ];
  const daysync = await startDaysync({ datasets: datasets({}) });
  const result = await reloadPolled(daysync, `${DATASETS} datasets`, datasets({ attempts: 4 }));
  expect(result.most).toBeLessThanOrEqual(MOST_POLL_MS);
});

it(`a rename of a dataset with ${QUARANTINED} rows in quarantine holds no poll`, async () => {
  const first = await startDaysync({ datasets: [weather(), numbered(1)] });
  await first.sync({ dataset: 'weather1', start_date: '2012-01-01', end_date: '2012-01-01' });
  await first.stop();
  await change(
    first.database,
    `insert into quarantined_row
      (dataset, day, position, file, "row", code, text, content, quarantined_at)
    with recursive one(n) as (select 0 union all select n + 1 from one where n < ${QUARANTINED - 1})
    select 'weather1', date('2000-01-01', '+' || (n / 30) || ' days'), n % 30, 'weather.csv', n,
      'VALUE_INVALID', 'expected a number', hex(zeroblob(100)), '2025-01-01T00:00:00.000Z' from one`,
  );
  const daysync = await startDaysync({
    datasets: [weather(), numbered(1)],
    folder: first.folder,
  });
  const renamed = { ...numbered(1), name: 'renamed', renamed_from: 'weather1' };
  const result = await reloadPolled(daysync, 'a rename', [weather(), renamed]);
  expect(result.most).toBeLessThanOrEqual(MOST_POLL_MS);
  const { total } = (await daysync.data('quarantine?dataset=renamed')) as { total: number };
  expect(total).toBe(QUARANTINED);
});
