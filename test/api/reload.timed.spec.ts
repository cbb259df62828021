import { expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { besideFloor, expectAtMost, MOST_HELD } from '../machine-speed.js';
import { pollWhile } from '../poller.js';
import { weather, writeConfiguration, type DatasetYaml } from '../scratch.js';

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

/** Applies a changed file, which holds no poll. */
async function expectReloadPolled(
  daysync: DaysyncProcess,
  what: string,
  datasets: readonly DatasetYaml[],
): Promise<void> {
  const { task_id } = await daysync.sync({
    dataset: 'weather',
    ...{ start_date: '2012-01-01', end_date: '2012-01-01' },
  });
  await writeConfiguration(daysync.folder, { datasets });
  const [result, floor] = await besideFloor(() =>
    pollWhile(daysync, task_id, async () => {
      const answer = await daysync.api('datasets/reload', { method: 'POST' });
      expect(answer).toMatchObject({ status: 200, body: { data: { is_new: true } } });
    }),
  );
  process.stdout.write(`${what}: ${JSON.stringify({ ...result, floor })}\n`);
  expectAtMost(MOST_HELD, result.most, floor.ms, 'the slowest poll');
}

it(`a reload of ${DATASETS} datasets holds no poll`, async () => {
  const datasets = (changes: Partial<DatasetYaml>): readonly DatasetYaml[] => [
    weather(),
    ...Array.from({ length: DATASETS }, (_, index) => numbered(index, changes)),
  ];
  const daysync = await startDaysync({ datasets: datasets({}) });
  await expectReloadPolled(daysync, `${DATASETS} datasets`, datasets({ attempts: 4 }));
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
  const daysync = await startDaysync({ datasets: [weather(), numbered(1)], folder: first.folder });
  const renamed = { ...numbered(1), name: 'renamed', renamed_from: 'weather1' };
  await expectReloadPolled(daysync, 'a rename', [weather(), renamed]);
  const { total } = (await daysync.data('quarantine?dataset=renamed')) as { total: number };
  expect(total).toBe(QUARANTINED);
});
