// What a browser loads of the console before anybody has clicked.
import type { Browser } from 'playwright-core';
import type { Daysync } from '../daysync.js';

export interface FirstLoad {
  /** Over the wire, with headers, of each request. */
  readonly sizes: readonly (readonly [bytes: number, url: string])[];
  readonly bytes: number;
  /** What the page said that went wrong. */
  readonly faults: readonly string[];
}

/** Loads the console in a context that has nothing of it, until it may be used. */
export async function loadConsole(browser: Browser, daysync: Daysync): Promise<FirstLoad> {
  const page = await browser.newPage({ locale: 'zh-CN' });
  const network = await page.context().newCDPSession(page);
  const urls = new Map<string, string>();
  const bytesOf = new Map<string, number>();
  network.on('Network.requestWillBeSent', ({ requestId, request }) => {
    urls.set(requestId, request.url);
  });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytesOf.set(requestId, encodedDataLength);
  });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await network.send('Network.enable');
  await page.goto(daysync.url, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: '开始同步' }).waitFor();
  await page.close();
  const sizes = [...urls].map(([id, url]) => [bytesOf.get(id) ?? 0, url] as const);
  return { sizes, bytes: sizes.reduce((sum, [size]) => sum + size, 0), faults };
}
