// Follows the README of @daysync/nest: `nest add` in new apps of Nest, with the package that `npm run release` has packed.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../browser/axe.js';
import { freePort } from '../free-port.js';
import { TOP } from '../scratch.js';
import { openPage, outsideFolder, start, type } from './new-user.js';
import { PageBlocks } from './page-blocks.js';

/** How the README names the folder of the repository. */
const REPOSITORY = '/path/to/daysync';
/** What an app leaves that did not close its database. */
const RUNNING_MARK = 'daysync.db-daysync-running';
const DAYS = 90;
const ROWS_A_DAY = 3;
const END = `Sync completed: ${DAYS} succeeded, 0 failed, 0 skipped`;
const PATIENCE_MS = 120_000;

let folder: string;
let lines: string;
beforeAll(async () => {
  folder = await outsideFolder();
  const blocks = await PageBlocks.of(path.join(TOP, 'libs/nest/README.md'));
  lines = blocks.shell('nest add').replaceAll(REPOSITORY, TOP);
});

/** Starts the built app, as `npm run start:prod` does. */
function startApp(app: string, port: number) {
  return start(app, 'exec node dist/main', /successfully started/, { PORT: String(port) });
}

/** A page that records every percentage of the element. */
async function openSample(url: string) {
  const { page, faults } = await openPage(PATIENCE_MS);
  await page.addInitScript(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    addEventListener(
      'progress',
      (event) => {
        const { percent } = (event as unknown as { readonly detail: { readonly percent: number } })
          .detail;
        if (percent !== seen.at(-1)) seen.push(percent);
      },
      { capture: true },
    );
  });
  // Nest says that it has started before it listens.
  const opens = () => page.goto(url).catch(() => undefined);
  await expect.poll(opens, { timeout: PATIENCE_MS }).toBeDefined();
  return {
    page,
    element: page.locator('daysync-progress'),
    faults,
    seen: () => page.evaluate(() => (globalThis as unknown as { readonly seen: number[] }).seen),
  };
}

function rowsIn(file: string): unknown {
  const handle = new DatabaseSync(file, { readOnly: true });
  try {
    return handle
      .prepare('select count(*) as n, count(distinct sync_day) as days from sample_orders')
      .get();
  } finally {
    handle.close();
  }
}

describe('a new app, of ES modules', () => {
  let app: string;
  beforeAll(async () => {
    await type(folder, lines);
    app = path.join(folder, 'my-app');
  }, 600_000);

  it('shows a batch live to its end, through a kill of the app', async () => {
    await type(app, 'npm run build');
    const port = await freePort();
    const first = await startApp(app, port);
    const url = `http://127.0.0.1:${port}/daysync-sample`;
    const { page, element, faults, seen } = await openSample(url);
    await page.getByRole('button', { name: 'Sync 90 days' }).click();
    const bar = element.getByRole('progressbar');
    await element.getByText(/^Running$/).waitFor();
    await expect
      .poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: PATIENCE_MS })
      .toBeGreaterThan(10);
    expect(await axeFindings(page)).toEqual([]);
    await first.stop('SIGKILL');
    await element.getByText(/^Connection to the server lost/).waitFor();

    const second = await startApp(app, port);
    await element.getByText(END).first().waitFor();
    expect(await readdir(app)).toContain(RUNNING_MARK);
    expect(await bar.getAttribute('aria-valuenow')).toBe('100');
    const percentages = await seen();
    expect(percentages.length).toBeGreaterThan(20);
    expect(percentages).toEqual([...percentages].sort((one, other) => one - other));
    expect(faults).toEqual([]);
    expect(rowsIn(path.join(app, 'daysync.db'))).toEqual({ n: DAYS * ROWS_A_DAY, days: DAYS });

    // A reload shows the same batch, and the button starts the next one.
    await page.reload();
    await element.getByText(/^Completed$/).waitFor();
    await page.getByRole('button').click();
    await element.getByText(/^Running$/).waitFor();
    await second.stop();
    // A stop with days in flight is no crash, which would make these days suspects.
    expect(await readdir(app)).toContain('daysync.db');
    expect(await readdir(app)).not.toContain(RUNNING_MARK);
  });

  it('shows the sample under a prefix of all routes', async () => {
    const main = path.join(app, 'dist/main.js');
    const built = await readFile(main, 'utf8');
    const hooks = 'app.enableShutdownHooks();';
    expect(built).toContain(hooks);
    await writeFile(main, built.replace(hooks, `${hooks} app.setGlobalPrefix('api');`));
    const port = await freePort();
    const started = await startApp(app, port);
    const { page, element, faults } = await openSample(
      `http://127.0.0.1:${port}/api/daysync-sample`,
    );
    await page.getByRole('button').click();
    await element.getByText(END).first().waitFor();
    await page.goto(page.url().replace('?', '/?'));
    await element.getByText(/^Completed$/).waitFor();
    expect(faults).toEqual([]);
    await started.stop();
    await writeFile(main, built);
  });

  it('answers health, metrics and the script of the element', async () => {
    const port = await freePort();
    const started = await startApp(app, port);
    const ask = (route: string, headers = {}) =>
      fetch(`http://127.0.0.1:${port}${route}`, { headers });
    await expect
      .poll(() => ask('/health/live').catch(() => undefined))
      .toMatchObject({ status: 200 });
    expect((await ask('/metrics')).status).toBe(200);
    const script = await ask('/element.js');
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(script.headers.get('cache-control')).toBe('no-cache');
    // Without a rule of its own, fetch would ask around every cache.
    const conditional = {
      'if-none-match': script.headers.get('etag') ?? '',
      'cache-control': 'max-age=0',
    };
    expect((await ask('/element.js', conditional)).status).toBe(304);
    await started.stop();
  });

  it('passes its own tests and lint', async () => {
    await type(app, 'npm test && npm run test:e2e && npm run lint');
  });

  it('stays as it is when the package is added again', async () => {
    const file = path.join(app, 'src/app.module.ts');
    const before = await readFile(file, 'utf8');
    const output = await type(app, 'npx nest add @daysync/nest -s');
    expect(output).toContain('src/app.module.ts imports @daysync/nest already');
    expect(await readFile(file, 'utf8')).toBe(before);
  });
});

describe('a new app of CommonJS', () => {
  it('builds and shows the sample', async () => {
    const cli = 'npx -y --package=@nestjs/cli@12 --package=@angular-devkit/schematics-cli@22';
    const make = '@nestjs/schematics:application --name=common-app --type=cjs';
    const adding = lines.slice(lines.indexOf('npm install'));
    await type(folder, `${cli} schematics ${make}\ncd common-app\n${adding}`);
    const app = path.join(folder, 'common-app');
    await type(app, 'npm run build && npm test && npm run test:e2e');
    const port = await freePort();
    const started = await startApp(app, port);
    const { page, element, faults } = await openSample(`http://127.0.0.1:${port}/daysync-sample`);
    await page.getByRole('button').click();
    await element.getByText(/^Running$/).waitFor();
    await element.getByText(END).first().waitFor();
    expect(faults).toEqual([]);
    await started.stop();
  }, 600_000);
});
