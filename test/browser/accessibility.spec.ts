import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { birdstrikes, readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { launchBrowser } from './chromium.js';

let daysync: DaysyncProcess;
let taskId: string;
let failedId: string;
let page: Page;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'bad.csv', 'day,city,degrees\n2025-10-01,Oslo,mild\n');
  daysync = await startDaysync({ folder, datasets: [weather(), birdstrikes(), readings(csv)] });
  // With days that succeeded and days that have none, there is something to see on every page.
  const range = { start_date: '1990-01-08', end_date: '1990-01-14' };
  taskId = (await daysync.sync({ dataset: 'birdstrikes', ...range })).task_id;
  const failed = { dataset: 'readings', start_date: '2025-10-01', end_date: '2025-10-01' };
  failedId = (await daysync.sync(failed)).task_id;
});

/** `npm run test:all` looks at both. */
const COLOURS =
  process.env['LONG_TESTS'] === '1' ? (['light', 'dark'] as const) : ['light' as const];

describe.each(COLOURS)('in %s colours', (colorScheme) => {
  beforeAll(async () => {
    const context = await (await launchBrowser()).newContext({ locale: 'zh-CN', colorScheme });
    page = await context.newPage();
  });

  it.each([
    ['the start page', () => '/'],
    ['the records', () => '/records'],
    ['a batch', () => `/batches/${taskId}`],
    ['a batch with failed days', () => `/batches/${failedId}`],
    ['a page that there is not', () => '/nowhere'],
  ])('%s has no accessibility finding of WCAG 2.2 AA', async (_, path) => {
    await page.goto(daysync.url + path(), { waitUntil: 'networkidle' });
    await page.getByRole('heading').first().waitFor();
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
    const findings = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    expect(findings).toEqual([]);
  });
});
