import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { openPage, showConsole, type ShownConsole } from './shown-console.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** `npm run test:long` checks all of them. */
const IS_LONG = process.env['LONG_TESTS'] === '1';
const VARIANTS = IS_LONG
  ? ([
      ['zh-CN', 'light', 1_440],
      ['zh-CN', 'dark', 1_440],
      ['en-GB', 'light', 1_440],
      ['en-GB', 'dark', 1_440],
      ['zh-CN', 'light', 360],
      ['en-GB', 'dark', 360],
      ['en-GB', 'light', 320],
      ['zh-CN', 'dark', 320],
      // A window of 1280 px at 200 %.
      ['en-GB', 'light', 640],
    ] as const)
  : ([['zh-CN', 'light', 1_440]] as const);

let shown: ShownConsole;
let browser: Browser;
beforeAll(async () => {
  shown = await showConsole();
  browser = await openBrowser();
});

/**
 * What breaks a rule. What keeps it is not reported: for the thousands of days of a calendar that would take longer
 * than the rules do. The console has no frames, so one run in its page checks all of it.
 */
function findingsOf(page: Page): AxeBuilder {
  return new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .withTags(RULES)
    .setLegacyMode();
}

/** The buttons and links whose name lacks their text: axe compares only Latin letters. */
function namedOtherwise(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[aria-label], button[aria-label]')]
      .map((found) => ({ text: found.innerText.trim(), name: found.ariaLabel ?? '' }))
      .filter(({ text, name }) => !name.includes(text))
      .map(({ text, name }) => `${text}: ${name}`),
  );
}

/** What scrolls sideways, except tables of data and the calendar, which need both directions. */
function scrolledSideways(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((found) => {
        const canScroll = ['auto', 'scroll'].includes(getComputedStyle(found).overflowX);
        return canScroll && found.scrollWidth > found.clientWidth + 1;
      })
      .filter((found) => !found.matches('[role=region], ds-calendar-grid, pre'))
      .map((found) => found.outerHTML.slice(0, 80)),
  );
}

describe.each(VARIANTS)('in %s, %s colours, %i px wide', (locale, colorScheme, width) => {
  it('no page has an accessibility finding of WCAG 2.2 AA, or is wider than the window', async () => {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ locale, colorScheme, viewport });
    const page = await context.newPage();
    const findings: string[] = [];
    for (const { name, address, isLike = false } of shown.pages) {
      if (isLike && !IS_LONG) continue;
      await openPage(page, shown.daysync.url + address);
      const { violations } = await findingsOf(page).analyze();
      for (const { id, nodes } of violations) {
        findings.push(`${name}: ${id}: ${nodes[0]?.html ?? ''}`);
      }
      for (const other of await namedOtherwise(page)) findings.push(`${name}: named: ${other}`);
      for (const part of await scrolledSideways(page)) findings.push(`${name}: scrolls: ${part}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) findings.push(`${name}: wider than the window by ${wide} px`);
    }
    expect(findings).toEqual([]);
    await context.close();
  });
});
