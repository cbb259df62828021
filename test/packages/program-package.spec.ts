// The packed program in an empty folder: the size that npm installs, its commands, its server and its console.
import { spawn } from 'node:child_process';
import { copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ended } from '../ended.js';
import { freePort } from '../free-port.js';
import { TOP } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import { NEW_USER, openPage, outsideFolder, start, type } from './new-user.js';
import { TWO_DAYS, writeOtherProcesses } from './other-processes.js';
import { packed } from './packed.js';

const MOST_MEGABYTES = 60;

let folder: string;
beforeAll(async () => {
  folder = await outsideFolder();
  const { file } = await packed('daysync');
  await type(folder, `npm install ${file}`);
  await copyFile(
    path.join(TOP, 'test/cli/init-files/seattle-weather.csv'),
    path.join(folder, 'weather.csv'),
  );
}, 300_000);

it('is small, and brings no second Node and no database', async () => {
  const modules = path.join(folder, 'node_modules');
  const files = await readdir(modules, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const file of files) {
    if (file.isFile()) bytes += (await stat(path.join(file.parentPath, file.name))).size;
  }
  expect(bytes / 1e6).toBeGreaterThan(5);
  expect(bytes / 1e6).toBeLessThan(MOST_MEGABYTES);
  const names = await readdir(modules);
  expect(names.filter((name) => /^node-|postgres|duckdb|scarf/.test(name))).toEqual([]);
});

it('adds a dataset, syncs it and checks it', async () => {
  const added = await type(folder, 'npx daysync init weather.csv');
  const [, line = ''] = /^Sync all days:\n {2}(.*)$/m.exec(added) ?? [];
  expect(line).toMatch(/^npx daysync sync weather 2012-01-01 2012-01-31/);
  expect(await type(folder, line)).toContain('Sync completed: 31 succeeded, 0 failed, 0 skipped');
  const days = await rowsByDay(path.join(folder, 'var/daysync.db'), 'weather');
  expect(Object.keys(days)).toHaveLength(31);
  expect(await type(folder, 'npx daysync datasets check')).toContain('datasets.yaml: OK');
  expect(await type(folder, 'npx daysync backup copy.db')).toContain('integrity_check: ok');
  await type(folder, 'npx daysync datasets reset weather --yes');
});

it('runs a provider in TypeScript that imports daysync/source, and reads a SQLite file', async () => {
  const datasets = await writeOtherProcesses(folder);
  await writeFile(path.join(folder, 'more.yaml'), JSON.stringify({ datasets }));
  const env = { ...NEW_USER, DATASETS_FILE: 'more.yaml', DATA_DIR: 'more', LOG_FILE: 'more.log' };
  const sync = (name: string): ReturnType<typeof ended> =>
    ended(
      spawn('npx', ['daysync', 'sync', name, ...Object.values(TWO_DAYS), '--local'], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  const numbers = await sync('numbers');
  expect(numbers.code).toBe(1);
  expect(numbers.stdout).toContain('NO_NUMBERS');
  expect(numbers.stdout).toContain('1 succeeded, 1 failed');
  expect((await sync('copies')).stdout).toContain('2 succeeded, 0 failed');
});

it('names the command that installs DuckDB', async () => {
  await writeFile(
    path.join(folder, 'duck.yaml'),
    `datasets:
  - name: ducks
    source: { kind: csv, path: weather.csv, day_column: date }
    target: { kind: duckdb, path: ducks.duckdb, table: ducks, columns: { wind: real } }
`,
  );
  const check = type(folder, 'DATASETS_FILE=duck.yaml npx daysync datasets check');
  await expect(check).rejects.toThrow('npm install @duckdb/node-api@');
});

it('serves the console and Swagger UI', async () => {
  const port = await freePort();
  const server = await start(folder, 'npx daysync serve', /Daysync: (http\S+)/, {
    PORT: String(port),
  });
  const { page, faults } = await openPage();
  await page.goto(server.found);
  await page.getByText('weather').first().waitFor({ state: 'attached' });
  await page.goto(`${server.found}/docs`);
  await page.locator('.opblock').first().waitFor();
  expect(faults).toEqual([]);
  await server.stop();
});
