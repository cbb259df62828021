import { describe, expect, it } from '@jest/globals';
import { startDaysync } from '../daysync-process.js';
import { birdstrikes, weather } from '../scratch.js';
import { launchBrowser } from './chromium.js';

const MOST_BYTES = 200_000;

describe('the first load of the console', () => {
  it('asks no other host, and stays within 200 kB over the wire', async () => {
    const daysync = await startDaysync({ datasets: [weather(), birdstrikes()] });
    const page = await (await launchBrowser()).newPage({ locale: 'zh-CN' });
    const network = await page.context().newCDPSession(page);
    const urls = new Map<string, string>();
    const bytes = new Map<string, number>();
    network.on('Network.requestWillBeSent', ({ requestId, request }) => {
      urls.set(requestId, request.url);
    });
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      bytes.set(requestId, encodedDataLength);
    });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await network.send('Network.enable');
    await page.goto(daysync.url, { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: '开始同步' }).waitFor();

    const sizes = [...urls].map(([id, url]) => [bytes.get(id) ?? 0, url] as const);
    const elsewhere = sizes.filter(([, url]) => !url.startsWith(`${daysync.url}/`));
    expect(elsewhere.filter(([, url]) => !url.startsWith('data:'))).toEqual([]);
    const total = sizes.reduce((sum, [size]) => sum + size, 0);
    expect(sizes.length).toBeGreaterThan(2);
    expect({ total, sizes, fits: total > 0 && total <= MOST_BYTES }).toMatchObject({ fits: true });
    expect(faults).toEqual([]);
  });
});
