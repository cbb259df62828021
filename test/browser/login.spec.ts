import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { IS_LONG } from '../draws.js';
import { weather } from '../scratch.js';
import { axeFindings } from './axe.js';
import { openBrowser } from './browser.js';
import { wordsOf } from './words-of.js';

const OPERATOR = 'operator-0123456789-abcdefghijklmn';
const VIEWER = 'viewer-0123456789-abcdefghijklmnop';

/** The long form checks all of them. */
const VARIANTS = (
  [
    ['zh', 'light'],
    ['en', 'light'],
    ['zh', 'dark'],
    ['en', 'dark'],
  ] as const
).slice(0, IS_LONG ? undefined : 1);

let daysync: DaysyncApp;
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
  daysync = await startApp({
    datasets: [weather()],
    env: { AUTH_TOKENS: `ana:operator:${OPERATOR},ben:viewer:${VIEWER}` },
  });
});

async function openConsole(path: string): Promise<Page> {
  const page = await openPage(path, { locale: 'zh-CN' });
  await page.getByRole('heading', { name: '登录' }).waitFor();
  return page;
}

async function openPage(path: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(daysync.url + path);
  return page;
}

async function login(page: Page, token: string): Promise<void> {
  await page.getByLabel('访问令牌').fill(token);
  await page.getByRole('button', { name: '登录' }).click();
}

describe('the login', () => {
  it('is asked for, leads back to where the reader was, and ends with the session', async () => {
    const page = await openConsole('/records?status=failed');
    await login(page, 'not-a-token');
    await page.getByText('访问令牌无效').waitFor();
    await login(page, OPERATOR);
    await page.getByRole('heading', { name: '同步记录' }).first().waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(
      '/records?status=failed',
    );
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.reload();
    await page.getByText('当前用户：ana').waitFor();

    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('heading', { name: '登录' }).waitFor();
    await page.goto(daysync.url);
    await page.getByRole('heading', { name: '登录' }).waitFor();
  });

  it('shows the console to a viewer, and says why nothing can be started', async () => {
    const page = await openConsole('/');
    await login(page, VIEWER);
    const start = page.getByRole('button', { name: '开始同步' });
    await start.waitFor();
    await page.getByText('你的角色是查看者').waitFor();
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('当前用户：ben').waitFor();
  });

  it.each(VARIANTS)(
    'has no accessibility finding of WCAG 2.2 AA in %s, %s colours',
    async (language, colorScheme) => {
      const page = await openPage('/login', { locale: language, colorScheme });
      const say = wordsOf(language);
      await page.getByLabel(say('login.token')).fill('not-a-token');
      await page.getByRole('button', { name: say('login.submit'), exact: true }).click();
      await page.getByText(say('login.wrong')).waitFor();
      expect(await axeFindings(page)).toEqual([]);
    },
  );
});
