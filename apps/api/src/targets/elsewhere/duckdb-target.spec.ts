import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { SmallDisk } from '../../../../../test/small-disk.js';
import type { ColumnType, StoredValue, TargetValue } from '../column-types.js';
import { TargetUnavailableError, type TargetWait } from '../day-target.js';
import { TargetChangedError, TargetRefusedError } from '../target-rows.js';
import type { TargetColumn } from '../target.js';
import { testDayTarget } from './day-target-contract.fixture.js';
import { targetColumn } from './day-target-values.fixture.js';
import { DuckdbFile } from './duckdb-file.js';
import { DuckdbTarget } from './duckdb-target.js';
import { ENOUGH_WITHOUT_GROUPS } from './target-contract.fixture.js';
import { D1, SIGNAL, type OpenEmpty } from './target-scene.fixture.js';

const COLUMNS = [targetColumn('celsius', 'integer', false)];
const WRITTEN_PATH = './weather.duckdb';

function targetIn(
  file: string,
  columns: readonly TargetColumn[] = COLUMNS,
  table = 'weather',
): DuckdbTarget {
  return new DuckdbTarget({ path: file, writtenPath: WRITTEN_PATH, table, columns });
}

/** Runs a statement beside the targets of this process. */
async function byHand(file: string, statement: string): Promise<readonly unknown[]> {
  const shared = await DuckdbFile.share(file);
  const lease = await shared.connect(false);
  try {
    return (await lease?.connection.runAndReadAll(statement))?.getRowsJson() ?? [];
  } finally {
    lease?.release();
    await shared.release();
  }
}

/** Opens a file in another process, which runs a statement, until it is stopped. */
async function openElsewhere(file: string, statement = 'select 1'): Promise<() => Promise<void>> {
  const program = `
    import duckdb from ${JSON.stringify(import.meta.resolve('@duckdb/node-api'))};
    globalThis.instance = await duckdb.DuckDBInstance.create(${JSON.stringify(file)});
    await (await instance.connect()).run(${JSON.stringify(statement)});
    console.log('open');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit');
  const refused = exit.then(() => Promise.reject(new Error('expected an open file, got an error')));
  await Promise.race([once(child.stdout, 'data'), refused]);
  refused.catch(() => undefined);
  return async () => {
    child.kill('SIGKILL');
    await exit;
  };
}

async function valuesOf(target: DuckdbTarget): Promise<readonly StoredValue[]> {
  const values: StoredValue[] = [];
  await target.read(
    D1,
    (rows) => {
      values.push(...rows.map(([value = null]) => value));
      return Promise.resolve();
    },
    SIGNAL,
  );
  return values;
}

describe('a file for all tests of the contract', () => {
  let folder: string;
  let file: string;
  let close: () => Promise<void>;
  /** Each test has a table of its own. */
  let tables = 0;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'daysync-duckdb-'));
    file = path.join(folder, 'weather.duckdb');
    const shared = await DuckdbFile.share(file);
    // It stays open: to open it costs more than most of the tests.
    const lease = await shared.connect(true);
    close = async () => {
      lease?.release();
      await shared.release();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => close());

  const openEmpty: OpenEmpty = (columns) => {
    tables += 1;
    const table = `weather_${tables}`;
    const targets: DuckdbTarget[] = [];
    const open = (its: readonly TargetColumn[]): DuckdbTarget => {
      const target = targetIn(file, its, table);
      targets.push(target);
      return target;
    };
    return Promise.resolve({
      target: open(columns),
      reopen: (its = columns) => Promise.resolve(open(its)),
      dropPlace: async () => {
        await byHand(file, `drop table ${table}`);
      },
      close: async () => {
        await Promise.all(targets.map((target) => target.close()));
      },
    });
  };
  testDayTarget('a table in a DuckDB file', openEmpty, ENOUGH_WITHOUT_GROUPS);
});

describe('a target in a DuckDB file', () => {
  let folder: string;
  let file: string;
  let target: DuckdbTarget;
  let token: number;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'daysync-duckdb-'));
    file = path.join(folder, 'weather.duckdb');
    target = targetIn(file);
    token = 0;
  });
  afterEach(async () => {
    vi.useRealTimers();
    await target.close();
    await rm(folder, { recursive: true });
  });

  const standTimersStill = (): unknown =>
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const prepare = async (its = target): Promise<string> => {
    const { key, differences } = await its.prepare();
    expect(differences).toEqual([]);
    if (key === null) throw new TypeError('expected a key, got null');
    return key;
  };
  const write = async (
    values: readonly TargetValue[],
    key: string,
    its = target,
  ): Promise<void> => {
    token += 1;
    const rows = values.map((value) => [value]);
    await its.replaceDay({ day: D1, rows, token, key }, SIGNAL);
  };
  const failureOf = async (work: Promise<unknown>): Promise<Error> => {
    const error = await work.catch((thrown: unknown) => thrown);
    if (!(error instanceof Error)) throw new TypeError('expected an error, got none');
    expect(error.message).not.toContain(folder);
    expect(error.message).toContain(`weather in ${WRITTEN_PATH}`);
    return error;
  };
  const expectWait = async (work: Promise<unknown>, code: TargetWait): Promise<string> => {
    const error = await failureOf(work);
    expect(error).toBeInstanceOf(TargetUnavailableError);
    expect(error).toMatchObject({ code });
    return error.message;
  };

  it.each<[ColumnType, string, TargetValue, string, StoredValue]>([
    ['text', 'VARCHAR', 'a\tb', 'a\tb', 'a\tb'],
    ['integer', 'BIGINT', 7, '7', 7],
    ['integer', 'BIGINT', 2n ** 63n - 1n, '9223372036854775807', '9223372036854775807'],
    ['real', 'DOUBLE', 0.1, '0.1', 0.1],
    ['decimal', 'VARCHAR', '007.70', '007.70', '007.70'],
    ['boolean', 'BOOLEAN', 1, 'true', 1],
    ['boolean', 'BOOLEAN', 0, 'false', 0],
    ['date', 'DATE', '0001-01-01', '0001-01-01', '0001-01-01'],
    [
      'timestamp',
      'TIMESTAMP WITH TIME ZONE',
      '1969-12-31T23:59:59.999999Z',
      '1969-12-31 23:59:59.999999+00',
      '1969-12-31T23:59:59.999999Z',
    ],
    ['json', 'VARCHAR', '{ "a": 1.10 }', '{ "a": 1.10 }', '{ "a": 1.10 }'],
  ])('has %s as %s: %o is %o in DuckDB, and reads as %o', async (type, own, value, text, read) => {
    target = targetIn(file, [targetColumn('its', type)]);
    const key = await prepare();
    await write([value, null], key);
    const query = `set timezone = 'UTC'; select typeof(its), its::varchar from weather order by its nulls last`;
    expect(await byHand(file, query)).toEqual([
      [own, text],
      [own, null],
    ]);
    expect(await valuesOf(target)).toEqual([read, null]);
  });

  it('makes no file before it is prepared', async () => {
    expect(await target.readKey()).toBeNull();
    expect(await target.hasRows(D1)).toBe(false);
    expect(await target.fence(D1, 1)).toBeNull();
    await expect(write([1], '0123456789abcdef')).rejects.toBeInstanceOf(TargetChangedError);
    expect(() => rmSync(file)).toThrow('ENOENT');
  });

  it('waits for another process that has the file open', async () => {
    const key = await prepare();
    await write([1], key);
    await target.close();
    const closeElsewhere = await openElsewhere(file);
    try {
      const message = await expectWait(write([2], key), 'TARGET_LOCKED');
      expect(message).toMatch(/got a lock of another process \(PID \d+\): close the file there/);
      await expectWait(target.prepare(), 'TARGET_LOCKED');
      await expectWait(target.fence(D1, 9), 'TARGET_LOCKED');
      await expectWait(target.hasRows(D1), 'TARGET_LOCKED');
      await expectWait(target.readPage(D1, { offset: 0, limit: 1 }), 'TARGET_LOCKED');
    } finally {
      await closeElsewhere();
    }
    expect(await valuesOf(target)).toEqual([1]);
    await write([3], key);
    expect(await valuesOf(target)).toEqual([3]);
  });

  it('lets another process open the file once nothing has used it for a while', async () => {
    standTimersStill();
    const key = await prepare();
    await write([1], key);
    vi.advanceTimersByTime(4_000);
    expect(await target.hasRows(D1)).toBe(true);
    vi.advanceTimersByTime(4_000);
    expect(await valuesOf(target)).toEqual([1]);
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    // The close takes a moment.
    const closeElsewhere = await vi.waitFor(() => openElsewhere(file), { timeout: 60_000 });
    await closeElsewhere();
    await write([2], key);
    expect(await valuesOf(target)).toEqual([2]);
  });

  it('opens a file for its key only if the file has changed, and closes it at once', async () => {
    standTimersStill();
    const key = await prepare();
    await target.close();
    expect(await target.readKey()).toBe(key);
    vi.useRealTimers();
    // The timers stood still: it did not wait until the file was idle. The close takes a moment.
    const closeElsewhere = await vi.waitFor(() => openElsewhere(file), { timeout: 20_000 });
    try {
      expect(await target.readKey()).toBe(key);
      await expectWait(target.hasRows(D1), 'TARGET_LOCKED');
    } finally {
      await closeElsewhere();
    }
    // The change is only in the log.
    const stop = await openElsewhere(file, 'drop table weather');
    try {
      await expectWait(target.readKey(), 'TARGET_LOCKED');
    } finally {
      await stop();
    }
    expect(await target.readKey()).toBeNull();
    expect(await target.readKey()).toBeNull();
  });

  it('keeps a file open for a while where a check was not its only use', async () => {
    standTimersStill();
    const key = await prepare();
    await write([1], key);
    expect(await target.readKey()).toBe(key);
    await expect(openElsewhere(file)).rejects.toThrow('expected an open file');
  });

  it('waits for a folder that is not there', async () => {
    target = targetIn(path.join(folder, 'mount', 'weather.duckdb'));
    for (const work of [target.prepare(), target.readKey(), write([1], 'any')]) {
      const message = await expectWait(work, 'TARGET_UNREACHABLE');
      expect(message).toMatch(/got no such folder: create or mount it/);
    }
  });

  it('refuses a file that is no database, and a folder in its place', async () => {
    writeFileSync(file, 'no database'.repeat(1_000));
    expect(await failureOf(target.prepare())).toBeInstanceOf(TargetRefusedError);
    const inPlace = targetIn(folder);
    const error = await inPlace.prepare().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TargetRefusedError);
  });

  it('notices that its file was replaced', async () => {
    const key = await prepare();
    await write([1], key);
    const other = path.join(folder, 'other.duckdb');
    const second = targetIn(other);
    const otherKey = await prepare(second);
    await write([2], otherKey, second);
    await second.close();
    await rename(other, file);
    expect(await target.readKey()).toBe(otherKey);
    await expect(write([3], key)).rejects.toBeInstanceOf(TargetChangedError);
    expect(await valuesOf(target)).toEqual([2]);
  });

  it('is not written by a write whose file was deleted meanwhile', async () => {
    const key = await prepare();
    const rows = {
      table: '',
      count: 1,
      chunks: [{ first: 0, count: 1 }],
      read: () => {
        rmSync(file);
        return [[1]];
      },
      drop: () => Promise.resolve(),
    };
    const writing = target.replaceDay({ day: D1, rows, token: 1, key }, SIGNAL);
    await expect(writing).rejects.toBeInstanceOf(TargetChangedError);
    expect(await target.readKey()).toBeNull();
  });

  it('is one file with others that have another path to it, or another table in it', async () => {
    const link = path.join(folder, 'link');
    await symlink(folder, link);
    const linked = targetIn(path.join(link, 'weather.duckdb'));
    const beside = targetIn(file, COLUMNS, 'beside');
    const [key, sameKey, otherKey] = await Promise.all([
      prepare(),
      prepare(linked),
      prepare(beside),
    ]);
    expect(sameKey).toBe(key);
    expect(otherKey).not.toBe(key);
    await Promise.all([write([1], key, linked), write([2], otherKey, beside)]);
    expect(await valuesOf(target)).toEqual([1]);
    expect(await valuesOf(beside)).toEqual([2]);
    await Promise.all([linked.close(), beside.close()]);
    expect(await valuesOf(target)).toEqual([1]);
  });

  it('has a key that goes with its table', async () => {
    const key = await prepare();
    await write([1], key);
    await byHand(file, `comment on table weather is 'of the station'`);
    await byHand(file, 'alter table weather rename to climate');
    expect(await target.readKey()).toBeNull();
    await expect(write([2], key)).rejects.toBeInstanceOf(TargetChangedError);
    const renamed = targetIn(file, COLUMNS, 'climate');
    expect(await prepare(renamed)).toBe(key);
    expect(await renamed.fence(D1, 1)).toBe(1);
    await byHand(file, 'create or replace table climate as from climate');
    expect(await renamed.readKey()).toBeNull();
    await renamed.close();
  });

  it('gives a table of other means a key, keeps its comment, and drops tokens without a table', async () => {
    const key = await prepare();
    await write([1], key);
    const tokens = `select target from daysync_day`;
    expect(await byHand(file, tokens)).toEqual([[key]]);
    await byHand(
      file,
      `create or replace table weather (celsius bigint not null, sync_day date not null);
      comment on column weather.sync_day is 'the station''s day';
      insert into weather values (7, '${D1}')`,
    );
    expect(await target.readKey()).toBeNull();
    const after = await prepare();
    expect(after).not.toBe(key);
    expect(await byHand(file, tokens)).toEqual([]);
    const comments = `select comment from duckdb_columns() where column_name = 'sync_day'`;
    expect(await byHand(file, comments)).toEqual([[`the station's day; daysync key ${after}`]]);
    expect(await valuesOf(target)).toEqual([7]);
    await write([8], after);
    expect(await valuesOf(target)).toEqual([8]);
  });

  it('refuses rows that break a constraint of the table, and a table that was altered', async () => {
    await byHand(file, 'select 1');
    const key = await prepare();
    await byHand(
      file,
      `create or replace table weather (sync_day date not null, celsius bigint not null unique check (celsius < 60))`,
    );
    const after = await prepare();
    expect(after).not.toBe(key);
    await write([1, 2], after);
    await write([2, 3], after);
    expect((await failureOf(write([4, 4], after))).message).toMatch(/duplicate key "4"/);
    expect((await failureOf(write([4, 61], after))).message).toMatch(/CHECK constraint failed/);
    expect(await valuesOf(target)).toEqual([2, 3]);
    await byHand(file, 'alter table weather add column kelvin bigint');
    const error = await failureOf(write([5], after));
    expect(error).toBeInstanceOf(TargetRefusedError);
    expect(error.message).toMatch(/column kelvin: .*alter table "weather" drop column "kelvin"/);
    expect(await valuesOf(target)).toEqual([2, 3]);
  });

  it('can not be read without one of its columns', async () => {
    await write([1], await prepare());
    await byHand(file, 'alter table weather rename column celsius to kelvin');
    const error = await failureOf(valuesOf(target));
    expect(error).toBeInstanceOf(TargetRefusedError);
    expect(error.message).toMatch(/celsius/);
  });

  it('reads what others have written, wherever it is in the table', async () => {
    target = targetIn(file, [targetColumn('on', 'date'), targetColumn('at', 'timestamp')]);
    await prepare();
    const instants = `(null, 'infinity'), (null, '-infinity'), ('infinity', null),
      ('0044-03-15 (BC)', '0044-03-15 (BC) 00:00:00+00'), (null, '0001-01-01 00:00:00+00'),
      (null, '12025-01-01 00:00:00+00'), ('2025-10-01', '1969-12-31 23:59:59.999999+00')`;
    await byHand(
      file,
      `insert into weather select '2025-09-01', null, null from range(40000);
      insert into weather select '${D1}', * from (values ${instants});
      insert into weather select '2025-09-02', null, null from range(40000);
      insert into weather values ('${D1}', '2025-10-02', null)`,
    );
    const rows: (readonly StoredValue[])[] = [];
    await target.read(D1, (some) => Promise.resolve(void rows.push(...some)), SIGNAL);
    expect(rows).toEqual([
      [null, 'infinity'],
      [null, '-infinity'],
      [expect.any(String), null],
      ['0044-03-15 (BC)', '0044-03-15 (BC) 00:00:00'],
      [null, '0001-01-01T00:00:00.000000Z'],
      [null, '12025-01-01 00:00:00'],
      ['2025-10-01', '1969-12-31T23:59:59.999999Z'],
      ['2025-10-02', null],
    ]);
    const page = await target.readPage(D1, { offset: 6, limit: 5 });
    expect(page).toEqual({ total: 8, rows: rows.slice(6) });
  });

  it('refuses texts that DuckDB would change', async () => {
    target = targetIn(file, [targetColumn('note', 'text')]);
    const key = await prepare();
    for (const text of ['a\0b', 'half \uD83D']) {
      const { message } = await failureOf(write(['fits', text], key));
      expect(message).toMatch(/row 2 of the day, column note: expected well-formed text/);
    }
    expect(await valuesOf(target)).toEqual([]);
  });

  it('refuses values for which DuckDB has not enough memory, and keeps the old rows', async () => {
    target = targetIn(file, [targetColumn('note', 'text')]);
    const key = await prepare();
    await write(['old'], key);
    const large = Array.from({ length: 40 }, (_, n) => String(n % 10).repeat(1_000_000));
    // DuckDB has it for the file, until the file is opened again.
    await byHand(file, `set memory_limit = '30MiB'`);
    const error = await failureOf(write(large, key));
    expect(error).toBeInstanceOf(TargetRefusedError);
    expect(error.message).toMatch(/got: values that need more memory: .*\/30\.0 MiB used/);
    await target.close();
    expect(await valuesOf(target)).toEqual(['old']);
    expect(await target.fence(D1, token)).toBe(token - 1);
    await write(large, key);
    expect(await valuesOf(target)).toEqual(large);
  });

  it('shows a reader of this process the old rows of a day or the new ones', async () => {
    const key = await prepare();
    const count = draws(2_100, 3_000);
    const of = (n: number): readonly number[] => Array.from({ length: count }, () => n);
    await write(of(0), key);
    const written = new AbortController();
    const seen = new Set<StoredValue>();
    const polling = (async () => {
      while (!written.signal.aborted) {
        const values = await valuesOf(target);
        expect(values).toHaveLength(count);
        const [first = null] = values;
        expect(values.every((value) => value === first)).toBe(true);
        seen.add(first);
      }
    })();
    for (let n = 1; n <= draws(8, 20); n += 1) await write(of(n), key);
    written.abort();
    await polling;
    expect(seen.size).toBeGreaterThan(1);
  });

  // Needs the right to mount.
  const disk = SmallDisk.mount();
  if (disk !== undefined) {
    it('waits for room on its disk, and keeps the old rows', async () => {
      target = targetIn(path.join(disk.folder, 'weather.duckdb'), [targetColumn('note', 'text')]);
      const key = await prepare();
      await write(['old'], key);
      disk.fill();
      try {
        const values = Array.from({ length: 30_000 }, (_, n) => `note ${n} ${n * 7_919}`);
        const message = await expectWait(write(values, key), 'TARGET_FULL');
        expect(message).toMatch(/got a full disk: free some room there/);
        expect(await valuesOf(target)).toEqual(['old']);
      } finally {
        disk.clear();
      }
      await write(['new'], key);
      expect(await valuesOf(target)).toEqual(['new']);
    });

    it('waits until its disk may be written', async () => {
      target = targetIn(path.join(disk.folder, 'read-only.duckdb'));
      const key = await prepare();
      await write([1], key);
      await target.close();
      const mount = (how: string): void => {
        execFileSync('mount', ['-o', `remount,${how}`, disk.folder]);
      };
      mount('ro');
      try {
        const message = await expectWait(write([2], key), 'TARGET_READ_ONLY');
        expect(message).toMatch(/got a file or a folder that may only be read/);
      } finally {
        mount('rw');
      }
      expect(await valuesOf(target)).toEqual([1]);
      await write([3], key);
      expect(await valuesOf(target)).toEqual([3]);
    });
  }
});
