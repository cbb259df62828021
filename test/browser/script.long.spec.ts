import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { openBrowser } from './browser.js';

const SCRIPT = '<img src=x onerror=window.ran=true><script>window.ran=true</script>';

it('script in an error text is shown as a text, and runs nowhere', async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(
    folder,
    'bad.csv',
    `day,city,degrees\n2025-10-01,Oslo,${SCRIPT}\n`,
  );
  const daysync = await startDaysync({ folder, datasets: [readings(csv)] });
  const range = { start_date: '2025-10-01', end_date: '2025-10-01' };
  const { task_id } = await daysync.sync(range);
  const [day] = await daysync.days(task_id);
  expect(day?.error?.text).toContain('onerror');

  const page = await (await (await openBrowser()).newContext({ locale: 'zh-CN' })).newPage();
  for (const path of [`/batches/${task_id}`, '/records']) {
    await page.goto(daysync.url + path, { waitUntil: 'networkidle' });
    await page.getByText('onerror=window.ran=true').first().waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  }
});
