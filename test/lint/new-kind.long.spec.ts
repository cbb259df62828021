// A new kind of source and of target is green at once: `npm run new:source` and `npm run new:target` in a copy of the project.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder, TOP } from '../scratch.js';
import { FORMATTER, LINTERS, TYPE_CHECKS } from '../../tools/static-checks.mjs';

const MINUTES_MS = 60_000;
/** What a checkout does not have. */
const NOT_COPIED = /^(?:node_modules|dist|var|logs|coverage|screenshots|\.git|\.cache|\.angular)$/;
/** What of it the new files and the changed ones are in. */
const LINTED = ['apps/api/src', 'apps/web/src/app/datasets', 'apps/web/src/app/api', 'libs/nest'];

const run = promisify(execFile);
let folder: string;
let environment: Readonly<Record<string, string>> = {};

/** Runs a program of the copy; a failure shows its output. */
async function node(...args: readonly string[]): Promise<string> {
  // Neither the worker nor the choice of specs of this run.
  const own = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|LONG_TESTS)/.test(name));
  const env = {
    ...Object.fromEntries(own),
    ...{ NO_COLOR: '1', DAYSYNC_SPECS: 'quick' },
    ...environment,
  };
  const options = { cwd: folder, maxBuffer: 2 ** 26, env };
  try {
    return (await run(process.execPath, args, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

beforeAll(async () => {
  folder = path.join(await scratchFolder(), 'project');
  await cp(TOP, folder, {
    recursive: true,
    filter: (source) => !NOT_COPIED.test(path.relative(TOP, source)) && !isInstalled(source),
  });
  await symlink(path.join(TOP, 'node_modules'), path.join(folder, 'node_modules'));
  await node('tools/run.mjs', 'new:source', 'demo');
  await node('tools/run.mjs', 'new:target', 'sample');
}, 10 * MINUTES_MS);

function isInstalled(source: string): boolean {
  return path.basename(source) === 'node_modules';
}

describe('a new kind of source and a new kind of target', { timeout: 10 * MINUTES_MS }, () => {
  it.each([
    ['a source with a folder', 'new:source', 'demo', 'expected a new name, got demo'],
    ['a format of files, which has none', 'new:source', 'csv', 'expected a new name, got csv'],
    ['a table, which has no folder', 'new:target', 'table', 'expected a new name, got table'],
    ['a sign', 'new:target', 'S3!', 'expected one name of 2 to 20 small letters and digits'],
  ])('refuse the name of %s: %s %s', async (_, script, name, message) => {
    await expect(node('tools/run.mjs', script, name)).rejects.toThrow(message);
  });

  it('are formatted, and have types and no findings', async () => {
    await node(FORMATTER, '--check');
    for (const [script = '', ...args] of TYPE_CHECKS) await node(script, ...args);
    for (const [script = ''] of LINTERS) await node(script, '--max-warnings=0', ...LINTED);
    await node('node_modules/knip/bin/knip.js', '--no-progress');
    await node(
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      // The packages of the copy are a link.
      ...['--preserve-symlinks', '--config=.dependency-cruiser.mjs', 'apps', 'libs'],
    );
  });

  it('pass their contract tests, and those of the datasets file', async () => {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project'];
    const specs = ['demo-source', 'sample-target', 'dataset-schema.spec', 'source-schema'];
    const output = await node(...vitest, 'unit', ...specs);
    expect(output).toMatch(/Test Files +4 passed/);
    await node(...vitest, 'unit', 'pages.spec', 'site-navigation');
  });

  it('sync rows', async () => {
    const data = path.join(folder, 'demo');
    await mkdir(path.join(data, 'exports'), { recursive: true });
    const rows = ['{"id":1,"city":"Bern"}', '{"id":2,"city":"Oslo"}'];
    await writeFile(path.join(data, 'exports/2025-10-01.ndjson'), `${rows.join('\n')}\n`);
    const file = path.join(data, 'datasets.yaml');
    const dataset = {
      name: 'readings',
      source: { kind: 'demo', folder: 'exports' },
      target: {
        ...{ kind: 'sample', path: 'readings.db', table: 'readings' },
        columns: { id: 'integer', city: 'text' },
      },
    };
    await writeFile(file, JSON.stringify({ datasets: [dataset] }));
    environment = {
      DATASETS_FILE: file,
      DATA_DIR: path.join(data, 'var'),
      LOG_FILE: path.join(data, 'app.log'),
    };
    const check = ['tools/run.mjs', 'datasets:check', '--try', 'readings', '2025-10-01'];
    const tried = await node(...check);
    expect(tried).toContain('Oslo');
    const examined = await node('tools/run.mjs', 'daysync', 'doctor');
    expect(examined).toContain('✓ sources: the source of readings: exports can be read');
    const sync = ['tools/run.mjs', 'daysync', 'sync', 'readings', '2025-10-01', '2025-10-02'];
    await node(...sync, '--local');
    const database = new DatabaseSync(path.join(data, 'readings.db'), { readOnly: true });
    const synced = database.prepare('select sync_day, id, city from readings order by id').all();
    database.close();
    expect(synced.map((row) => ({ ...row }))).toEqual([
      { sync_day: '2025-10-01', id: 1, city: 'Bern' },
      { sync_day: '2025-10-01', id: 2, city: 'Oslo' },
    ]);
    expect(await readFile(path.join(folder, 'docs/datasets.schema.json'), 'utf8')).toContain(
      '"demo"',
    );
  });
});
