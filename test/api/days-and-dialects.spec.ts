// The keys of a dataset for its days and for how its text is written reach each kind of text: a file or an answer, for
// all days or for each. What a key does is tested beside the formats, the day columns and the day index.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { queryRows } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { rowsByDay } from '../target-table.js';

const DAYS = ['2025-10-01', '2025-10-02'] as const;
const KEYS = { delimiter: ';', quote: "'", comment: '#', skip_lines: 2, encoding: 'gb18030' };
const PARTS = { day_column: { from: ['day', 'month', 'year'], format: 'd-MMM-yyyy' } };

/** Bytes beyond ASCII are those of é alone. */
const written = (text: string): Buffer =>
  Buffer.from(`a "title\n\n${text}`.replaceAll('é', '\xA8\xA6'), 'latin1');
const DAY_TEXTS = [
  written(`name\n'DAX; "a"'\n`),
  written(`name\n'it''s\t|d'\n# it is "so\n'é'\n`),
] as const;
const ALL_DAYS = written(
  `day;month;year;name\n1;Oct;2025;'DAX; "a"'\n# it is "so\n2;oct; 2025;'it''s\t|d'\n02;Oct;2025;'é'\n`,
);

let daysync: DaysyncApp;
beforeAll(async () => {
  const folder = await scratchFolder();
  const bodies = new Map<string, Buffer>([['/all', ALL_DAYS]]);
  await writeFile(path.join(folder, 'all.csv'), ALL_DAYS);
  for (const [at, text] of DAY_TEXTS.entries()) {
    await mkdir(path.join(folder, '2025/10/parts'), { recursive: true });
    await writeFile(path.join(folder, `2025/10/parts/0${at + 1}.gz`), gzipSync(text));
    bodies.set(`/days?from=2025-10-0${at + 1}T00:00:00Z`, text);
  }
  const server = await startHttpServer((request, response) => {
    response.end(bodies.get(request.url ?? ''));
  });
  const site = urlOf(server);
  const sources = {
    file: { kind: 'csv', path: 'all.csv', ...PARTS },
    files: { kind: 'csv', path: '{yyyy}/{mm}/**/{dd}*' },
    answer: { kind: 'http', url: `${site}/all`, format: 'csv', ...PARTS },
    answers: { kind: 'http', url: `${site}/days?from={day_start}`, format: 'csv' },
  };
  const datasets = Object.entries(sources).map(([name, source]): DatasetYaml => {
    const target = { table: name, columns: { name: 'text' } };
    return { name, source: { ...source, ...KEYS }, target, attempts: 1 };
  });
  daysync = await startApp({ folder, datasets });
});

it.each(['file', 'files', 'answer', 'answers'])('keys reach %s', async (dataset) => {
  const [start_date, end_date] = DAYS;
  const { failed, message } = await daysync.sync({ dataset, start_date, end_date });
  expect(failed, message).toBe(0);
  expect(await rowsByDay(daysync.database, dataset)).toEqual({ [DAYS[0]]: 1, [DAYS[1]]: 2 });
  const query = `select name from ${dataset} order by sync_day, name`;
  const names = (await queryRows(daysync.database, query)).map(({ name }) => name);
  expect(names).toEqual(['DAX; "a"', "it's\t|d", 'é']);
});

it('a day in several columns is listed with the names of all of them, and how they are read', async () => {
  const { items } = (await daysync.data('datasets')) as {
    readonly items: readonly { readonly name: string; readonly source: unknown }[];
  };
  for (const dataset of ['file', 'answer']) {
    expect(items.find(({ name }) => name === dataset)?.source).toMatchObject({
      day_column: 'day, month, year',
      day_format: 'd-MMM-yyyy',
    });
  }
});
