import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../../test/scratch.js';
import { Staging } from './staging.js';

let folder: string;
beforeEach(async () => {
  folder = await scratchFolder();
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

  it('parts its rows by their bytes, and frees them with turns in between', async () => {
    const table = staging.create(1);
    const rows = Array.from({ length: 40 }, (_, n) => [String(n).padEnd(60_000, 'x')]);
    for (let first = 0; first < 40; first += 5) table.append(rows.slice(first, first + 5));
    expect(table.chunks).toEqual([0, 8, 16, 24, 32].map((first) => ({ first, count: 8 })));
    let turns = 0;
    const count = (): void => {
      turns += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    await table.drop();
    clearImmediate(immediate);
    expect(turns).toBeGreaterThanOrEqual(5);
    expect(() => table.read(0, 9)).toThrow('no such table');
  });

  it('keeps the rows of one day apart from those of another', async () => {
    const [one, other] = [staging.create(1), staging.create(1)];
    one.append([['one']]);
    other.append([['other']]);
    await one.drop();
    expect(other.read(0, 9)).toEqual([['other']]);
    expect(() => one.read(0, 9)).toThrow('no such table');
  });
});

describe('the staging file', () => {
  const sizes = (): number[] =>
    ['staging', 'staging-wal'].map((name) => statSync(path.join(folder, name)).size);

  it('is for its owner only, with the files that SQLite has beside it', () => {
    const staging = new Staging(path.join(folder, 'staging'));
    staging.create(1).append([['secret']]);
    const modes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    staging.close();
  });

  it('shrinks once no day has rows in it, and never before', async () => {
    vi.useFakeTimers();
    const staging = new Staging(path.join(folder, 'staging'));
    const rows = Array.from({ length: 2_000 }, () => ['x'.repeat(1_000)]);
    const [one, other] = [staging.create(1), staging.create(1)];
    one.append(rows);
    other.append(rows);
    await one.drop();
    await one.drop();
    vi.advanceTimersByTime(60_000);
    expect(sizes()[0]).toBeGreaterThan(2_000_000);
    expect(other.read(0, 1)).toEqual([rows[0]]);
    await other.drop();
    vi.advanceTimersByTime(900);
    const next = staging.create(1);
    next.append(rows);
    vi.advanceTimersByTime(60_000);
    expect(next.read(1_999, 1)).toEqual([rows[0]]);
    await next.drop();
    vi.advanceTimersByTime(1_000);
    expect(sizes()[0]).toBeLessThan(10_000);
    expect(sizes()[1]).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    staging.close();
    vi.useRealTimers();
  });
});

describe('the temporary staging file', () => {
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });

  it('is replaced once no day has rows in it, also where no table could be dropped', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const staging = new Staging(null);
    const [one, other] = [staging.create(1), staging.create(1)];
    one.append([['one']]);
    other.append([['other']]);
    const exec = DatabaseSync.prototype.exec;
    const failing = vi.spyOn(DatabaseSync.prototype, 'exec');
    failing.mockImplementation(function (this: DatabaseSync, statement) {
      if (statement.startsWith('drop')) throw full;
      exec.call(this, statement);
    });
    await one.drop();
    vi.advanceTimersByTime(60_000);
    expect(other.read(0, 9)).toEqual([['other']]);
    await other.drop();
    expect(other.read(0, 9)).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(() => other.read(0, 9)).toThrow('finalized');
    const next = staging.create(1);
    next.append([['next']]);
    expect(next.read(0, 9)).toEqual([['next']]);
    await next.drop();
    // Not even a second has passed.
    const last = staging.create(1);
    expect(() => next.read(0, 9)).toThrow('finalized');
    failing.mockRestore();
    await last.drop();
    staging.close();
    vi.useRealTimers();
  });
});
