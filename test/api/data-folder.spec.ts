import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDaysync, startDaysync } from '../daysync-process.js';
import { scratchFolder, weather } from '../scratch.js';

const DATASETS = [weather()];

describe('a data folder', () => {
  it('has one owner, which the error of a second process names', async () => {
    const first = await startDaysync({ datasets: DATASETS });
    const { folder } = first;
    const { code, stderr } = await runDaysync({ folder, datasets: DATASETS });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^the data folder .* is in use by process \d+ on .*DATA_DIR/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    await first.kill();
    const next = await startDaysync({ folder, datasets: DATASETS });
    expect(await next.stop()).toBe(0);
  });

  it('without a valid database: one line', async () => {
    const folder = await scratchFolder();
    await mkdir(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'data', 'daysync.db'), 'no database, but text '.repeat(99));
    const { code, stderr } = await runDaysync({ folder, datasets: DATASETS });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^Daysync can't use .*daysync\.db .*DATA_DIR/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('that is a file: one line, and no success', async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, 'data');
    await writeFile(file, 'not a folder');
    const { code, stderr } = await runDaysync({ folder, datasets: DATASETS });
    expect(code).toBeGreaterThan(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(file);
    expect(await readFile(file, 'utf8')).toBe('not a folder');
  });
});
