import { beforeEach, describe, expect, it } from 'vitest';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import type { WorkerState } from '../runner/lane-worker.js';
import { ReadinessChecks } from './readiness.js';

let now: number;
let probes: number;
let probe: () => Promise<void>;
let state: WorkerState;
let advances: number;
let freeBytes: () => Promise<number>;
let readiness: ReadinessChecks;
beforeEach(() => {
  now = 0;
  probes = 0;
  probe = async () => undefined;
  state = 'running';
  advances = 0;
  freeBytes = async () => 200 * 1_048_576;
  readiness = new ReadinessChecks({
    database: {
      probe: () => {
        probes += 1;
        return probe();
      },
      get advances() {
        return advances;
      },
    },
    worker: {
      get state() {
        return state;
      },
    },
    clock: { monotonic: () => now },
    freeBytes: () => freeBytes(),
    mostCommitMs: 50,
  });
});

async function failing(): Promise<string[]> {
  const { checks, ready } = await readiness.read();
  expect(checks.map(({ name }) => name)).toEqual(['database', 'loop', 'disk']);
  const names = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  expect(ready).toBe(names.length === 0);
  return names;
}

describe('readiness', () => {
  it('is there when all of its parts are', async () => {
    expect(await failing()).toEqual([]);
  });

  it('is not there while the database can not be written', async () => {
    probe = async () => {
      throw new DatabaseUnavailableError('disk', 'the disk is full');
    };
    expect(await failing()).toEqual(['database']);
  });

  it('is not there while a commit does not come back, and asks for no second one', async () => {
    const stuck = Promise.withResolvers<void>();
    probe = () => stuck.promise;
    expect(await failing()).toEqual(['database']);
    now += 5_000;
    expect(await failing()).toEqual(['database']);
    expect(probes).toBe(1);
    stuck.resolve();
    await stuck.promise;
    probe = async () => undefined;
    now += 5_000;
    expect(await failing()).toEqual([]);
  });

  it('is ready while the probe waits for a large transaction', async () => {
    probe = () => Promise.withResolvers<void>().promise;
    const checked = failing();
    advances += 1;
    expect(await checked).toEqual([]);
    now += 5_000;
    expect(await failing()).toEqual(['database']);
  });

  it.each(['starting', 'broken', 'stopping'] as const)('is not there while %s', async (loop) => {
    state = loop;
    expect(await failing()).toEqual(['loop']);
  });

  it('is not there where the disk has less than 100 MB', async () => {
    freeBytes = async () => 100 * 1_048_576 - 1;
    expect(await failing()).toEqual(['disk']);
    const { checks } = await readiness.read();
    expect(checks[2]?.detail).toBe('expected at least 100 MB free, got 99 MB free');
  });

  it('fails without the data folder, with the code of the error', async () => {
    freeBytes = async () => {
      throw Object.assign(new Error('no such folder'), { code: 'ENOENT' });
    };
    expect(await failing()).toEqual(['disk']);
    const { checks } = await readiness.read();
    expect(checks[2]?.detail).toBe('can not read the free space of DATA_DIR: ENOENT');
  });

  it('is checked again after a check that failed unexpectedly', async () => {
    probe = async () => {
      throw new TypeError('a bug');
    };
    await expect(readiness.read()).rejects.toThrow('a bug');
    probe = async () => undefined;
    expect(await failing()).toEqual([]);
  });

  it('is checked once a second, for any number of requests', async () => {
    await Promise.all(Array.from({ length: 50 }, () => readiness.read()));
    now += 999;
    await readiness.read();
    expect(probes).toBe(1);
    now += 1;
    await readiness.read();
    expect(probes).toBe(2);
  });
});
