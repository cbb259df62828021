import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { day, withWebhooks } from '../api/webhook-program.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { WebhookReceiver } from '../webhook-receiver.js';
import { openBrowser } from './browser.js';

let daysync: DaysyncProcess;
let receiver: WebhookReceiver;
let page: Page;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  daysync = await startDaysync(
    await withWebhooks([
      receiver.endpoint({ name: 'ops' }),
      receiver.endpoint({ name: 'away', url: 'http://127.0.0.1:9/hook', on: ['cancelled'] }),
    ]),
  );
  await daysync.sync(day(1));
  await receiver.come(1);
  const viewport = { width: 360, height: 740 };
  const context = await (await openBrowser()).newContext({ locale: 'en-GB', viewport });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
});

describe('an operator of webhooks', () => {
  it('sends a test to an endpoint, and sees what it answered', async () => {
    await page.goto(`${daysync.url}/webhooks`);
    await page.getByRole('button', { name: 'Send test to ops' }).press('Enter');
    await page.getByText(/Test message delivered \(HTTP 204, /).waitFor();
    const [, message] = await receiver.come(2);
    expect(message).toMatchObject({ isSigned: true, type: 'test' });
    await page.getByRole('button', { name: 'Send test to away' }).press('Enter');
    await page.getByText('Test message not delivered: Could not connect to the').waitFor();
  });

  it('reads the message of a delivery, on a phone too', async () => {
    await page.getByRole('button', { name: /^Payload/ }).press('Enter');
    await page.getByRole('region', { name: 'Payload' }).getByText('"batch.completed"').waitFor();
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBe(widths[1]);
    // The table is wider than a tablet, and scrolls in its own frame.
    await page.setViewportSize({ width: 768, height: 740 });
    await page.getByRole('region', { name: /^Deliveries; scrolls/ }).waitFor();
    const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide[0]).toBe(wide[1]);
  });
});
