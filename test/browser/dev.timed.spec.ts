import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'vitest';
import { besideFloor, expectAtMost, timesFloor } from '../machine-speed.js';
import { openBrowser } from './browser.js';
import { copyProject, startDev } from './dev-project.js';

/** Fifteen seconds on the reference machine, which takes some eight: half of the work waits for a disk. */
const SOON = timesFloor(15_000);

it('npm run dev shows a page soon, also after a change', async () => {
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
  const [took, floor] = await besideFloor(startIt);
  process.stdout.write(`npm run dev: a page after ${(took / 1_000).toFixed(1)} s\n`);
  expectAtMost(SOON, took, floor.ms, 'a page');
});
