import { existsSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { DuckdbFile, DuckdbFileGoneError, NoFolderError } from './duckdb-file.js';

async function newFile(): Promise<string> {
  return path.join(await scratchFolder(), 'a.duckdb');
}

describe('a DuckDB file', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is opened again once DuckDB has given up on it, as soon as nothing uses it', async () => {
    const file = await DuckdbFile.share(await newFile());
    const lease = await file.connect(true);
    await lease?.connection.run('create table t as select 7 as n');
    lease?.giveUp();
    await expect(file.connect(false)).rejects.toBeInstanceOf(DuckdbFileGoneError);
    lease?.release();
    const again = await file.connect(false);
    const rows = await again?.connection.runAndReadAll('from t');
    expect(rows?.getRows()).toEqual([[7]]);
    again?.release();
    await file.release();
  });

  it('is not there before somebody makes it', async () => {
    const name = await newFile();
    const file = await DuckdbFile.share(name);
    expect(await file.connect(false)).toBeNull();
    expect(await file.isThere()).toBe(true);
    (await file.connect(true))?.release();
    (await file.connect(false))?.release();
    await file.release();
    await expect(DuckdbFile.share(path.join(name, 'b'))).rejects.toBeInstanceOf(NoFolderError);
  });

  it('is closed by the last that uses it, also where that is after its release', async () => {
    const name = await newFile();
    const [one, other] = [await DuckdbFile.share(name), await DuckdbFile.share(name)];
    expect(other).toBe(one);
    const lease = await one.connect(true);
    await lease?.connection.run('create table t (n integer)');
    await one.release();
    await other.release();
    await lease?.connection.run('insert into t values (1)');
    expect(existsSync(`${name}.wal`)).toBe(true);
    lease?.release();
    // The timers stand still: it does not wait until the file is idle.
    while (existsSync(`${name}.wal`)) await nextTurn();
    const later = await DuckdbFile.share(name);
    const again = await later.connect(false);
    const rows = await again?.connection.runAndReadAll('from t');
    expect(rows?.getRows()).toEqual([[1]]);
    again?.release();
    await later.release();
    expect(await DuckdbFile.share(name)).not.toBe(later);
  });

  it('is written in turns, which an abort leaves', async () => {
    const file = await DuckdbFile.share(await newFile());
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const order: string[] = [];
    const first = file.inTurn(async () => {
      await promise;
      order.push('first');
    });
    const stop = new AbortController();
    const second = file.inTurn(() => {
      order.push('second');
      return Promise.resolve();
    }, stop.signal);
    const third = file.inTurn(() => {
      order.push('third');
      return Promise.reject(new Error('third'));
    });
    const fourth = file.inTurn(() => Promise.resolve(order.push('fourth')));
    stop.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    expect(order).toEqual([]);
    resolve(undefined);
    await first;
    await expect(third).rejects.toThrow('third');
    await fourth;
    expect(order).toEqual(['first', 'third', 'fourth']);
    await file.release();
  });
});
