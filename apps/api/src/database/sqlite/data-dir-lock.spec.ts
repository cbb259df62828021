import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirInUseError, lockDataDir } from './data-dir-lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'daysync-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('lockDataDir', () => {
  it('refuses a second owner at once, and names the first', () => {
    const release = lockDataDir(folder);
    expect(() => lockDataDir(folder)).toThrow(DataDirInUseError);
    expect(() => lockDataDir(folder)).toThrow(`process ${process.pid}`);
    release();
  });

  it('is free again when it is given back', () => {
    lockDataDir(folder)();
    const release = lockDataDir(folder);
    expect(() => lockDataDir(folder)).toThrow(DataDirInUseError);
    release();
  });
});
