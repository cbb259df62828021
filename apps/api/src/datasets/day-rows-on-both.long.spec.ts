import type { CalendarDay } from '@daysync/progress';
import { afterEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D2, makeDataset } from '../sync/sync.fixture.js';
import { DatasetCatalog } from './dataset-catalog.js';
import { DayRows } from './day-rows.js';
import type { DayRowsDto } from './datasets.dto.js';
import { type Dataset } from './file/dataset.js';
import { COLUMN_TYPE_NAMES, type ColumnType } from '../targets/column-types.js';
import type { TargetColumn } from '../targets/target.js';
import { createRowReader } from '../sources/rows/row-reader.js';
import { replaceDay } from '../targets/target-rows.js';

const MIB = 1_024 * 1_024;

function column(name: string, type: ColumnType): TargetColumn {
  return { name, from: name, type, nullable: true };
}

function datasetOf(...columns: readonly TargetColumn[]): Dataset {
  return makeDataset({ target: { table: 'readings', columns } });
}

/** A column of each type, by its name. */
const EVERY_TYPE = datasetOf(...COLUMN_TYPE_NAMES.map((type) => column(type, type)));

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

type Rows = Parameters<typeof replaceDay>[3];

const write = (day: CalendarDay, rows: Rows): Promise<void> =>
  sync.database.write('targets', (transaction) => replaceDay(transaction, sync.dataset, day, rows));

function stage(rows: readonly (readonly (string | number | bigint | null)[])[]): Rows {
  const table = sync.database.staging.create(rows[0]?.length ?? 0);
  table.append(rows);
  return table;
}

async function pageOf(day: CalendarDay, changes: Partial<PageQueryDto> = {}): Promise<DayRowsDto> {
  const { dataset, database } = sync;
  const page = Object.assign(new PageQueryDto(), changes);
  const rows = new DayRows(new DatasetCatalog([dataset]), database, sync.open);
  const result = await rows.list(dataset.name, day, page);
  if (result.kind !== 'found') throw new Error('expected a dataset');
  return result.page;
}

/** The answers of both databases, one after another. */
async function onEach<T>(dataset: Dataset, ask: () => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const dialect of DIALECTS) {
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets: [dataset] });
    answers.push(await ask());
    if (dialect !== DIALECTS.at(-1)) await sync.close();
  }
  return answers;
}

describe('the rows of a day', () => {
  const RECEIVED: readonly Readonly<Record<ColumnType, unknown>>[] = [
    {
      text: 'a\tb\\N\r\n"c", {d} \\. 汉字 😀',
      integer: '9223372036854775807',
      real: '0.1',
      decimal: '12345678901234567890.1234567890123456789000',
      boolean: 'true',
      date: '2025-10-03',
      timestamp: '2025-10-03T08:00:00.120+02:00',
      json: '{"a":[1.10,"x\\ty\\n",null,true,12345678901234567890]}',
    },
    {
      text: '\\N',
      integer: '-9223372036854775808',
      real: '-1.7976931348623157e308',
      decimal: '-0.10',
      boolean: 'false',
      date: '0001-01-01',
      timestamp: '0001-01-01T00:00:00Z',
      json: '"\\\\"',
    },
    {
      text: ' ',
      integer: 9_007_199_254_740_991,
      real: '5e-324',
      decimal: '9'.repeat(1_000),
      boolean: 0,
      date: '9999-12-31',
      timestamp: '9999-12-31T23:59:59.999999Z',
      json: '[]',
    },
    {
      text: '',
      integer: 0,
      real: 1e300,
      decimal: '5',
      boolean: 1,
      date: '2024-02-29',
      timestamp: '1969-12-31T23:59:59.999999Z',
      json: 'null',
    },
    Object.fromEntries(COLUMN_TYPE_NAMES.map((type) => [type, null])) as Record<ColumnType, null>,
  ];
  const toValues = createRowReader(EVERY_TYPE.target.columns);
  const VALUES = RECEIVED.map((values, index) => toValues({ row: index + 1, values, typed: true }));

  it.each([['in memory'], ['staged']])('%s come out of both as they went in', async (how) => {
    const answers = await onEach(EVERY_TYPE, async () => {
      await write(D1, how === 'staged' ? stage(VALUES) : VALUES);
      return pageOf(D1);
    });
    const shown = RECEIVED.map((row) => ({
      ...row,
      integer: row.integer === null ? null : shownInteger(row.integer),
      real: row.real === null ? null : Number(row.real),
      boolean: row.boolean === null ? null : ['true', 1].includes(row.boolean as string),
      json: row.json === null ? null : (JSON.parse(row.json as string) as unknown),
    }));
    const instants = [
      '2025-10-03T06:00:00.120000Z',
      '0001-01-01T00:00:00.000000Z',
      '9999-12-31T23:59:59.999999Z',
      '1969-12-31T23:59:59.999999Z',
      null,
    ];
    for (const { items, cut, total } of answers) {
      expect([items.length, cut, total]).toEqual([RECEIVED.length, [], RECEIVED.length]);
      const plain = items.map((item) => ({
        ...item,
        json: JSON.parse(JSON.stringify(item['json'])) as unknown,
      }));
      expect(plain).toEqual(shown.map((row, index) => ({ ...row, timestamp: instants[index] })));
    }
    const written = answers.map(({ items }) => JSON.stringify(items));
    expect(written.map((text) => text === written[0])).toEqual(DIALECTS.map(() => true));
    expect(written[0]).toContain('[1.10,"x\\ty\\n",null,true,12345678901234567890]');
  });

  it('come in the order in which they were written, page by page', async () => {
    const dataset = datasetOf(column('value', 'integer'));
    const pages = await onEach(dataset, async () => {
      await write(D2, [[0]]);
      const rows = Array.from({ length: 2_500 }, (_, n) => [n]);
      await write(D1, rows);
      const found: unknown[] = [];
      for (const page of [1, 2, 3, 4]) {
        const { items, total } = await pageOf(D1, { page, page_size: 1_000 });
        expect(total).toBe(2_500);
        found.push(...items.map(({ value }) => value));
      }
      return found;
    });
    const written = Array.from({ length: 2_500 }, (_, n) => n);
    expect(pages).toEqual(DIALECTS.map(() => written));
  });

  it('are cut at the same byte where they are long, and whole where one is alone', async () => {
    const long = '长'.repeat(3 * MIB);
    const rows = [
      [long, 1, '"short"', '1.50'],
      ['short', 2, `"${'x'.repeat(5 * MIB)}"`, '9'.repeat(1_000)],
      ['', 3, null, null],
    ];
    const columns = [
      ...[column('note', 'text'), column('size', 'integer')],
      ...[column('more', 'json'), column('price', 'decimal')],
    ];
    const answers = await onEach(datasetOf(...columns), async () => {
      await write(D1, rows);
      const alone = await pageOf(D1, { page: 1, page_size: 1 });
      expect([alone.cut, alone.items[0]?.['note'] === long]).toEqual([[], true]);
      return pageOf(D1);
    });
    for (const { items, cut } of answers) {
      expect(cut).toEqual([
        { row: 0, column: 'note', bytes: 9 * MIB },
        { row: 1, column: 'more', bytes: 5 * MIB + 2 },
      ]);
      expect(items[0]).toMatchObject({ size: 1, more: 'short', price: '1.50' });
      expect(items[2]).toEqual({ note: '', size: 3, more: null, price: null });
    }
    const texts = answers.map((answer) => JSON.stringify(answer));
    expect(texts.map((text) => text === texts[0])).toEqual(DIALECTS.map(() => true));
    const note = String(answers[0]?.items[0]?.['note']);
    // Whole characters, as many as have room: nine values may be long.
    expect(long.startsWith(note)).toBe(true);
    expect(Buffer.byteLength(note)).toBe(3 * Math.floor((8 * MIB) / 9 / 3));
  });
});

function shownInteger(value: unknown): unknown {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
