import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { scratchFolder } from '../../../../../test/scratch.js';
import { draws } from '../../../../../test/draws.js';
import { DAY_INDEX_LIMITS } from '../day-index/day-index-builder.js';
import { SourceError } from '../day-source.js';
import type { ParquetContent } from './parquet-content.js';
import { ParquetDayIndex } from './parquet-day-index.js';
import { duckdbFile } from './parquet-files.fixture.js';
import { readParquet } from './parquet-rows.js';

const { signal } = new AbortController();
/** Of each file. */
const MUTATIONS = draws(25, 150);

/** Every type and encoding that DuckDB writes. */
const QUERY = `
  select case i % 5 when 4 then null else date '2025-01-01' + (i // 50)::integer end as day,
         i as n, i % 3 = 0 as flag, (i / 7.0)::float as r, 'word ' || i % 9 as word, md5(i::text) as text,
         (i * 1.01)::decimal(30, 4) as price, timestamptz '2025-01-01 00:00:00Z' + to_seconds(i) as at,
         case when i % 4 = 0 then null else [i, null, i + 1] end as list,
         { a: i, b: ['x', 'y' || i] } as part, map { 'k' || i % 3: i } as named
  from range(400) t(i)`;

let folder: string;
const files = new Map<string, Buffer>();
beforeAll(async () => {
  folder = await scratchFolder();
  for (const [name, options] of [
    ['plain pages', `codec 'uncompressed', row_group_size 128, dictionary_size_limit 1`],
    ['dictionaries', `codec 'snappy', row_group_size 128`],
    ['pages of version 2', `codec 'zstd', parquet_version v2`],
  ] as const) {
    const path = join(folder, 'a.parquet');
    await duckdbFile(path, QUERY, options);
    files.set(name, await readFile(path));
  }
});

/** The same numbers for the same seed. */
function randomOf(seed: number): (most: number) => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** The length of a run, or a number, without an end. */
const LONG_NUMBER = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f]);

/** A copy with some other bytes, half of them in the footer. Its ends stay those of a Parquet file. */
function mutated(file: Buffer, seed: number): Buffer {
  const random = randomOf(seed);
  let bytes = Buffer.from(file);
  for (let left = 1 + random(3); left > 0; left -= 1) {
    const inFooter = random(2) === 0;
    const at = inFooter ? bytes.length - 1 - random(bytes.length >> 2) : random(bytes.length);
    const end = Math.min(bytes.length, at + 1 + random(12));
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        bytes.fill(0xff, at, end);
        break;
      case 3:
        bytes.fill(0, at, end);
        break;
      case 4:
        LONG_NUMBER.copy(bytes, at);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    }
  }
  bytes.write('PAR1', 0, 'latin1');
  bytes.write('PAR1', bytes.length - 4, 'latin1');
  return bytes;
}

const contentOf = (bytes: Buffer): ParquetContent => ({
  size: bytes.length,
  readAt: (buffer, position) => Promise.resolve(bytes.copy(buffer, 0, position)),
});

async function readAll(bytes: Buffer): Promise<void> {
  for await (const chunk of readParquet(contentOf(bytes), { signal }))
    expect(chunk).not.toEqual([]);
}

async function indexAll(bytes: Buffer): Promise<void> {
  const dayColumn = { from: 'day', format: 'iso', timeZone: 'UTC' };
  const options = { dayColumn, columns: [{ from: 'n', name: 'n' }], limits: DAY_INDEX_LIMITS };
  const index = await ParquetDayIndex.build(contentOf(bytes), options, signal);
  try {
    for (const day of index.days) {
      const rows = index.rowsOf(day, () => Promise.resolve(true), signal);
      for await (const chunk of rows) expect(chunk).not.toEqual([]);
    }
  } finally {
    index.unreadableRows('a');
    await index.close();
  }
}

describe.each(['plain pages', 'dictionaries', 'pages of version 2'])(
  'a damaged file with %s',
  (name) => {
    it.each([
      ['is read', readAll],
      ['is indexed', indexAll],
    ])('%s, or is refused with an error of the source', async (_, use) => {
      const file = files.get(name) ?? Buffer.alloc(0);
      await use(file);
      let refused = 0;
      for (let seed = 0; seed < MUTATIONS; seed += 1) {
        const before = process.memoryUsage().rss;
        try {
          await use(mutated(file, seed));
        } catch (error) {
          if (!(error instanceof SourceError)) throw error;
          refused += 1;
        }
        expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
      }
      expect(refused).toBeGreaterThan(draws(0, 10));
    });
  },
);

it('a run of levels that has no end is refused: written to an array, it would fill the memory', async () => {
  const data = Array.from({ length: 1_000 }, (_, n) => (n % 7 === 0 ? null : n));
  const columnData = [{ name: 'a', data, type: 'INT32' as const, nullable: true }];
  const bytes = Buffer.from(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }));
  let refused = 0;
  for (let at = 4; at < 60; at += 1) {
    const changed = Buffer.from(bytes);
    LONG_NUMBER.copy(changed, at);
    await readAll(changed).catch((error: unknown) => {
      expect(error).toBeInstanceOf(SourceError);
      refused += 1;
    });
  }
  expect(refused).toBeGreaterThan(10);
});
