// The README of @daysync/progress, "In any page": its two lines, with the packed package in an empty folder.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { blocksIn } from '../docs/pages.js';
import { scratchFolder, TOP, weather } from '../scratch.js';
import { openPage, type } from './new-user.js';
import { packed } from './packed.js';

const TASK_ID = '2025-10-01_2025-10-10_1760716800';
const RANGE = { start_date: '2012-01-01', end_date: '2012-01-05' };

it('a script tag and an element show a batch live to its end', async () => {
  const folder = await scratchFolder();
  const { file } = await packed('progress');
  await type(folder, `npm init -y && npm install --no-audit --no-fund ${file}`);
  const readme = await readFile(path.join(TOP, 'libs/progress/README.md'), 'utf8');
  const [html, ...others] = blocksIn(readme).filter(({ language }) => language === 'html');
  expect(others).toEqual([]);
  const daysync = await startDaysync({
    datasets: [weather({ throttle: { days_per_minute: 300 } })],
  });
  const { task_id } = await daysync.startBatch(RANGE);
  const lines = html?.text.replace(TASK_ID, task_id) ?? '';
  expect(lines).toContain(task_id);

  const { page, faults } = await openPage();
  // A page of the same origin, with the script beside it.
  await page.route('**/mine/', (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: `<!doctype html>${lines}` }),
  );
  await page.route('**/mine/element.bundle.js', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      path: path.join(folder, 'node_modules/@daysync/progress/element.bundle.js'),
    }),
  );
  await page.goto(`${daysync.url}/mine/`);
  await page.getByText('Sync completed: 5 succeeded, 0 failed, 0 skipped').first().waitFor();
  const bar = page.getByRole('progressbar');
  expect(await bar.getAttribute('aria-valuenow')).toBe('100');
  expect(faults).toEqual([]);
});
