import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { birdstrikes, weather } from '../scratch.js';
import { launchBrowser } from './chromium.js';

let daysync: DaysyncProcess;
let taskId: string;
let page: Page;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather(), birdstrikes()] });
  // With days that succeeded and days that have none, there is something to see on every page.
  const range = { start_date: '1990-01-08', end_date: '1990-01-14' };
  taskId = (await daysync.sync({ dataset: 'birdstrikes', ...range })).task_id;
});

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  beforeAll(async () => {
    const context = await (await launchBrowser()).newContext({ locale: 'zh-CN', colorScheme });
    page = await context.newPage();
  });

  it.each([
    ['the start page', () => '/'],
    ['the records', () => '/records'],
    ['a batch', () => `/batches/${taskId}`],
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
