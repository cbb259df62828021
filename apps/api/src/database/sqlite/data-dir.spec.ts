import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { DataDirInUseError, lockDataDir, CrashMarker } from './data-dir.js';

let folder: string;
beforeEach(async () => {
  folder = await scratchFolder();
});

describe('lockDataDir', () => {
  it('refuses a second owner at once, names the first, and is free again when it is released', () => {
    const release = lockDataDir(folder);
    expect(() => lockDataDir(folder)).toThrow(DataDirInUseError);
    expect(() => lockDataDir(folder)).toThrow('in use by this process');
    release();
    lockDataDir(folder)();
  });
});

it('a crash marker distinguishes a crash from a stop', () => {
  const file = path.join(folder, 'running');
  const first = new CrashMarker(file);
  first.set();
  const second = new CrashMarker(file);
  second.set();
  second.clear();
  second.clear();
  const third = new CrashMarker(file);
  expect([first, second, third].map(({ crashed }) => crashed)).toEqual([false, true, false]);
});
