// Runs axe in a page: the rules of WCAG 2.2 AA, and those of good practice.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** What breaks a rule in a page as it stands there, three places for each rule. */
export function axeFindings(page: Page): Promise<readonly string[]> {
  return runAxe(page, { type: 'tag', values: TAGS });
}

/** The same for its colours alone. */
export function contrastFindings(page: Page): Promise<readonly string[]> {
  return runAxe(page, { type: 'rule', values: ['color-contrast'] });
}

/** The page keeps axe until it goes elsewhere: to load it for each run would take as long as the rules do. */
async function runAxe(page: Page, runOnly: axe.RunOnly): Promise<readonly string[]> {
  const isLoaded = await page.evaluate(() => 'axe' in window);
  if (!isLoaded) await page.evaluate(axe.source);
  return page.evaluate(async (rules) => {
    const inPage = (window as unknown as { axe: typeof axe }).axe;
    // What keeps a rule is not reported: for the thousands of days of a calendar that would take longer than the rules.
    const { violations } = await inPage.run({ runOnly: rules, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, target }) => `${id}: ${String(target)} ${html.slice(0, 200)}`),
    );
  }, runOnly);
}
