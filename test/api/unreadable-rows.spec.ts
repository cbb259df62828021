import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readExposition } from '../exposition.js';
import { scratchFolder, TOP, weather } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import type { WirePage } from '../wire.js';

const RANGE = { start_date: '2015-12-01', end_date: '2015-12-31' };
const TOTAL = 'total,total,8857.3,,,,\n';

interface ListedRow {
  readonly row: number;
  readonly text: string;
  readonly content: string;
}
interface Listed extends WirePage<ListedRow> {
  readonly count: number;
}

let csv: string;
let daysync: DaysyncApp;
/** The lines of the real file, without its end. */
let lines: readonly string[];
beforeAll(async () => {
  const folder = await scratchFolder();
  csv = path.join(folder, 'weather.csv');
  const real = await readFile(path.join(TOP, 'data/weather.csv'), 'utf8');
  lines = real.trimEnd().split('\n');
  const source = { kind: 'csv', path: 'weather.csv', day_column: 'date' };
  daysync = await startApp({ folder, datasets: [weather({ source })] });
});

async function write(...rows: readonly string[]): Promise<void> {
  await writeFile(csv, `${rows.join('\n')}\n`);
}

const sync = (): ReturnType<DaysyncApp['sync']> => daysync.sync({ ...RANGE, mode: 'all' });
const ofBatch = (taskId: string, query = ''): Promise<Listed> =>
  daysync.data(`sync/batch/${taskId}/unreadable-rows${query}`) as Promise<Listed>;
const ofDataset = (): Promise<Listed> =>
  daysync.data('datasets/weather/unreadable-rows') as Promise<Listed>;

async function summary(): Promise<unknown> {
  const { items } = (await daysync.data('datasets')) as {
    readonly items: readonly { readonly unreadable_rows: unknown }[];
  };
  return items[0]?.unreadable_rows;
}

describe('a row whose day can’t be read', () => {
  it('fails no day of the real data, and is listed under the dataset and in the batch', async () => {
    await write(...lines);
    await appendFile(csv, TOTAL);
    const progress = await sync();
    expect(progress).toMatchObject({
      ...{ status: 'completed', success: 31, failed: 0, skipped: 0, unreadable_rows: 1 },
      error: null,
    });
    const days = await rowsByDay(daysync.database, 'weather_daily');
    expect(Object.values(days)).toEqual(Array.from({ length: 31 }, () => 2));

    const row = {
      ...{ file: 'weather.csv', row: 2_923, column: 'date', code: 'SOURCE_DAY_UNREADABLE' },
      text: 'row 2923, column "date": expected a date written yyyy-MM-dd, got "total"',
      content: TOTAL.trimEnd(),
    };
    expect(await ofBatch(progress.task_id)).toMatchObject({ count: 1, total: 1, items: [row] });
    expect(await ofDataset()).toMatchObject({ count: 1, total: 1, items: [row] });
    expect(await summary()).toMatchObject({ count: 1, items: [row] });

    const { body } = await daysync.call('/metrics');
    const { value } = readExposition(body as string);
    expect(value('daysync_unreadable_rows_total{dataset="weather"}')).toBe(1);
    const warnings = (await daysync.logLines()).filter(
      ({ code, level }) => code !== undefined && level === 40,
    );
    expect(warnings).toMatchObject([
      {
        ...{ task_id: progress.task_id, dataset: 'weather', code: 'SOURCE_DAY_UNREADABLE' },
        ...{ file: 'weather.csv', count: 1, rows: [2_923] },
      },
    ]);
  });

  it('has no list in a batch or a dataset that does not exist', async () => {
    for (const [of, code] of [
      ['sync/batch/none', 'BATCH_NOT_FOUND'],
      ['datasets/none', 'DATASET_NOT_FOUND'],
    ] as const) {
      const answer = await daysync.api(`${of}/unreadable-rows`);
      expect(answer).toMatchObject({ status: 404, body: { code } });
    }
  });
});
