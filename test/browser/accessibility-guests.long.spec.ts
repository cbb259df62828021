// The console of who may only look, who is not signed in, who has synced nothing yet, and whose server does not answer.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';
import { findingsOf, openContext, SPOKEN } from './accessibility.js';
import { openBrowser } from './browser.js';
import { openPage } from './shown-console.js';
import { wordsOf } from './words-of.js';

const OPERATOR = 'operator-0123456789-abcdefghijklmn';
const VIEWER = 'viewer-0123456789-abcdefghijklmnop';
/** Long enough for all pages in all variants on a busy machine. */
const TIMEOUT_MS = 3_600_000;
const PAGES = ['', 'calendar', 'records', 'batches', 'datasets', 'quarantine', 'webhooks'];
const CSV = 'day,city,degrees\n2025-10-01,Oslo,9\n2025-10-02,Oslo,mild\n2025-10-04,Oslo,7\n';

let guarded: DaysyncProcess;
let fresh: DaysyncProcess;
let failedId: string;
let runningId: string;
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  const receiver = await WebhookReceiver.start();
  guarded = await startDaysync({
    folder,
    datasets: [readings(csv), weather({ throttle: { days_per_minute: 4 } })],
    webhooks: [receiver.endpoint({ name: 'ops', on: ['failed_days'] })],
    env: {
      AUTH_TOKENS: `ana:operator:${OPERATOR},ben:viewer:${VIEWER}`,
      WEBHOOK_SECRET: WEBHOOK_SECRET,
    },
    token: OPERATOR,
  });
  const range = { start_date: '2025-10-01', end_date: '2025-10-03' };
  ({ task_id: failedId } = await guarded.sync({ dataset: 'readings', ...range }));
  ({ task_id: runningId } = await guarded.startBatch({
    ...{ dataset: 'weather', start_date: '2012-01-01', end_date: '2012-03-31' },
  }));
  await receiver.come(1);
  fresh = await startDaysync({ datasets: [weather()] });
});

async function signIn(page: Page, token: string): Promise<void> {
  await page.locator('ds-login-page input').fill(token);
  await page.locator('ds-login-page button').click();
}

describe.each(SPOKEN)('in %s', { timeout: TIMEOUT_MS }, (language) => {
  const say = wordsOf(language);

  /** The findings of each of some pages, once `ready` says that it is there. */
  async function findingsOfAll(
    addresses: readonly string[],
    { url, ready = openPage, token }: Visit,
  ): Promise<readonly string[]> {
    const context = await openContext(browser, language);
    const findings: string[] = [];
    if (token !== undefined) {
      const page = await context.newPage();
      await page.goto(url);
      await signIn(page, token);
      await page.getByRole('button', { name: say('session.end') }).waitFor();
      await page.close();
    }
    for (const address of addresses) {
      const page = await context.newPage();
      await ready(page, `${url}/${address}`);
      const found = await findingsOf(page, language);
      findings.push(...found.map((one) => `/${address}: ${one}`));
      await page.close();
    }
    await context.close();
    return findings;
  }

  it('the login has no finding, before and after a wrong token', async () => {
    const context = await openContext(browser, language);
    const page = await context.newPage();
    await page.goto(guarded.url);
    await page.getByRole('heading', { name: say('login.heading') }).waitFor();
    expect(await findingsOf(page, language)).toEqual([]);
    await signIn(page, 'not-a-token');
    const field = page.getByLabel(say('login.token'));
    await page.getByText(say('login.wrong')).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const error = await field.getAttribute('aria-describedby');
    expect(await page.locator(`#${error ?? 'none'}`).textContent()).toContain(say('login.wrong'));
    expect(await findingsOf(page, language)).toEqual([]);
    await context.close();
  });

  it('no page of a viewer has a finding', async () => {
    const more = [
      'calendar?dataset=readings&start_date=2025-10-01&end_date=2025-10-02',
      'records?dataset=readings&day=2025-10-02',
      'datasets/readings',
      `batches/${failedId}`,
      `batches/${runningId}`,
    ];
    const visit = { url: guarded.url, token: VIEWER };
    expect(await findingsOfAll([...PAGES, ...more], visit)).toEqual([]);
  });

  it('no page has a finding where nothing has been synced', async () => {
    const found = await findingsOfAll([...PAGES, 'datasets/weather'], { url: fresh.url });
    expect(found).toEqual([]);
  });

  it('no page has a finding while the server does not answer, and while it takes its time', async () => {
    const unanswered = async (page: Page, address: string): Promise<void> => {
      await page.route('**/api/v1/**', (route) => route.abort());
      await page.goto(address);
      await page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
    };
    const slow = async (page: Page, address: string): Promise<void> => {
      await page.route('**/api/v1/**', () => undefined);
      await page.goto(address);
      await page.locator('.ds-skeleton').first().waitFor();
    };
    const { url } = fresh;
    const addresses = [...PAGES, 'datasets/weather'];
    expect(await findingsOfAll(addresses, { url, ready: unanswered })).toEqual([]);
    expect(await findingsOfAll(addresses, { url, ready: slow })).toEqual([]);
  });
});

interface Visit {
  readonly url: string;
  readonly ready?: (page: Page, address: string) => Promise<void>;
  /** Whoever signs in with it. */
  readonly token?: string;
}
