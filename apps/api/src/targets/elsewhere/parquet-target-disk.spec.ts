// A folder of Parquet files on a disk that is really full, and on one that may only be read.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SmallDisk } from '../../../../../test/small-disk.js';
import { targetColumn } from './day-target-values.fixture.js';
import { ParquetTarget } from './parquet-target.js';
import { D1 as DAY, SIGNAL } from './target-scene.fixture.js';

// Needs the right to mount.
const disk = SmallDisk.mount();
if (disk !== undefined) {
  describe('a folder of Parquet files', () => {
    const open = (name: string): ParquetTarget =>
      new ParquetTarget({
        path: path.join(disk.folder, name),
        writtenPath: name,
        columns: [targetColumn('note', 'text')],
      });
    const numberOf = async (target: ParquetTarget): Promise<number> =>
      (await target.readPage(DAY, { offset: 0, limit: 0 })).total;

    it('waits while its disk is full, and has the old day', async () => {
      const target = open('full');
      const { key } = await target.prepare();
      const write = (rows: readonly (readonly string[])[], token: number): Promise<void> =>
        target.replaceDay({ day: DAY, rows, token, key: key ?? '' }, SIGNAL);
      await write([['old']], 1);
      const full = { name: 'TargetUnavailableError', code: 'TARGET_FULL' };
      // What compresses to nothing would have room.
      const large = Array.from({ length: 100 }, () => [randomBytes(50_000).toString('hex')]);
      await expect(write(large, 2)).rejects.toMatchObject({
        ...full,
        message: 'expected full to have room on its disk, got ENOSPC',
      });
      const names = await readdir(path.join(disk.folder, 'full', `sync_day=${DAY}`));
      expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(await numberOf(target)).toBe(1);
      disk.fill();
      await expect(open('another').prepare()).rejects.toMatchObject(full);
      expect(await target.readKey()).toBe(key);
      expect(await numberOf(target)).toBe(1);
      disk.clear();
      await write([['new'], ['newer']], 3);
      expect(await numberOf(target)).toBe(2);
    });

    it('can be read while it may not be written, and waits with all else', async () => {
      const target = open('readable');
      const { key } = await target.prepare();
      await target.replaceDay({ day: DAY, rows: [['old']], token: 1, key: key ?? '' }, SIGNAL);
      const readOnly = { name: 'TargetUnavailableError', code: 'TARGET_READ_ONLY' };
      execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
      try {
        const writing = target.replaceDay({ day: DAY, rows: [], token: 2, key: key ?? '' }, SIGNAL);
        await expect(writing).rejects.toMatchObject(readOnly);
        await expect(target.fence(DAY, 3)).rejects.toMatchObject(readOnly);
        await expect(open('another').prepare()).rejects.toMatchObject(readOnly);
        expect(await target.prepare()).toEqual({ key, differences: [], changes: [] });
        expect(await numberOf(target)).toBe(1);
        expect(await target.hasRows(DAY)).toBe(true);
      } finally {
        execFileSync('mount', ['-o', 'remount,rw', disk.folder]);
      }
      expect(await target.fence(DAY, 3)).toBe(1);
    });
  });
}
