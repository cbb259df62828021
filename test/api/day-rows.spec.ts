import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { scratchFolder, TOP, writeScratch } from '../scratch.js';

const COLUMNS = [
  ['t', 'text'],
  ['i', 'integer'],
  ['r', 'real'],
  ['d', 'decimal'],
  ['b', 'boolean'],
  ['day', 'date'],
  ['at', 'timestamp'],
  ['j', 'json'],
] as const;
const JSON_VALUE = '{"n":[12345678901234567890,1.10],"__proto__":null}';
const ROWS = [
  [
    '=1+1',
    '9223372036854775807',
    '1.5',
    '1.10',
    'true',
    '2012-03-01',
    '2012-03-01T08:00:00Z',
    JSON_VALUE,
  ],
  ['', '-1', '0', '-0.10', 'false', '0001-01-01', '2012-03-01T08:00:00.123456+02:00', '[]'],
  ['天', '9007199254740992', '-2', '7', 'true', '9999-12-31', '2012-03-01T00:00:00Z', '"x"'],
];

let daysync: DaysyncApp;
beforeAll(async () => {
  const folder = await scratchFolder();
  const file = await writeScratch(folder, 'rows.json', JSON.stringify(ROWS));
  const columns = COLUMNS.map(([name, type]) => ({ name, type }));
  const typed = {
    name: 'typed',
    source: {
      kind: 'provider',
      module: path.join(TOP, 'test/sources/typed-source.ts'),
      options: { file, columns },
    },
    target: { table: 'typed', columns: Object.fromEntries(COLUMNS) },
  };
  daysync = await startApp({ folder, datasets: [typed] });
  expect(await daysync.sync({ start_date: '2012-03-01', end_date: '2012-03-01' })).toMatchObject({
    success: 1,
  });
});

describe('the rows of a day', () => {
  it('come in the order in which they were written, each value in the JSON form of its type', async () => {
    const { body } = await daysync.api('datasets/typed/days/2012-03-01/rows');
    const { data } = body as { readonly data: Record<string, unknown> };
    expect(data).toMatchObject({
      dataset: 'typed',
      day: '2012-03-01',
      columns: COLUMNS.map(([name, type]) => ({ name, type })),
      page: 1,
      page_size: 50,
      total: 3,
      items: [
        {
          t: '=1+1',
          i: '9223372036854775807',
          r: 1.5,
          d: '1.10',
          b: true,
          day: '2012-03-01',
          at: '2012-03-01T08:00:00.000000Z',
        },
        { t: '', i: -1, r: 0, d: '-0.10', b: false, at: '2012-03-01T06:00:00.123456Z', j: [] },
        { t: '天', i: '9007199254740992', b: true, j: 'x' },
      ],
    });
  });

  it('keep each digit of JSON, and each name', async () => {
    const { url } = daysync;
    const path = '/api/v1/sync-status/datasets/typed/days/2012-03-01/rows?page_size=1';
    const text = await (await fetch(url + path)).text();
    expect(text).toContain(`"j":${JSON_VALUE}`);
  });

  it('come in pages', async () => {
    expect(
      await daysync.data('datasets/typed/days/2012-03-01/rows?page=3&page_size=1'),
    ).toMatchObject({ items: [{ t: '天' }], page: 3, page_size: 1, total: 3 });
    expect(
      await daysync.data('datasets/typed/days/2012-03-01/rows?page=9&page_size=1'),
    ).toMatchObject({ items: [], total: 3 });
  });

  it('are empty for a day without rows', async () => {
    expect(await daysync.data('datasets/typed/days/2012-03-02/rows')).toMatchObject({
      items: [],
      total: 0,
    });
  });

  it.each([
    ['nothing/days/2012-03-01/rows', 404, 'DATASET_NOT_FOUND'],
    ['typed/days/today/rows', 400, 'VALIDATION_FAILED'],
    ['typed/days/2012-03-01/rows?page_size=501', 400, 'VALIDATION_FAILED'],
  ])('%s is refused', async (wrong, status, code) => {
    expect(await daysync.api(`datasets/${wrong}`)).toMatchObject({ status, body: { code } });
  });
});
