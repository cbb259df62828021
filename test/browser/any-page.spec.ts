// The section "In any page" of docs/embedding.md: its server and its page, as they stand there.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { afterFile } from '../after-file.js';
import { startApp } from '../daysync-app.js';
import { readPages } from '../docs/pages.js';
import { freePort } from '../free-port.js';
import { scratchFolder, weather } from '../scratch.js';
import { openBrowser } from './browser.js';

const SERVER = '// any-page/site.mjs';
const PAGE = '<!-- any-page/index.html -->';

it('the page of the docs shows a batch to its end, behind the server of the docs', async () => {
  const folder = await scratchFolder();
  const page = readPages().find(({ name }) => name === 'docs/embedding.md');
  const blockOf = (start: string): string => {
    const [block, ...others] = (page?.blocks ?? []).filter(({ text }) => text.startsWith(start));
    if (block === undefined || others.length > 0) throw new Error(`expected one block ${start}`);
    return block.text;
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'site.mjs'), blockOf(SERVER));
  await writeFile(path.join(folder, 'index.html'), blockOf(PAGE).replace(`${PAGE}\n`, ''));

  const daysync = await startApp({ datasets: [weather({ throttle: { days_per_minute: 300 } })] });
  const port = String(await freePort());
  const site = spawn(process.execPath, ['site.mjs'], {
    cwd: folder,
    env: { PORT: port, DAYSYNC_URL: daysync.url },
    stdio: 'inherit',
  });
  afterFile(() => site.kill());
  const address = `http://127.0.0.1:${port}/`;
  while (
    !(await fetch(address).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(50);

  const range = { start_date: '2012-01-01', end_date: '2012-01-10', dataset: 'weather' };
  const { task_id } = await daysync.startBatch(range);
  const tab = await (await openBrowser()).newPage({ locale: 'en-GB' });
  const faults: string[] = [];
  tab.on('pageerror', ({ message }) => faults.push(message));
  await tab.goto(`${address}?task_id=${task_id}`);
  await tab.getByText('Sync completed: 10 succeeded, 0 failed, 0 skipped').first().waitFor();
  await expect.poll(() => tab.title()).toBe('Orders: completed');
  expect(faults).toEqual([]);
});
