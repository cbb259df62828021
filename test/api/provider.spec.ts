import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';
import { rowsByDay } from '../target-table.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };

let folder: string;
beforeEach(async () => {
  folder = await scratchFolder();
});

function trades(changes: Partial<DatasetYaml> = {}): DatasetYaml {
  return {
    name: 'trades',
    source: { kind: 'provider', module: './trades.ts', options: { region: 'eu' } },
    target: { table: 'trades', columns: { symbol: 'text' } },
    ...changes,
  };
}

/** Starts over a provider whose `fetchDay` has this body. */
async function startOver(
  body: string,
  changes: Partial<DatasetYaml> = {},
): Promise<DaysyncProcess> {
  await writeProvider(body);
  return startDaysync({ folder, datasets: [trades(changes)], env: { TRADES_KEY: 'hunter2' } });
}

async function writeProvider(body: string): Promise<void> {
  await writeScratch(
    folder,
    'trades.ts',
    `interface Options { readonly region: string; readonly key?: string }
     export default class Trades {
       readonly options: Options;
       constructor(options: Options) { this.options = options; }
       async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
         ${body}
       }
     }`,
  );
}

describe('a provider', () => {
  it('yields typed rows, which are in the target value by value', async () => {
    const daysync = await startOver(
      `yield {
         symbol: '', note: '', maybe: undefined, id: 9007199254740993n, price: 0.5, amount: 1e-7,
         open: true, on_day: day, at: new Date('2025-10-03T08:00:00.5+02:00'),
         extra: { region: this.options.region, ids: [1n, 9007199254740993n] }, unasked: 1,
       };`,
      {
        target: {
          table: 'trades',
          columns: {
            symbol: 'text',
            note: { type: 'text', nullable: true },
            maybe: { type: 'text', nullable: true },
            id: 'integer',
            price: 'real',
            amount: 'decimal',
            open: 'boolean',
            on_day: 'date',
            at: 'timestamp',
            extra: 'json',
          },
        },
      },
    );
    const progress = await daysync.sync({ start_date: '2025-10-01', end_date: '2025-10-01' });
    expect(progress).toMatchObject({ status: 'completed', success: 1, failed: 0 });

    const database = new DatabaseSync(daysync.databaseFile, { readOnly: true });
    const select = database.prepare('select * from trades');
    select.setReadBigInts(true);
    const rows = select.all().map((row) => ({ ...row }));
    database.close();
    expect(rows).toEqual([
      {
        sync_day: '2025-10-01',
        symbol: '',
        note: '',
        maybe: null,
        id: 9_007_199_254_740_993n,
        price: 0.5,
        amount: '0.0000001',
        open: 1n,
        on_day: '2025-10-01',
        at: '2025-10-03T06:00:00.500000Z',
        extra: '{"region":"eu","ids":[1,9007199254740993]}',
      },
    ]);
  });

  it('fails the day that it throws at, with its code and text; the others go on', async () => {
    const daysync = await startOver(`
      if (day === '2025-10-02') {
        yield { symbol: 'HALF' };
        throw Object.assign(new Error('no trades are kept of that day'), { kind: 'lasting', code: 'TRADES_LOST' });
      }
      yield { symbol: 'DAX' };`);
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ status: 'completed', success: 2, failed: 1 });
    const days = await daysync.days(progress.task_id);
    expect(days[1]?.error).toEqual({
      code: 'TRADES_LOST',
      text: 'no trades are kept of that day',
      row: null,
      column: null,
    });
    expect(rowsByDay(daysync.databaseFile, 'trades')).toEqual({ '2025-10-01': 1, '2025-10-03': 1 });
  });

  it('tells a value that does not fit, a row that is none and a column that is missing', async () => {
    const daysync = await startOver(
      `yield { symbol: 1, price: 1 };
       if (day === '2025-10-01') yield { symbol: 2, price: Number.NaN };
       if (day === '2025-10-02') yield ['DAX', 1];
       if (day === '2025-10-03') yield { symbol: 3 };`,
      { target: { table: 'trades', columns: { symbol: 'integer', price: 'real' } } },
    );
    const { task_id } = await daysync.sync(RANGE);
    const days = await daysync.days(task_id);
    expect(days.map(({ error }) => error)).toMatchObject([
      { code: 'VALUE_INVALID', row: 2, column: 'price', text: expect.stringContaining('NaN') },
      { code: 'PROVIDER_ROW_INVALID', row: 2, text: expect.stringContaining('a list of 2') },
      { code: 'SOURCE_COLUMN_MISSING', row: 2, column: 'price' },
    ]);
  });

  it('has no data on a day without rows', async () => {
    const daysync = await startOver(`if (day !== '2025-10-02') yield { symbol: 'DAX' };`);
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ success: 2, failed: 0, skipped: 1 });
    const days = await daysync.days(progress.task_id);
    expect(days[1]).toMatchObject({ state: 'skipped', reason: 'no_data', error: null });
  });

  it('that does not come to an end is left behind when its time is over', async () => {
    const daysync = await startOver(
      `if (day === '2025-10-02') await new Promise(() => {}); yield { symbol: 'DAX' };`,
      { timeout_seconds: 1 },
    );
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ success: 2, failed: 1 });
    const days = await daysync.days(progress.task_id);
    expect(days[1]?.error?.code).toBe('TIMEOUT');
    expect(await daysync.stop()).toBe(0);
  });

  it('is closed when Daysync stops', async () => {
    const file = path.join(folder, 'closed');
    await writeScratch(
      folder,
      'trades.ts',
      `import { writeFileSync } from 'node:fs';
       export default class {
         async *fetchDay() {}
         close(): void { writeFileSync(${JSON.stringify(file)}, ''); }
       }`,
    );
    const daysync = await startDaysync({ folder, datasets: [trades()] });
    await daysync.sync(RANGE);
    expect(await daysync.stop()).toBe(0);
    expect(existsSync(file)).toBe(true);
  });
});

describe('a module that is no provider', () => {
  it('fails the days and says why; once it is mended the next batch goes through', async () => {
    await writeScratch(folder, 'trades.ts', 'export default class { fetchDay(: string) {} }');
    const daysync = await startDaysync({ folder, datasets: [trades()] });
    const failed = await daysync.sync(RANGE);
    expect(failed).toMatchObject({ status: 'completed', success: 0, failed: 3 });
    const days = await daysync.days(failed.task_id);
    expect(new Set(days.map(({ error }) => error?.code))).toEqual(new Set(['PROVIDER_UNUSABLE']));
    expect(days[0]?.error?.text).toMatch(
      /^expected \.\/trades\.ts to be a module that loads, got /,
    );

    await writeProvider(`yield { symbol: 'DAX' };`);
    expect(await daysync.sync(RANGE)).toMatchObject({ success: 3, failed: 0 });
  });

  it('is named as it is written where there is no file', async () => {
    const daysync = await startDaysync({ folder, datasets: [trades()] });
    const { task_id } = await daysync.sync(RANGE);
    const [first] = await daysync.days(task_id);
    expect(first?.error).toMatchObject({ code: 'PROVIDER_UNUSABLE' });
    expect(first?.error?.text).toContain('./trades.ts');
    expect(first?.error?.text).not.toContain(folder);
  });

  it('does not end the process by a promise that nobody waits for', async () => {
    await writeScratch(
      folder,
      'trades.ts',
      `export default class {
         async fetchDay(day: string) { await new Promise((done) => setTimeout(done, 10)); throw new Error(day); }
       }`,
    );
    const daysync = await startDaysync({ folder, datasets: [trades()] });
    const { task_id } = await daysync.sync(RANGE);
    await sleep(50);
    const [first] = await daysync.days(task_id);
    expect(first?.error).toMatchObject({
      code: 'PROVIDER_UNUSABLE',
      text: expect.stringContaining('got a Promise'),
    });
  });
});

describe('the list of datasets', () => {
  it('shows a provider as it is written, and no secret', async () => {
    const source = {
      kind: 'provider',
      module: './trades.ts',
      options: { key: '${TRADES_KEY}', region: 'eu', limits: [10] },
    };
    const daysync = await startOver('yield { symbol: this.options.key };', { source });
    await daysync.sync(RANGE);
    expect(rowsByDay(daysync.databaseFile, 'trades')).toMatchObject({ '2025-10-01': 1 });
    const answer = await daysync.data('datasets');
    expect(answer).toMatchObject({ items: [{ source, source_days: null, source_error: null }] });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});
