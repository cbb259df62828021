// A target outside Daysync's own database, as the console shows it: where a dataset lands, that a batch waits for it, and a
// move of the days to a new one.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { scratchFolder, weather } from '../scratch.js';
import { openBrowser } from './browser.js';

const RANGE = { dataset: 'weather', start_date: '2012-01-01', end_date: '2012-01-05' };
const PATIENCE_MS = 60_000;

it('days wait for a target that is away, and are moved to another one', async () => {
  const folder = await scratchFolder();
  const { columns } = weather().target;
  const mount = path.join(folder, 'mount');
  const parquet = weather({
    target: { kind: 'parquet', path: path.join(mount, 'weather'), columns },
  });
  const first = await startDaysync({ folder, datasets: [parquet] });
  const browser = await openBrowser();
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  page.setDefaultTimeout(PATIENCE_MS);

  const { task_id } = await first.startBatch(RANGE);
  await page.goto(`${first.url}/batches/${task_id}`);
  await page.getByText('The target can’t be reached; continues automatically').first().waitFor();
  mkdirSync(mount);
  await page.getByText('Completed').first().waitFor();
  await page.goto(`${first.url}/datasets/weather`);
  await page.getByText('Parquet files', { exact: false }).first().waitFor();
  expect(await first.progress(task_id)).toMatchObject({ success: 5, failed: 0 });
  await first.stop();

  const second = await startDaysync({ folder, datasets: [weather()] });
  await page.goto(`${second.url}/datasets/weather`);
  await page.getByRole('button', { name: 'Move 5 days from the earlier target' }).click();
  await page.getByRole('button', { name: 'Start sync' }).click();
  // The page stays, counts down the days that are left, and ends with nothing to move.
  const move = page.getByRole('button', { name: 'from the earlier target' });
  await move.waitFor({ state: 'detached' });
  const { items } = await second.records('dataset=weather');
  expect(items.filter(({ elsewhere }) => !elsewhere)).toHaveLength(5);
  await page.context().close();
});
