// Every page, and every state of it, keeps WCAG 2.2 AA: in both languages, in light and dark colours, on narrow windows.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { IS_LONG } from '../draws.js';
import { findingsOf, openContext, SPOKEN } from './accessibility.js';
import { openBrowser } from './browser.js';
import { openPage, showConsole, type ShownConsole } from './shown-console.js';
import { shownStates } from './shown-states.js';
import { wordsOf } from './words-of.js';

/** Long enough for all pages in all variants on a busy machine. */
const TIMEOUT_MS = 3_600_000;

let shown: ShownConsole;
let browser: Browser;
beforeAll(async () => {
  // Its batch outlasts all variants of all pages.
  shown = await showConsole('2015-12-31');
  browser = await openBrowser();
});

describe.each(SPOKEN)('in %s', (language) => {
  it('no page has a finding', { timeout: TIMEOUT_MS }, async () => {
    const findings: string[] = [];
    const context = await openContext(browser, language);
    for (const { name, address, isLike = false } of shown.pages) {
      if (isLike && !IS_LONG) continue;
      const page = await context.newPage();
      await openPage(page, shown.daysync.url + address);
      const found = await findingsOf(page, language);
      findings.push(...found.map((one) => `${name}: ${one}`));
      await page.close();
    }
    expect(findings).toEqual([]);
    await context.close();
  });

  it.runIf(IS_LONG)(
    'no panel, form, selection or result has a finding',
    { timeout: TIMEOUT_MS },
    async () => {
      const findings: string[] = [];
      const context = await openContext(browser, language);
      for (const { name, address, reach } of shownStates(shown)) {
        const page = await context.newPage();
        await openPage(page, shown.daysync.url + address);
        await reach(page, wordsOf(language)).catch((error: unknown) => {
          findings.push(`${name}: could not be reached: ${String(error)}`);
        });
        const found = await findingsOf(page, language);
        findings.push(...found.map((one) => `${name}: ${one}`));
        await page.close();
      }
      expect(findings).toEqual([]);
      await context.close();
    },
  );
});
