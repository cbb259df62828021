// Follows docs/embedding.md: `ng add` in a new Angular app, and its live bar in a browser with a Daysync server.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { freePort } from '../free-port.js';
import { TOP, weather } from '../scratch.js';
import { openPage, outsideFolder, start, type } from './new-user.js';
import { PageBlocks } from './page-blocks.js';

const DAYS = 60;

let folder: string;
let app: string;
let serve: string;
let port: number;
let daysync: DaysyncProcess;
let page: Page;
let faults: string[];

beforeAll(async () => {
  folder = await outsideFolder();
  app = path.join(folder, 'my-app');
  const blocks = await PageBlocks.of(path.join(TOP, 'docs/embedding.md'));
  const lines = blocks.shell('ng add').trimEnd().replaceAll('/path/to/daysync', TOP).split('\n');
  serve = lines.pop() ?? '';
  expect(serve).toBe('npx ng serve');
  port = await freePort();
  // Port 8000 may be in use.
  const output = await type(folder, `${lines.join('\n')} --server=http://127.0.0.1:${port}`);
  expect(output).toContain('The sample page is at http://localhost:4200/daysync-progress');
  ({ page, faults } = await openPage());
}, 600_000);

/** Every percentage that the bar shows from now on. */
async function recordPercentages(): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      const shown = document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow');
      const value = Number(shown ?? Number.NaN);
      if (!Number.isNaN(value) && value !== seen.at(-1)) seen.push(value);
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seen: readonly number[] }).seen);
}

it('has a dependency, and changes nothing the second time', async () => {
  const { dependencies } = JSON.parse(await readFile(path.join(app, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  expect(dependencies['@daysync/progress']).toMatch(/^file:.*daysync-progress-.*\.tgz$/);
  expect(await type(app, 'npx ng generate @daysync/progress:ng-add')).toContain(
    'Nothing to be done',
  );
});

it('shows a live bar in the development server, once there are a server and a batch', async () => {
  const served = await start(app, `${serve} --port 0`, /Local:\s+(\S+)/);
  await page.goto(`${served.found}daysync-progress`);
  await page.getByText('No Daysync server answers').waitFor();
  await page.getByText(`http://127.0.0.1:${port}`).waitFor();

  daysync = await startDaysync({
    port,
    datasets: [weather({ throttle: { days_per_minute: 300 } })],
  });
  await page.getByText('There is no batch yet').waitFor();
  const percentages = await recordPercentages();
  await daysync.startBatch({
    dataset: 'weather',
    start_date: '2012-01-01',
    end_date: '2012-02-29',
  });
  const state = page.locator('app-daysync-progress').getByRole('status').first();
  await page.getByText('Running', { exact: true }).waitFor();
  const isInView = await page.getByRole('progressbar').evaluate((bar) => {
    const { top, bottom } = bar.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  // Not below the welcome page of a new app.
  expect(isInView).toBe(true);
  await page.getByText('Completed', { exact: true }).waitFor();
  await page.getByText(`${DAYS}/${DAYS} days (100%)`).waitFor();
  const seen = await percentages();
  expect(seen.length).toBeGreaterThan(3);
  expect(seen).toEqual([...seen].sort((one, other) => one - other));
  expect(seen.at(-1)).toBe(100);

  await page.getByRole('button', { name: '中文' }).click();
  await page.getByText(`${DAYS}/${DAYS} 天（100%）`).waitFor();
  expect(await state.textContent()).toBe('已完成');

  // The last batch stays while the server is down.
  await daysync.stop();
  await page.getByText('没有可用的 Daysync 服务器').waitFor();
  expect(await state.textContent()).toBe('已完成');
  expect(faults).toEqual([]);
  await served.stop();
});

it('builds without a warning, and its tests still pass', async () => {
  expect(await type(app, 'npx ng build')).not.toMatch(/warning/i);
  expect(await type(app, 'npx ng test --no-watch')).toMatch(/Tests\s+2 passed/);
});
