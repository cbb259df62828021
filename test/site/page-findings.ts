// What is wrong with a page for readers who need more than eyes and a mouse, by the rules of axe.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

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
      const builder = new AxeBuilder({ page })
        .options({ resultTypes: ['violations'] })
        .setLegacyMode();
      // The same page in other colours: only those can be wrong.
      const rules =
        colorScheme === 'light' ? builder.withTags(RULES) : builder.withRules(['color-contrast']);
      const { violations } = await rules.analyze();
      findings.push(
        ...violations.flatMap(({ id, nodes }) =>
          nodes
            .slice(0, 3)
            .map(
              ({ html, target }) =>
                `${id} ${colorScheme} ${width} px: ${String(target)} ${html.slice(0, 160)}`,
            ),
        ),
      );
    }
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (tooWide > 0) findings.push(`wider than the window of ${width} px by ${tooWide} px`);
  }
  return findings;
}
