// `daysync support-bundle` of an installation with secrets, failures and a log.
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { scratchFolder, weather, writeConfiguration } from '../scratch.js';
import { runCommand, settingsIn, type CommandEnvironment, type CommandExit } from './command.js';

const TOKEN = 'abcdef0123456789'.repeat(2);
const API_KEY = 'key-of-the-source-7391';
const PASSWORD = 'password-in-the-file-44';
const COLLECTOR_KEY = 'key-of-the-collector-52';

let folder: string;
let env: CommandEnvironment;
beforeAll(async () => {
  folder = await scratchFolder();
  const datasetsFile = await writeConfiguration(folder, {
    datasets: [
      weather(),
      weather({
        name: 'closed',
        source: {
          kind: 'http',
          url: 'http://127.0.0.1:9/{day}?api_key=${SOURCE_KEY}',
          format: 'json',
          headers: { 'x-note': `password=${PASSWORD}` },
        },
        target: { table: 'closed', columns: { wind: 'real' } },
        attempts: 1,
      }),
    ],
  });
  const given = { AUTH_TOKENS: `me:operator:${TOKEN}`, SOURCE_KEY: API_KEY };
  const daysync = await startDaysync({ folder, datasetsFile, env: given, token: TOKEN });
  const days = { start_date: '2012-01-01', end_date: '2012-01-03' };
  await daysync.sync({ dataset: 'weather', ...days });
  const { task_id } = await daysync.startBatch({
    dataset: 'closed',
    start_date: '2012-01-01',
    end_date: '2012-01-01',
  });
  while ((await daysync.progress(task_id)).status !== 'completed') await sleep(50);
  await daysync.stop();
  env = {
    ...given,
    ...settingsIn(folder),
    HTTPS_PROXY: 'http://user:proxy-password@proxy.example:3128',
    // Without an address, no traces are exported.
    OTEL_EXPORTER_OTLP_HEADERS: `x-team=${COLLECTOR_KEY}`,
  };
});

const bundle = (...args: string[]): Promise<CommandExit> =>
  runCommand(['support-bundle', ...args], env);

it('shows all that it writes, without secrets, to a file that its owner alone may read', async () => {
  const file = path.join(folder, 'support.txt');
  const { code, stderr, stdout } = await bundle(file, '--yes');
  expect({ code, stderr }).toEqual({ code: 0, stderr: `Written to ${file}.\n` });
  const text = await readFile(file, 'utf8');
  expect(stdout).toBe(text);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(text.match(/^## \w+/gm)).toEqual([
    '## Versions',
    '## Doctor',
    '## Settings',
    '## Datasets',
    '## Stored',
    '## End',
  ]);
  expect(text).toMatch(/^Daysync \d+\.\d+\.\d+, Node 24/m);
  expect(text).toMatch(/^✗ sources: the source of closed can't be reached/m);
  expect(text).toContain('callers: me (operator)');
  expect(text).toContain('OTEL_EXPORTER_OTLP_HEADERS=[hidden]');
  expect(text).toContain('  weather: 3 success');
  expect(text).toMatch(/^ {2}2012-01-01_2012-01-03_\d+: completed, missing_and_failed, 3 days$/m);
  expect(text).toMatch(/^ {2}\S+ closed 2012-01-01 SOURCE_\w+: /m);
  expect(text).toContain('"msg":"开始同步');
  for (const secret of [TOKEN, API_KEY, PASSWORD, COLLECTOR_KEY, 'proxy-password']) {
    expect(text).not.toContain(secret);
  }
});

it('overwrites no file', async () => {
  const file = path.join(folder, 'mine.txt');
  await writeFile(file, 'mine');
  const { code, stderr } = await bundle(file, '--yes');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^expected to write a new file \S+mine\.txt: EEXIST/);
  expect(await readFile(file, 'utf8')).toBe('mine');
});

it('writes nothing without an answer', async () => {
  const file = path.join(folder, 'unanswered.txt');
  const { code, stderr, stdout } = await bundle(file);
  expect(code).toBe(1);
  expect(stdout).toContain('## Settings');
  expect(stderr).toContain('expected an answer on a terminal, or --yes: Write this to ');
  await expect(stat(file)).rejects.toThrow('ENOENT');
});
