import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './chromium.js';
import { openPage, showConsole, type ShownConsole } from './shown-console.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** `npm run test:all` looks at all there is. */
const IS_LONG = process.env['LONG_TESTS'] === '1';
/** A year has 53 rows of the same kind, and each of its days is held against all the others. */
const MOST_WEEKS = '[role=grid] [role=row]:nth-child(n+10)';
const LOOKS = IS_LONG
  ? ([
      ['zh-CN', 'light', 1_440],
      ['zh-CN', 'dark', 1_440],
      ['en-GB', 'light', 1_440],
      ['en-GB', 'dark', 1_440],
      ['zh-CN', 'light', 360],
      ['en-GB', 'dark', 360],
    ] as const)
  : ([['zh-CN', 'light', 1_440]] as const);

let shown: ShownConsole;
let browser: Browser;
beforeAll(async () => {
  shown = await showConsole();
  browser = await launchBrowser();
});

describe.each(LOOKS)('in %s, %s colours, %i px wide', (locale, colorScheme, width) => {
  it('no page has an accessibility finding of WCAG 2.2 AA, or is wider than the window', async () => {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ locale, colorScheme, viewport });
    const page = await context.newPage();
    const findings: string[] = [];
    for (const { name, address, isLarge = false } of shown.pages) {
      if (isLarge) continue;
      await openPage(page, shown.daysync.url + address);
      const axe = new AxeBuilder({ page }).withTags(RULES);
      const { violations } = await (IS_LONG ? axe : axe.exclude(MOST_WEEKS)).analyze();
      for (const { id, nodes } of violations) {
        findings.push(`${name}: ${id}: ${nodes[0]?.html ?? ''}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) findings.push(`${name}: wider than the window by ${wide} px`);
    }
    expect(findings).toEqual([]);
    await context.close();
  });
});
