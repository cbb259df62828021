// Staged rows on a disk that is really full.
import { statfsSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SmallDisk } from '../../../../test/small-disk.js';
import { Staging, type StagingTable } from './staging.js';
import { DatabaseUnavailableError } from './unavailable.js';

// Needs the right to mount.
const disk = SmallDisk.mount();
if (disk !== undefined) {
  describe('staging on a disk that is full', () => {
    const free = (): number => {
      const { bavail, bsize } = statfsSync(disk.folder);
      return bavail * bsize;
    };
    let staging: Staging;
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      staging = new Staging(path.join(disk.folder, 'staging'));
    });
    afterEach(() => {
      staging.close();
      vi.useRealTimers();
    });

    /** Appends rows until that is refused. @returns how many were kept */
    function fill(table: StagingTable, bytes: number): number {
      const rows = Array.from({ length: Math.ceil(100_000 / bytes) }, () => ['x'.repeat(bytes)]);
      for (let n = 0; n < 1_000; n++) {
        try {
          table.append(rows);
        } catch (error) {
          expect(error).toBeInstanceOf(DatabaseUnavailableError);
          expect(error).toMatchObject({
            what: 'disk',
            message: expect.stringMatching(/full/) as unknown,
          });
          return table.count;
        }
      }
      throw new Error('expected a full disk, got none');
    }

    it.each([
      ['small', 20],
      ['large', 50_000],
    ])('frees %s rows by a drop, again and again', async (_size, bytes) => {
      for (let day = 0; day < 3; day++) {
        const table = staging.create(1);
        const kept = fill(table, bytes);
        expect(kept * bytes).toBeGreaterThan(1_000_000);
        expect(table.read(kept - 1, 9)).toEqual([['x'.repeat(bytes)]]);
        await table.drop();
        vi.advanceTimersByTime(1_000);
        expect(free()).toBeGreaterThan(5_500_000);
      }
    });

    it('lets the next day begin at once, before the file would shrink', async () => {
      for (let day = 0; day < 3; day++) {
        const table = staging.create(1);
        expect(fill(table, 20) * 20).toBeGreaterThan(1_000_000);
        await table.drop();
      }
    });

    it('because of others drops later what it can not drop now, and shrinks only then', async () => {
      const large = ['x'.repeat(50_000)];
      const [one, other] = [staging.create(1), staging.create(1)];
      one.append(Array.from({ length: 16 }, () => large));
      other.append([large]);
      disk.fill();
      await one.drop();
      await other.drop();
      expect(one.read(0, 1)).toEqual([large]);
      expect(() => staging.create(1)).toThrow('the disk is full');
      vi.advanceTimersByTime(1_000);
      await nextTurn();
      expect(one.read(0, 1)).toEqual([large]);
      disk.clear();
      const next = staging.create(1);
      next.append([['next']]);
      await vi.waitFor(() => expect(() => one.read(0, 1)).toThrow('no such table'), 60_000);
      await vi.waitFor(() => expect(() => other.read(0, 1)).toThrow('no such table'), 60_000);
      await next.drop();
      vi.advanceTimersByTime(1_000);
      expect(free()).toBeGreaterThan(5_500_000);
    });

    it('tries a drop again by itself', async () => {
      const large = ['x'.repeat(50_000)];
      const table = staging.create(1);
      table.append(Array.from({ length: 16 }, () => large));
      disk.fill();
      await table.drop();
      expect(table.read(0, 1)).toEqual([large]);
      disk.clear();
      await vi.advanceTimersByTimeAsync(1_000);
      await vi.waitFor(() => expect(() => table.read(0, 1)).toThrow('no such table'), 60_000);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(free()).toBeGreaterThan(5_500_000);
    });
  });
}
