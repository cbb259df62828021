import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openBrowser } from './browser.js';
import { copyProject, startDev } from './dev-project.js';

const MOST_MS = 10_000;

it('npm run dev shows a page within ten seconds, also after a change', async () => {
  const folder = await copyProject();
  const context = await (await openBrowser()).newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  /** From the start until the console shows something to press. */
  const startIt = async (isFirst = false): Promise<number> => {
    const start = performance.now();
    const dev = await startDev(folder);
    await dev.see(/Ready in .* is the console/);
    await page.goto(dev.web);
    await page.locator('main').getByRole('button').first().waitFor();
    const took = performance.now() - start;
    if (isFirst) await dev.see(/The demo is complete/);
    await dev.stop();
    return took;
  };
  // The first one fills the caches.
  await startIt(true);
  for (const file of ['apps/api/src/main.ts', 'apps/web/src/app/app.ts']) {
    const place = path.join(folder, file);
    await writeFile(place, `${await readFile(place, 'utf8')}\n// changed\n`);
  }
  const took = await startIt();
  process.stdout.write(`npm run dev: a page after ${(took / 1_000).toFixed(1)} s\n`);
  expect(took).toBeLessThan(MOST_MS);
});
