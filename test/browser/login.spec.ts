import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';

const OPERATOR = 'operator-0123456789-abcdefghijklmn';

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp({
    datasets: [weather()],
    env: { AUTH_TOKENS: `ana:operator:${OPERATOR}` },
  });
});

async function openConsole(path: string): Promise<Page> {
  const context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(daysync.url + path);
  await page.getByRole('heading', { name: '登录' }).waitFor();
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
});
