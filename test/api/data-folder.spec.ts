import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { refusedApp, startApp } from '../daysync-app.js';
import { startDaysync } from '../daysync-process.js';
import { scratchFolder, TOP, weather } from '../scratch.js';

const DATASETS = [weather()];

describe('a data folder', () => {
  it('has one owner, which the error of a second process names', async () => {
    const first = await startDaysync({ datasets: DATASETS });
    const { folder } = first;
    const { code, stderr } = await refusedApp({ folder, datasets: DATASETS });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^the data folder .* is in use by process \d+ on .*DATA_DIR/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    await first.kill();
    const next = await startApp({ folder, datasets: DATASETS });
    await next.stop();
  });

  it('without a valid database: one line', async () => {
    const folder = await scratchFolder();
    await mkdir(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'data', 'daysync.db'), 'no database, but text '.repeat(99));
    const { code, stderr } = await refusedApp({ folder, datasets: DATASETS });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^Daysync can't use .*daysync\.db .*DATA_DIR/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('that is a file: one line, and no success', async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, 'data');
    await writeFile(file, 'not a folder');
    const { code, stderr } = await refusedApp({ folder, datasets: DATASETS });
    expect(code).toBeGreaterThan(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(file);
    expect(await readFile(file, 'utf8')).toBe('not a folder');
  });
});

/** The modes of the files in a folder, by name. */
async function modesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const modes = await Promise.all(names.map((name) => modeOf(path.join(folder, name))));
  return Object.fromEntries(names.map((name, index) => [name, modes[index] ?? '']));
}

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8);
}

describe('the files of the program', () => {
  it('are for its owner only, that of staged rows as well, which shrinks after the batch', async () => {
    const large = {
      name: 'large',
      source: {
        kind: 'provider',
        module: path.join(TOP, 'test/sources/large-day-source.ts'),
        options: { rows: 60_000, editions: 1 },
      },
      target: { table: 'large', columns: { n: 'integer', note: 'text' } },
    };
    const daysync = await startDaysync({ datasets: [large] });
    const data = path.join(daysync.folder, 'data');
    const staging = path.join(data, 'daysync.db-staging');
    const bytesOf = async (): Promise<number> =>
      (await stat(staging)).size + (await stat(`${staging}-wal`)).size;
    const { task_id } = await daysync.startBatch({
      dataset: 'large',
      start_date: '2025-01-01',
      end_date: '2025-01-01',
    });
    while ((await bytesOf()) < 1_000_000) await sleep(1);
    const modes = await modesIn(data);
    expect(Object.keys(modes)).toEqual(
      expect.arrayContaining([
        ...['daysync.db', 'daysync.db-wal', 'daysync.db-shm'],
        ...['daysync.db-staging', 'daysync.db-staging-wal', 'daysync.db-staging-shm'],
        ...['lock', 'lock.json', 'running'],
      ]),
    );
    expect(new Set(Object.values(modes))).toEqual(new Set(['600']));
    expect([await modeOf(data), await modeOf(daysync.logFile)]).toEqual(['700', '640']);
    expect(await daysync.ended(task_id)).toMatchObject({ success: 1 });
    while ((await bytesOf()) > 10_000) await sleep(20);
    expect(await daysync.stop()).toBe(0);
  });

  it('in a folder with files of others: that stays open, and the log warns', async () => {
    const folder = await scratchFolder();
    await chmod(folder, 0o755);
    const daysync = await startApp({ folder, datasets: DATASETS, env: { DATA_DIR: folder } });
    await daysync.stop();
    expect(await modeOf(folder)).toBe('755');
    expect((await modesIn(folder))['daysync.db']).toBe('600');
    const messages = (await daysync.logLines()).map(({ msg }) => String(msg));
    expect(messages).toContainEqual(expect.stringMatching(/data folder .* mode 755.*chmod 700/));
  });
});
