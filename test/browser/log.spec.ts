// The log of a batch and of a day, of a source that fails in many ways.
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { dataOf, startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { startHttpServer } from '../http-server.js';
import type { DatasetYaml } from '../scratch.js';
import type { Progress } from '../wire.js';
import { openBrowser } from './browser.js';

const KEY = 'canary-7f3a-secret';

const { promise: isToGoOn, resolve: goOn } = Promise.withResolvers<void>();
let daysync: DaysyncProcess;
let page: Page;
beforeAll(async () => {
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
  const trades: DatasetYaml = {
    name: 'trades',
    source: {
      kind: 'http',
      url: `http://127.0.0.1:${port}/?day={day}`,
      headers: { authorization: 'Bearer ${TRADES_KEY}' },
    },
    target: { table: 'trades', columns: { id: 'integer' } },
    attempts: 2,
  };
  daysync = await startDaysync({ datasets: [trades], env: { TRADES_KEY: KEY } });
  const context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
});

it('a batch has its log: what was tried, and what the source said', async () => {
  const { task_id: id } = await daysync.sync({ start_date: '2025-10-01', end_date: '2025-10-03' });
  await page.goto(`${daysync.url}/batches/${id}`);
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

it('a day has its log and the answer of its source, without the secret', async () => {
  await page.goto(`${daysync.url}/records?dataset=trades&day=2025-10-03`);
  const panel = page.getByRole('dialog');
  await panel.getByText('来源的响应（状态码 404）').waitFor();
  expect(await panel.locator('pre').textContent()).toBe(
    '{"error":"no such day","key":"${TRADES_KEY}"}',
  );
  const log = panel.locator('ds-day-log');
  await log.getByText('开始第 1 次尝试').waitFor();
  expect(await log.getByRole('listitem').first().textContent()).toContain('失败');
});

it('is live while the batch runs', async () => {
  const started = await daysync.api('sync/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ start_date: '2025-09-01', end_date: '2025-09-02', dataset: 'trades' }),
  });
  const { task_id: id } = dataOf(started) as Progress;
  await page.goto(`${daysync.url}/batches/${id}`);
  const log = page.getByRole('region', { name: '日志' });
  const ofSecond = log.getByRole('listitem').filter({ hasText: '2025-09-02' });
  await ofSecond.filter({ hasText: '开始第 1 次尝试' }).waitFor();
  expect(await ofSecond.count()).toBe(1);
  goOn();
  await ofSecond.filter({ hasText: '成功，1 行' }).waitFor();
  await log.getByText('批次已完成').waitFor();
});
