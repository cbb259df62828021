// `npm run dev` shows the console with a demo, and takes in changes.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { OtlpReceiver } from '../otlp-receiver.js';
import { openBrowser } from './browser.js';
import { copyProject, startDev, type Dev } from './dev-project.js';

const MINUTES_MS = 60_000;

let folder: string;
let dev: Dev;
let receiver: OtlpReceiver;
let page: Page;

beforeAll(async () => {
  folder = await copyProject();
  receiver = await OtlpReceiver.start();
  dev = await startDev(folder, receiver.env);
  const context = await (await openBrowser()).newContext({ locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(2 * MINUTES_MS);
  await dev.see(/Ready in .* is the console/);
  await page.goto(dev.web);
}, 5 * MINUTES_MS);

/** What the API answers, once it is not busy. */
async function ask<T>(address: string): Promise<T> {
  const response = await fetch(`${dev.api}/api/v1/sync-status/${address}`);
  const text = await response.text();
  if (response.status === 503) {
    await sleep(200);
    return ask(address);
  }
  if (!response.ok) throw new Error(`expected ${address}, got ${response.status}: ${text}`);
  return (JSON.parse(text) as { readonly data: T }).data;
}

interface DemoList {
  readonly total: number;
  readonly items: readonly { readonly name?: string }[];
}

describe('npm run dev', () => {
  it('shows the console with the demo', async () => {
    await page.locator('main').getByRole('button').first().waitFor();
    await dev.see(/The demo is complete/);
    for (const address of [
      ...['records?status=success', 'records?status=failed', 'records?unusual=true', 'quarantine'],
      ...['sync/batch?state=paused', 'sync/batch?state=needs_attention', 'webhooks'],
    ]) {
      const { total } = await ask<DemoList>(address);
      expect({ address, hasAny: total > 0 }).toEqual({ address, hasAny: true });
    }
    const { items } = await ask<DemoList>('datasets');
    const sales = items.find(({ name }) => name === 'sales');
    expect(sales).toMatchObject({ schedule: { cron: '30 6 * * *' }, attention: { late: true } });
  });

  it('exports traces, where there is a collector', async () => {
    expect(await receiver.come('batch ', 1)).not.toEqual([]);
  });

  it('reloads the page after a change of the console', async () => {
    const file = path.join(folder, 'apps/web/src/index.html');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('<body', '<body data-changed="yes"'));
    await page.locator('body[data-changed=yes]').waitFor();
  });

  it('restarts the API after a change, and says why it can not build', async () => {
    const file = path.join(folder, 'apps/api/src/main.ts');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}\nexport const broken = ;\n`);
    await dev.see(/The API did not build/);
    await writeFile(file, `process.stdout.write('The API has changed.\\n');\n${text}`);
    await dev.see(/The API has changed[^]*Daysync: http/);
  });
});
