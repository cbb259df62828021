import {
  copyFile,
  mkdir,
  open as openFile,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { calendarDay } from '@daysync/progress';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { ParquetFile } from '../../parquet/parquet-file.js';
import { StaleWriteError } from '../day-target.js';
import type { TargetDay } from '../target-fingerprint.js';
import { TargetChangedError, TargetRefusedError } from '../target-rows.js';
import type { TargetColumn } from '../target.js';
import { testDayTarget } from './day-target-contract.fixture.js';
import { targetColumn } from './day-target-values.fixture.js';
import { ParquetTarget } from './parquet-target.js';
import {
  D1 as DAY,
  dayOf as dayOfColumns,
  SIGNAL,
  UNKNOWN,
  type GivenRows,
} from './target-scene.fixture.js';

testDayTarget('a folder of Parquet files', async (columns) => {
  const folder = path.join(await scratchFolder(), 'orders');
  const open = (its = columns): ParquetTarget =>
    new ParquetTarget({ path: folder, writtenPath: 'orders', columns: its });
  return {
    target: open(),
    reopen: (its) => Promise.resolve(open(its)),
    dropPlace: () => rm(folder, { recursive: true }),
    close: () => Promise.resolve(),
  };
});

const COLUMNS = [targetColumn('id', 'integer', false), targetColumn('note', 'text')];

/** The names in each folder when it was last flushed, by the numbers of the folders. */
type Syncs = Map<number, readonly string[]>;

async function watchSyncs(): Promise<Syncs> {
  const synced: Syncs = new Map();
  const handle = await openFile('.', 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync } = prototype;
  vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    const its = await this.stat();
    if (its.isDirectory()) synced.set(its.ino, await readdir(`/proc/self/fd/${this.fd}`));
    await sync.call(this);
  });
  return synced;
}

/** Expects that folders were flushed with every name that they have now. */
async function expectSynced(synced: Syncs, ...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const names = synced.get((await stat(folder)).ino);
    expect(names, folder).toEqual(expect.arrayContaining(await readdir(folder)));
  }
}

const dayOf = (rows: GivenRows): Promise<TargetDay> => dayOfColumns(COLUMNS, rows);

describe('a folder of Parquet files', () => {
  let parent: string;
  let folder: string;
  let target: ParquetTarget;
  let key: string;
  let token: number;
  const open = (columns: readonly TargetColumn[] = COLUMNS): ParquetTarget =>
    new ParquetTarget({ path: folder, writtenPath: './orders', columns });
  const at = (...names: readonly string[]): string => path.join(folder, ...names);
  const ofDay = (name: string): string => at(`sync_day=${DAY}`, name);
  const filesOfDay = async (): Promise<string[]> => (await readdir(at(`sync_day=${DAY}`))).sort();
  const write = async (rows: GivenRows, its = ++token): Promise<void> => {
    await target.replaceDay({ day: DAY, rows, token: its, key }, SIGNAL);
  };
  const counted = (): Promise<TargetDay> => target.fingerprint(DAY, UNKNOWN, SIGNAL);
  const rowsOf = async (): Promise<unknown[]> => {
    const rows: unknown[] = [];
    const take = (some: readonly unknown[]): Promise<void> => {
      rows.push(...some);
      return Promise.resolve();
    };
    await target.read(DAY, take, SIGNAL);
    return rows;
  };

  beforeEach(async () => {
    parent = await scratchFolder();
    folder = path.join(parent, 'orders');
    target = open();
    token = 10;
    const prepared = await target.prepare();
    expect(prepared.changes).toEqual([
      'created the folder ./orders',
      'created ./orders/_daysync.json',
    ]);
    key = prepared.key ?? '';
  });

  it('has a file a day in the layout of Hive, its columns, and one fence', async () => {
    await write([[1, 'a']]);
    await write([[2, 'b']]);
    await write([], 12);
    expect((await readdir(folder)).sort()).toEqual(['_daysync.json', 'sync_day=2025-10-01']);
    expect(await filesOfDay()).toEqual([`.fence.${key}.12`, 'day.parquet']);
    expect(JSON.parse(await readFile(at('_daysync.json'), 'utf8'))).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
      columns: [
        { name: 'id', type: 'integer', nullable: false },
        { name: 'note', type: 'text', nullable: true },
      ],
    });
    const file = await ParquetFile.open(ofDay('day.parquet'), SIGNAL);
    expect(file.columns.map(({ name }) => name)).toEqual(['id', 'note']);
    expect([...file.notes]).toEqual([
      ['daysync.token', '12'],
      ['daysync.key', key],
    ]);
    expect(file.rows).toBe(0);
    await file.close();
  });

  it('is a new one once it lost what it is: its days are none of its own', async () => {
    await write([[1, 'a']]);
    await rm(at('_daysync.json'));
    expect(await target.readKey()).toBeNull();
    await expect(write([[2, 'b']])).rejects.toBeInstanceOf(TargetChangedError);
    expect(await target.fence(DAY, ++token)).toBeNull();
    const refused = await target.prepare().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TargetRefusedError);
    expect(refused).toMatchObject({
      message:
        'expected ./orders to have a _daysync.json or no days, got: sync_day=2025-10-01 with files; to fix it: choose another folder, restore _daysync.json, or move all days away',
    });
    const away = path.join(parent, 'away');
    await rename(at(`sync_day=${DAY}`), away);
    const { key: after, changes } = await target.prepare();
    expect(after).not.toBe(key);
    expect(changes).toEqual(['created ./orders/_daysync.json']);
    // Another installation counts its tokens from one.
    await rename(away, at(`sync_day=${DAY}`));
    expect(await target.fence(DAY, 1)).toBeNull();
    await target.replaceDay({ day: DAY, rows: [[3, 'c']], token: 1, key: after ?? '' }, SIGNAL);
    expect(await target.fence(DAY, 1)).toBe(1);
    expect(await filesOfDay()).toEqual([`.fence.${after ?? ''}.1`, 'day.parquet']);
  });

  it('does not touch the days of another program', async () => {
    const lake = path.join(parent, 'lake');
    const others = path.join(lake, 'sync_day=2025-09-30', 'part-0.snappy.parquet');
    await mkdir(path.dirname(others), { recursive: true });
    await writeFile(others, 'rows');
    const ours = new ParquetTarget({ path: lake, writtenPath: 'lake', columns: COLUMNS });
    await expect(ours.prepare()).rejects.toThrow(
      'expected lake to have a _daysync.json or no days, got: sync_day=2025-09-30 with files',
    );
    expect(await ours.readKey()).toBeNull();
    expect(await readdir(lake)).toEqual(['sync_day=2025-09-30']);
    expect(await readFile(others, 'utf8')).toBe('rows');
    // Nor days with folders of their own.
    await rm(others);
    await mkdir(path.join(path.dirname(others), 'hour=03'));
    await expect(ours.prepare()).rejects.toBeInstanceOf(TargetRefusedError);
  });

  it('may have days without files, and other files beside them', async () => {
    await rm(at('_daysync.json'));
    await mkdir(at(`sync_day=${DAY}`));
    await writeFile(ofDay(`.fence.${key}.3`), '');
    await mkdir(at('notes'));
    await writeFile(at('notes', 'readme.txt'), 'no rows');
    await writeFile(at('earlier.parquet'), 'rows');
    const { changes } = await target.prepare();
    expect(changes).toEqual(['created ./orders/_daysync.json']);
  });

  it('has every name on the disk before it counts as written', async () => {
    const synced = await watchSyncs();
    try {
      const orders = path.join(parent, 'more');
      const more = new ParquetTarget({ path: orders, writtenPath: 'more', columns: COLUMNS });
      const { key: its } = await more.prepare();
      await expectSynced(synced, parent, orders);
      await more.replaceDay({ day: DAY, rows: [[1, 'a']], token: 1, key: its ?? '' }, SIGNAL);
      await expectSynced(synced, orders, path.join(orders, `sync_day=${DAY}`));
      const later = calendarDay('2025-10-02');
      await more.fence(later, 2);
      await expectSynced(synced, orders, path.join(orders, `sync_day=${later}`));
      synced.clear();
      await more.replaceDay({ day: DAY, rows: [[1, 'a']], token: 2, key: its ?? '' }, SIGNAL);
      // A day that has its folder needs no more than the flush of it.
      expect(synced.size).toBe(1);
      await expectSynced(synced, path.join(orders, `sync_day=${DAY}`));
      synced.clear();
      const columns = [...COLUMNS, targetColumn('later', 'real')];
      await new ParquetTarget({ path: orders, writtenPath: 'more', columns }).prepare();
      await expectSynced(synced, orders);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('says what is wrong with a file that does not say what it is', async () => {
    for (const text of ['', '{}', '{"key":"x","columns":[]}', `{"key":"${key}","columns":[{}]}`]) {
      await writeFile(at('_daysync.json'), text);
      await expect(target.prepare()).rejects.toThrow(
        /expected \.\/orders\/_daysync\.json to have a key and columns, got: ".*to fix it: restore this file, or move the folder away/,
      );
      await expect(target.readKey()).rejects.toBeInstanceOf(TargetRefusedError);
      await expect(write([[1, 'a']])).rejects.toBeInstanceOf(TargetRefusedError);
    }
  });

  it('says which columns differ, and how to fix it', async () => {
    const { differences } = await open([targetColumn('id', 'text', false)]).prepare();
    expect(differences).toEqual([
      {
        ...{
          table: './orders',
          column: 'id',
          expected: 'text not null',
          received: 'integer not null',
        },
        fix: 'remove the folder ./orders (its days are then missing, and are synced again)',
      },
      {
        ...{ table: './orders', column: 'note', expected: 'no such column', received: 'text' },
        fix: 'remove the column from ./orders/_daysync.json (files of earlier days keep its values)',
      },
    ]);
  });

  it('has no column that was removed from it, and NULL in one that came later', async () => {
    await write([[1, 'a']]);
    await writeFile(
      at('_daysync.json'),
      JSON.stringify({ key, columns: [{ name: 'id', type: 'integer', nullable: false }] }),
    );
    target = open([targetColumn('later', 'real'), ...COLUMNS.slice(0, 1)]);
    expect(await target.prepare()).toEqual({
      ...{ key, differences: [] },
      changes: ['added the column later to ./orders/_daysync.json'],
    });
    expect(await rowsOf()).toEqual([[null, 1]]);
  });

  describe('altered by hand', () => {
    const others = Buffer.from(
      parquetWriteBuffer({
        columnData: [
          { name: 'note', data: ['by hand', null], type: 'STRING' },
          { name: 'id', data: [7, 2 ** 31 - 1], type: 'INT32' },
          { name: 'more', data: [true, false], type: 'BOOLEAN' },
        ],
      }),
    );

    it('leaves a folder with the name of a file', async () => {
      await write([[1, 'one']]);
      await mkdir(at(`sync_day=${DAY}/more.parquet`));
      await write([[2, 'two']]);
      expect(await target.fingerprint(DAY, UNKNOWN, SIGNAL)).toEqual(await dayOf([[2, 'two']]));
      expect(await filesOfDay()).toContain('more.parquet');
    });

    it('counts and reads the rows of other files, and a write removes them', async () => {
      await write([[1, 'a']]);
      await writeFile(ofDay('more.parquet'), others);
      await writeFile(ofDay('.hidden.parquet'), others);
      await writeFile(ofDay('readme.txt'), 'no rows');
      const rows = [
        [1, 'a'],
        [7, 'by hand'],
        [2 ** 31 - 1, null],
      ];
      expect(await rowsOf()).toEqual(rows);
      expect(await counted()).toEqual(await dayOf(rows));
      expect(await target.readPage(DAY, { offset: 1, limit: 1 })).toEqual({
        ...{ total: 3, rows: [[7, 'by hand']] },
      });
      // The day has other rows than those of its write.
      expect(await target.fence(DAY, token)).toBeNull();
      await write([[2, 'b']]);
      expect(await rowsOf()).toEqual([[2, 'b']]);
      expect(await target.fence(DAY, token)).toBe(token);
      expect(await filesOfDay()).toEqual([
        `.fence.${key}.${token}`,
        ...['.hidden.parquet', 'day.parquet', 'readme.txt'],
      ]);
    });

    it('has the rows of a file that replaced its own, and no write that they come from', async () => {
      await write([[1, 'a']]);
      await writeFile(ofDay('day.parquet'), others);
      expect(await target.fence(DAY, token)).toBeNull();
      expect(await target.hasRows(DAY)).toBe(true);
      expect(await rowsOf()).toEqual([
        [7, 'by hand'],
        [2 ** 31 - 1, null],
      ]);
      // The fence is still there.
      await expect(write([[2, 'b']], token - 1)).rejects.toBeInstanceOf(StaleWriteError);
    });

    it('refuses to read a file that is no Parquet by its path, and a write replaces it', async () => {
      await write([[1, 'a']]);
      const whole = await readFile(ofDay('day.parquet'));
      for (const bytes of [Buffer.from('day,value\n'), whole.subarray(0, -5), Buffer.alloc(0)]) {
        await writeFile(ofDay('day.parquet'), bytes);
        for (const read of [rowsOf, counted, () => target.hasRows(DAY)]) {
          const error = await read().catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(TargetRefusedError);
          expect(String(error)).toContain(
            'expected ./orders/sync_day=2025-10-01/day.parquet to be a Parquet file that can be read, got: ',
          );
        }
        expect(await target.fence(DAY, token)).toBeNull();
        await write([[2, 'b']]);
        expect(await rowsOf()).toEqual([[2, 'b']]);
      }
    });

    it('has no rows where the folder of a day was removed, and the next write makes it', async () => {
      await write([[1, 'a']]);
      await rm(at(`sync_day=${DAY}`), { recursive: true });
      expect(await target.hasRows(DAY)).toBe(false);
      expect(await target.fence(DAY, token)).toBeNull();
      await write([[2, 'b']]);
      expect(await rowsOf()).toEqual([[2, 'b']]);
    });

    it('does not take the place of a folder that was made anew meanwhile', async () => {
      const rows = Array.from({ length: 30_000 }, (_, id) => [id, null]);
      const writing = write(rows).catch((error: unknown) => error);
      await rename(folder, `${folder}-away`);
      await open().prepare();
      expect(await writing).toBeInstanceOf(TargetChangedError);
      expect(await target.hasRows(DAY)).toBe(false);
    });
  });

  it('removes what a crash has left, by the next write or fence', async () => {
    await write([[1, 'a']]);
    const left = `.day.${key}.${token}.tmp`;
    await writeFile(ofDay(left), 'half');
    await target.fence(DAY, token);
    expect(await filesOfDay()).toContain(left);
    await target.fence(DAY, ++token);
    expect(await filesOfDay()).toEqual([`.fence.${key}.${token}`, 'day.parquet']);
    await writeFile(ofDay(left), 'half');
    await write([[2, 'b']]);
    expect(await filesOfDay()).not.toContain(left);
    expect(await rowsOf()).toEqual([[2, 'b']]);
  });

  it('is away where the folder that it is in is away, and is no folder where it is a file', async () => {
    await write([[1, 'a']]);
    const all = (): readonly Promise<unknown>[] => [
      target.prepare(),
      target.readKey(),
      write([[2, 'b']]),
      target.fence(DAY, ++token),
      target.hasRows(DAY),
      counted(),
      rowsOf(),
      target.readPage(DAY, { offset: 0, limit: 1 }),
    ];
    await rename(parent, `${parent}-away`);
    for (const work of await Promise.allSettled(all())) {
      expect(work).toMatchObject({
        status: 'rejected',
        reason: {
          ...{ name: 'TargetUnavailableError', code: 'TARGET_UNREACHABLE' },
          message: 'expected ./orders to be reachable, got ENOENT',
        },
      });
    }
    await mkdir(parent);
    await writeFile(folder, 'a file');
    for (const work of await Promise.allSettled(all())) {
      expect(work).toMatchObject({ status: 'rejected', reason: { name: 'TargetRefusedError' } });
    }
    await rm(parent, { recursive: true });
    await rename(`${parent}-away`, parent);
    expect(await rowsOf()).toEqual([[1, 'a']]);
  });

  it('shows a poller the old day or the new one, at every instant', async () => {
    const SIZE = 400;
    await write(Array.from({ length: SIZE }, () => [0, null]));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    let isDone = false;
    let polls = 0;
    const poll = async (): Promise<void> => {
      while (!isDone) {
        const reader = await connection.runAndReadAll(`
          select count(*)::integer, min(id)::integer, max(id)::integer
          from read_parquet('${folder}/**/*.parquet', hive_partitioning = true)`);
        const [[count, least, most] = []] = reader.getRows();
        expect([count, most]).toEqual([SIZE, least]);
        polls += 1;
      }
    };
    const polling = poll();
    try {
      for (let round = 1; round <= 100; round += 1) {
        await write(Array.from({ length: SIZE }, () => [round, null]));
        expect(await rowsOf()).toHaveLength(SIZE);
      }
    } finally {
      isDone = true;
      await polling;
      connection.closeSync();
    }
    expect(polls).toBeGreaterThan(1);
  });

  it('may be copied as it is', async () => {
    await write([[1, 'a']]);
    const copy = path.join(parent, 'copy');
    await mkdir(path.join(copy, `sync_day=${DAY}`), { recursive: true });
    await copyFile(at('_daysync.json'), path.join(copy, '_daysync.json'));
    await copyFile(ofDay('day.parquet'), path.join(copy, `sync_day=${DAY}`, 'day.parquet'));
    const copied = new ParquetTarget({ path: copy, writtenPath: 'copy', columns: COLUMNS });
    expect((await copied.prepare()).key).toBe(key);
    expect(await copied.fence(DAY, token)).toBe(token);
    expect(await copied.fingerprint(DAY, UNKNOWN, SIGNAL)).toEqual(await dayOf([[1, 'a']]));
  });
});
