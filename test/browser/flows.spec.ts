// What an operator does in a day, as docs/console.md leads through it, by keyboard alone: no test of this file moves a
// mouse.
import { beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES, progressMessage, type Language } from '@daysync/progress';
import type { Locator, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { IS_LONG } from '../draws.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { openBrowser } from './browser.js';
import { wordsOf, type Say } from './words-of.js';

const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const satisfies Record<Language, string>;
/** The most keys until the wanted element has the focus; more mean that it can't be reached. */
const MOST_TABS = 80;
const GOOD = 'day,city,degrees\n2025-10-01,Oslo,9\n2025-10-02,Oslo,8\n2025-10-03,Oslo,7\n';

let daysync: DaysyncApp;
let page: Page;
let say: Say;

/** Goes from where the focus is to `target`, as who has no mouse does. */
async function tabTo(target: Locator): Promise<void> {
  await target.waitFor();
  // Looked for once: to find it by its role again at every key costs more than all else.
  let wanted = await target.elementHandle();
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    const state = await wanted.evaluate((element) => ({
      isFocused: element === document.activeElement,
      isConnected: element.isConnected,
    }));
    if (state.isFocused) return;
    if (!state.isConnected) wanted = await target.elementHandle();
    await page.keyboard.press('Tab');
  }
  throw new Error(`expected to reach ${String(target)} in ${MOST_TABS} keys`);
}

async function press(target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(target);
  await page.keyboard.press(key);
}

async function type(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

async function startRange(from: string, to: string): Promise<void> {
  await type(page.getByRole('textbox', { name: say('start.start_date') }), from);
  await type(page.getByRole('textbox', { name: say('start.end_date') }), to);
  await press(page.getByRole('button', { name: say('start.submit') }));
}

async function visit(word: Parameters<Say>[0]): Promise<void> {
  await page.keyboard.press('Control+Home');
  await press(page.getByRole('navigation').getByRole('link', { name: say(word), exact: true }));
}

/** `npm run test:long` does it in both. */
const SPOKEN = IS_LONG ? LANGUAGES : (['zh'] as const);

describe.each(SPOKEN)('by keyboard alone, in %s', (language) => {
  const sentence = (success: number, failed: number, skipped: number): string =>
    progressMessage(
      { message_code: 'BATCH_COMPLETED', success, failed, skipped, current_date: null },
      language,
    );

  beforeAll(async () => {
    say = wordsOf(language);
    const folder = await scratchFolder();
    const csv = await writeScratch(folder, 'readings.csv', GOOD.replace('Oslo,8', 'Oslo,mild'));
    daysync = await startApp({ folder, datasets: [weather(), readings(csv)] });
    const context = await (await openBrowser()).newContext({ locale: LOCALES[language] });
    page = await context.newPage();
    page.setDefaultTimeout(150_000);
    await page.goto(daysync.url);
  });

  it('a range is started and its end seen; the console is left out of the way', async () => {
    await startRange('2012-01-01', '2012-01-31');
    await page
      .getByText(sentence(31, 0, 0))
      .first()
      .waitFor();
    await startRange('2012-03-01', '2012-03-30');
    await page
      .getByText(sentence(30, 0, 0))
      .first()
      .waitFor();
  });

  it('the calendar shows the gap, and a key fills it', async () => {
    await visit('nav.calendar');
    await press(page.getByRole('button', { name: say('calendar.fill_gaps', { count: 1 }) }));
    const start = page.getByRole('group').getByRole('button', { name: say('start.submit') });
    await page.getByText(say('preview.run', { run: 29 })).waitFor();
    await press(start);
    await page
      .getByText(sentence(29, 0, 0))
      .first()
      .waitFor();
    const days = await daysync.records('dataset=weather&status=success');
    expect(days.total).toBe(90);
  });

  it('a failed day is inspected, fixed and retried', async () => {
    const { task_id } = await daysync.sync({
      dataset: 'readings',
      start_date: '2025-10-01',
      end_date: '2025-10-03',
    });
    await visit('nav.batches');
    await press(page.getByRole('link', { name: /2025-10-01/ }).first());
    await page.waitForFunction((id) => location.pathname.endsWith(id), task_id);
    const day = page.getByRole('link', { name: '2025-10-02' }).first();
    await press(day);
    const panel = page.getByRole('dialog');
    await panel.getByText('VALUE_INVALID').first().waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await writeScratch(daysync.folder, 'readings.csv', GOOD);
    await press(page.getByRole('button', { name: say('failures.retry_all', { count: 1 }) }));
    await page
      .getByText(sentence(1, 0, 0))
      .first()
      .waitFor();
  });

  it('records are filtered and sorted; the address keeps it', async () => {
    await visit('nav.records');
    const choice = page.getByLabel(say('records.dataset')).first();
    // Before the datasets are there, nothing that is typed is one of them.
    await choice.getByRole('option', { name: 'readings' }).waitFor({ state: 'attached' });
    await tabTo(choice);
    await page.keyboard.type('readings');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('dataset=readings'));
    await press(page.getByRole('button', { name: new RegExp(say('records.rows')) }));
    await page.waitForFunction(() => location.search.includes('sort=rows'));
    await page.reload();
    await page.getByRole('row', { name: /2025-10-02/ }).waitFor();
    expect(await page.getByRole('row', { name: /2012-/ }).count()).toBe(0);
  });

  it('the datasets say what they have; the language is turned and kept', async () => {
    await visit('nav.datasets');
    await page.getByRole('row').filter({ hasText: '2012-01-01' }).first().waitFor();
    const other = language === 'zh' ? 'en' : 'zh';
    const label = language === 'zh' ? 'English' : '中文';
    await press(page.getByRole('button', { name: label }));
    const heading = wordsOf(other)('title.datasets');
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toMatch(other);
  });
});
