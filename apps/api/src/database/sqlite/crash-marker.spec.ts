import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CrashMarker } from './crash-marker.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'daysync-marker-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('tells an end that was asked for from one that was not', () => {
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
