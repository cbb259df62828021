// What is wrong with a page for readers who need more than eyes and a mouse, by the rules of axe.
import type { Page } from 'playwright-core';
import { axeFindings, contrastFindings } from '../browser/axe.js';

/** The findings of axe in light and dark, and in each width; and whether the page is wider than its window. */
export async function pageFindings(
  page: Page,
  widths: readonly number[] = [1_440, 390],
): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // The same page in other colours: only those can be wrong.
      const found = await (colorScheme === 'light' ? axeFindings(page) : contrastFindings(page));
      findings.push(...found.map((one) => `${colorScheme} ${width} px: ${one}`));
    }
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (tooWide > 0) findings.push(`wider than the window of ${width} px by ${tooWide} px`);
  }
  return findings;
}
