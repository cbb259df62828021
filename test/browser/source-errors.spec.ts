// What a failed day says: each cause in words of its own, in the language of the page, with what the source answered; and
// the log of its batch.
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { Language } from '@daysync/progress';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { startHttpServer } from '../http-server.js';
import type { DatasetYaml } from '../scratch.js';
import { openBrowser } from './browser.js';

const KEY = 'canary-7f3a-secret';
const MOST_SHOWN = 2_048;
/** What the source does on each day; 2025-10-01 has a row. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '2025-10-02': (response) => response.writeHead(401).end(`{"error":"${KEY} has expired"}`),
  '2025-10-03': (response) => {
    const body = { error: 'outside of your plan', token: KEY, trace: 'x'.repeat(3_000) };
    response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  },
  // Never.
  '2025-10-04': () => undefined,
  '2025-10-05': (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('[{"id":1},', () => response.destroy());
  },
  '2025-10-06': (response) => response.end('<html>Sign in</html>'),
};

const SAID = {
  zh: [
    ['2025-10-02', '来源拒绝了访问凭据', '来源拒绝了访问凭据（401）'],
    ['2025-10-03', '来源返回了意外的状态码', '状态码应为 200，实际为 422'],
    ['2025-10-04', '来源未在限定时间内响应', '未在限定时间内响应（headers_timeout_seconds）'],
    ['2025-10-05', '来源数据不完整', '响应中途连接中断'],
    ['2025-10-06', '来源无法读取', '应为 JSON，实际为 "<"（第 0 字节）'],
  ],
  en: [
    ['2025-10-02', 'The source rejected the credentials.', 'rejected the credentials (401)'],
    [
      '2025-10-03',
      'The source answered with an unexpected status.',
      'expected status 200, got 422',
    ],
    ['2025-10-04', 'The source did not respond in time.', 'no answer in time'],
    ['2025-10-05', 'The source data is incomplete.', 'the connection broke in the middle'],
    ['2025-10-06', 'The source can’t be read.', 'expected JSON, got "<"'],
  ],
} as const;

const { promise: isToGoOn, resolve: goOn } = Promise.withResolvers<void>();
let daysync: DaysyncApp;
let pages: Readonly<Record<Language, Page>>;
let ofApi: string;
beforeAll(async () => {
  const server = await startHttpServer((request, response) => {
    const day = new URL(request.url ?? '', 'http://x').searchParams.get('day') ?? '';
    const answer = ANSWERS[day];
    if (answer !== undefined) answer(response);
    else if (day.startsWith('2025-09')) response.writeHead(403).end('forbidden');
    else response.end('[{"id":1}]');
  });
  const { port } = server.address() as AddressInfo;
  const trades: DatasetYaml = {
    name: 'trades',
    source: {
      kind: 'http',
      url: `http://127.0.0.1:${port}/?day={day}`,
      headers: { authorization: 'Bearer ${TRADES_KEY}' },
      headers_timeout_seconds: 1,
    },
    target: { table: 'trades', columns: { id: 'integer' } },
    attempts: 1,
  };
  daysync = await startApp({
    datasets: [trades, await retriedOrders()],
    env: { TRADES_KEY: KEY },
  });
  const range = { start_date: '2025-10-01', end_date: '2025-10-07' };
  ofApi = (await daysync.sync({ dataset: 'trades', ...range })).task_id;
  const browser = await openBrowser();
  pages = {
    zh: await browser.newPage({ locale: 'zh-CN' }),
    en: await browser.newPage({ locale: 'en-GB' }),
  };
});

/** A dataset whose first day comes at the second attempt, whose second never comes, and one of whose days waits. */
async function retriedOrders(): Promise<DatasetYaml> {
  const tries = new Map<string, number>();
  const server = await startHttpServer((request, response) => {
    const day = new URL(request.url ?? '', 'http://x').searchParams.get('day') ?? '';
    const before = tries.get(day) ?? 0;
    tries.set(day, before + 1);
    if (day === '2025-10-02' && before === 0) response.writeHead(503).end('out for lunch');
    else if (day === '2025-10-03') {
      response.writeHead(404).end(`{"error":"no such day","key":"${KEY}"}`);
    } else if (day === '2025-09-02') {
      void isToGoOn.then(() => response.end('[{"id":1}]'));
    } else response.end('[{"id":1}]');
  });
  const { port } = server.address() as AddressInfo;
  return {
    name: 'orders',
    source: {
      kind: 'http',
      url: `http://127.0.0.1:${port}/?day={day}`,
      headers: { authorization: 'Bearer ${TRADES_KEY}' },
    },
    target: { table: 'orders', columns: { id: 'integer' } },
    attempts: 2,
  };
}

async function open(language: Language, address: string): Promise<Page> {
  const page = pages[language];
  page.setDefaultTimeout(150_000);
  await page.goto(daysync.url + address);
  return page;
}

describe.each(['zh', 'en'] as const)('in %s, a batch', (language) => {
  it('tells the causes of its failed days apart', async () => {
    const page = await open(language, `/batches/${ofApi}`);
    const failures = page.locator('ds-failed-days section');
    for (const [day, cause, detail] of SAID[language]) {
      const one = failures.filter({ hasText: day });
      await one.getByText(cause).first().waitFor();
      expect(await one.textContent()).toContain(detail);
    }
    expect(await failures.count()).toBe(SAID[language].length);
  });
});

it('a day shows the status and the first 2 kB of the answer, without the secret', async () => {
  const page = await open('en', '/records?dataset=trades&day=2025-10-03');
  const panel = page.getByRole('dialog');
  await panel.getByText('Response of the source (status 422)').waitFor();
  const shown = (await panel.locator('pre').textContent()) ?? '';
  expect(shown).toContain('{"error":"outside of your plan","token":"${TRADES_KEY}","trace":"xxx');
  expect(shown).toMatch(/x…$/);
  expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(MOST_SHOWN);
  expect(await page.content()).not.toContain(KEY);
});

describe('the log', () => {
  it('a batch has its log: what was tried, and what the source said', async () => {
    const { task_id: id } = await daysync.sync({
      dataset: 'orders',
      start_date: '2025-10-01',
      end_date: '2025-10-03',
    });
    const page = await open('zh', `/batches/${id}`);
    const log = page.getByRole('region', { name: '日志' });
    await log.getByText('批次已完成').waitFor();
    const entries = log.getByRole('listitem');
    expect(await entries.count()).toBeGreaterThanOrEqual(9);
    await log.getByRole('link', { name: /^失败和等待/ }).click();
    await page.waitForURL(/[?&]log=problems/);
    await log.getByText('批次已完成').waitFor({ state: 'detached' });
    const failed = entries.filter({ hasText: 'SOURCE_STATUS_UNEXPECTED' });
    expect(await failed.textContent()).toMatch(
      /2025-10-03.*来源返回了意外的状态码.*应为 200，实际为 404/s,
    );

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      log.getByRole('link', { name: '下载日志（CSV）' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`log-${id}.csv`);
  });

  it('is live while the batch runs', async () => {
    const range = { start_date: '2025-09-01', end_date: '2025-09-02' };
    const { task_id: id } = await daysync.startBatch({ ...range, dataset: 'orders' });
    const page = await open('zh', `/batches/${id}`);
    const log = page.getByRole('region', { name: '日志' });
    const ofSecond = log.getByRole('listitem').filter({ hasText: '2025-09-02' });
    await ofSecond.filter({ hasText: '开始第 1 次尝试' }).waitFor();
    expect(await ofSecond.count()).toBe(1);
    goOn();
    await ofSecond.filter({ hasText: '成功，1 行' }).waitFor();
    await log.getByText('批次已完成').waitFor();
  });
});
