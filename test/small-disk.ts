// A disk of a few megabytes: a tmpfs, if the system lets the test mount one.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterFile } from './after-file.js';

const SIZE = '6m';
const BLOCK = Buffer.alloc(4_096);

export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** @returns undefined if the test may not mount */
  static mount(): SmallDisk | undefined {
    const folder = mkdtempSync(path.join(tmpdir(), 'daysync-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'daysync-test', folder], {
        stdio: 'ignore',
      });
    } catch {
      rmdirSync(folder);
      return undefined;
    }
    afterFile(() => {
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    });
    return new SmallDisk(folder);
  }

  fill(): void {
    const file = openSync(this.filler, 'a');
    try {
      for (;;) writeSync(file, BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  clear(): void {
    rmSync(this.filler);
  }

  private get filler(): string {
    return path.join(this.folder, 'filler');
  }
}
