// The built `npm run datasets:check`.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ended, type Exit } from '../ended.js';
import { ENDLESS_LOOP } from '../endless-loop.js';
import {
  readings,
  scratchFolder,
  TOP,
  writeDatasets,
  writeScratch,
  type DatasetYaml,
} from '../scratch.js';

const CHECK = path.join(TOP, 'dist/api/apps/api/src/datasets-check.mjs');

function launch(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [CHECK, ...args], {
    cwd: TOP,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const check = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Exit> =>
  ended(launch(args, env));

describe('datasets:check', () => {
  it('prints OK and a line for each dataset', async () => {
    expect(await check([], { PORT: 'not its concern' })).toEqual({
      code: 0,
      stdout:
        'datasets.yaml: OK\n  weather: csv → weather_daily, 7 columns\n  birdstrikes: csv → birdstrikes, 14 columns\n',
      stderr: '',
    });
  });

  it('reports every error with line and column, as the start does', async () => {
    const folder = await scratchFolder();
    const file = await writeScratch(
      folder,
      'wrong.yaml',
      'datasets:\n  - name: One\n    source: { kind: fax }\n    target: { table: t, columns: { a: text } }\n',
    );
    const result = await check([file]);
    expect(result).toMatchObject({ code: 78, stdout: '' });
    expect(result.stderr).toContain(`${file}:2:11 datasets[0].name: expected a name`);
    expect(result.stderr).toContain(`${file}:3:21 datasets[0].source.kind: expected csv`);
    expect(await check([], { DATASETS_FILE: file })).toEqual(result);
  });

  it('reports what can’t work, all at once, also beside a variable that is not set', async () => {
    const folder = await scratchFolder();
    const target = (table: string): DatasetYaml['target'] => ({ table, columns: { a: 'text' } });
    const sources = {
      all_days: { kind: 'http', url: 'https://api.example.com/trades?key=${TRADES_KEY}' },
      pattern: { kind: 'csv', path: 'a.csv', day_column: { from: 'day', format: 'MM/dd' } },
      bucket: { kind: 'json', path: 's3://bucket/{day}.json' },
      away: { kind: 'provider', module: './away.ts' },
      dayless: { kind: 'sql', url: '${WAREHOUSE}', query: 'select * from trades' },
    };
    const file = await writeDatasets(
      folder,
      ...Object.entries(sources).map(([name, source]) => ({ name, source, target: target(name) })),
    );
    const { code, stderr } = await check([file]);
    expect(code).toBe(78);
    const lines = stderr.split('\n').filter((line) => line.startsWith('  '));
    const place = (index: number, key: string): RegExp =>
      new RegExp(`^  \\S+:\\d+:\\d+ datasets\\[${index}\\]\\.source\\.${key}: expected `);
    const expected: readonly (readonly [RegExp, string])[] = [
      [place(0, 'url'), 'the environment variable TRADES_KEY to be set'],
      [place(0, 'url'), 'the day in url, headers or body, such as ?date={day}'],
      [place(1, 'day_column\\.format'), 'it has no year: write yyyy'],
      [place(2, 'path'), 'a path on this machine: s3:// and other schemes are not supported'],
      [place(3, 'module'), 'the file of a module'],
      [place(4, 'url'), 'the environment variable WAREHOUSE to be set'],
      [place(4, 'query'), 'a query with the parameter :day'],
    ];
    expect(lines).toHaveLength(expected.length);
    for (const [index, [at, text]] of expected.entries()) {
      expect(lines[index]).toMatch(at);
      expect(lines[index]).toContain(text);
    }
  });

  it('warns of data that may come later, and is OK', async () => {
    const folder = await scratchFolder();
    const file = await writeDatasets(folder, readings('later.csv'));
    const { code, stdout } = await check([file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ {2}warning: \S+:\d+:\d+ datasets\[0\]\.source\.path: later\.csv is not there yet: its days fail with SOURCE_FILE_MISSING until it is$/m,
    );
    await writeScratch(folder, 'later.csv', 'day,city,degrees\n');
    expect((await check([file])).stdout).not.toContain('warning');
  });

  it('prints its usage', async () => {
    const [unknown, noDay] = await Promise.all([
      check(['--try', 'wether', '2012-03-01']),
      check(['--try', 'weather']),
    ]);
    expect(unknown).toMatchObject({ code: 64, stdout: '' });
    expect(unknown.stderr).toContain('expected one of the datasets weather, birdstrikes');
    expect(unknown.stderr).toContain('npm run datasets:check -- [file]');
    expect(noDay.code).toBe(64);
  });
});

describe('datasets:check --try', () => {
  it('shows a day’s rows and columns, and writes nothing', async () => {
    const folder = await scratchFolder();
    const { code, stdout } = await check(['--try', 'weather', '2012-03-01'], {
      DATA_DIR: path.join(folder, 'data'),
      LOG_FILE: path.join(folder, 'app.log'),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^weather 2012-03-01: 2 rows, nothing written\n/);
    expect(stdout).toMatch(/^ {2}temp_max +real +temp_max +real$/m);
    expect(await readdir(folder)).toEqual([]);
  });

  it('reports every value that does not fit, and ends with 1', async () => {
    const folder = await scratchFolder();
    const csv = await writeScratch(
      folder,
      'r.csv',
      'day,city,degrees\n2025-10-01,Rome,hot\n2025-10-01,Oslo,4\n2025-10-01,Bonn,\n',
    );
    const file = await writeDatasets(folder, readings(csv));
    const { code, stdout } = await check([file, '--try', 'readings', '2025-10-01']);
    expect(code).toBe(1);
    expect(stdout).toContain('Would not fit: 2 values');
    expect(stdout).toContain(
      '  column degrees: 2 values\n' +
        '    1 × VALUE_INVALID expected an integer of 64 bits, got "hot" (text) (row 1)\n' +
        '    1 × VALUE_INVALID expected an integer of 64 bits, got "" (text): set `nullable: true` or a `default` (row 3)\n',
    );
  });

  it('reports an error of the source with kind and code', async () => {
    const folder = await scratchFolder();
    const file = await writeDatasets(folder, readings(path.join(folder, 'none.csv')));
    const { code, stdout } = await check([file, '--try', 'readings', '2025-10-01']);
    expect(code).toBe(1);
    expect(stdout).toContain('The source failed: source_wide SOURCE_FILE_MISSING');
  });

  it('reports an unhandled rejection, and still the day', async () => {
    const folder = await scratchFolder();
    await writeScratch(
      folder,
      'stray.ts',
      `export default class {
         async *fetchDay() {
           void Promise.reject(new Error('left behind'));
           await new Promise((done) => setTimeout(done, 5));
           yield { degrees: 1 };
         }
       }`,
    );
    const file = await writeDatasets(folder, {
      name: 'stray',
      source: { kind: 'provider', module: './stray.ts' },
      target: { table: 'stray', columns: { degrees: 'integer' } },
    });
    const { code, stdout, stderr } = await check([file, '--try', 'stray', '2025-10-01']);
    expect(stderr).toContain('Unhandled promise rejection: Error: left behind');
    expect(stdout).toContain('All of it would fit.');
    expect(code).toBe(0);
  });

  it('is stopped by a signal, whatever the source does', async () => {
    const folder = await scratchFolder();
    await writeScratch(
      folder,
      'endless.ts',
      `import { writeFileSync } from 'node:fs';
       import { ProviderError } from 'daysync/source';
       export default class {
         async *fetchDay() {
           writeFileSync(new URL('begun', import.meta.url), ProviderError.name);
           await new Promise(() => {});
           yield {};
         }
       }`,
    );
    const source = { kind: 'provider', module: './endless.ts' };
    const file = await writeDatasets(folder, readings('', { source }));
    const child = launch([file, '--try', 'readings', '2025-10-01']);
    const exit = ended(child);
    while (!(await readdir(folder)).includes('begun')) await sleep(20);
    child.kill('SIGINT');
    expect(await exit).toEqual({
      code: 130,
      stdout: '',
      stderr: 'readings 2025-10-01: stopped, nothing written\n',
    });
  });

  it('ends with a sentence if a provider blocks it', async () => {
    const folder = await scratchFolder();
    await writeScratch(
      folder,
      'loop.ts',
      `export default class { async *fetchDay() { ${ENDLESS_LOOP} } }`,
    );
    const source = { kind: 'provider', module: './loop.ts' };
    const file = await writeDatasets(folder, readings('', { source, timeout_seconds: 1 }));
    expect(await check([file, '--try', 'readings', '2025-10-01'])).toEqual({
      code: null,
      stdout: '',
      stderr:
        'readings 2025-10-01: expected the provider to return to the event loop within 1 s, and it blocks: ended\n',
    });
  });
});
