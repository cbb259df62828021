import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Staging } from './staging.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'daysync-staging-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each([
  ['in a file', () => path.join(folder, 'staging')],
  ['that is temporary', () => null],
])('staging %s', (_where, fileOf) => {
  let staging: Staging;
  beforeEach(() => {
    staging = new Staging(fileOf());
  });
  afterEach(() => {
    staging.close();
  });

  it('gives back a part of the rows as they are, in their order', () => {
    const table = staging.create(2);
    const rows = Array.from({ length: 2_500 }, (_, n) => [`row ${n}`, n / 2]);
    table.append(rows.slice(0, 1_000));
    table.append(rows.slice(1_000));
    expect(table.count).toBe(2_500);
    expect(table.read(0, 3)).toEqual(rows.slice(0, 3));
    expect(table.read(900, 200)).toEqual(rows.slice(900, 1_100));
    expect(table.read(2_499, 10)).toEqual(rows.slice(2_499));
    expect(table.read(2_500, 10)).toEqual([]);
  });

  it('loses no digit and no kind of value', () => {
    const table = staging.create(4);
    const row = [2n ** 63n - 1n, '1.10', null, 0.1];
    table.append([row, [-(2n ** 63n), '', 'a\tb', 5e-324]]);
    expect(table.read(0, 2)).toEqual([row, [-(2n ** 63n), '', 'a\tb', 5e-324]]);
  });

  it('keeps the rows of one day apart from those of another', () => {
    const [one, other] = [staging.create(1), staging.create(1)];
    one.append([['one']]);
    other.append([['other']]);
    one.drop();
    expect(other.read(0, 9)).toEqual([['other']]);
    expect(() => one.read(0, 9)).toThrow('no such table');
  });
});
