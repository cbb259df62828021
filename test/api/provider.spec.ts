import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../daysync-app.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';
import { queryRows } from '../database-queries.js';
import { rowsByDay } from '../target-table.js';
import type { Progress } from '../wire.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };

/** The columns of a dataset for each test; each has its own module, and one process runs them all. */
const DATASETS = {
  typed: {
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
  fixed: { symbol: 'text' },
  absent: { symbol: 'text' },
  promised: { symbol: 'text' },
  listed: { symbol: 'text' },
  stray: { symbol: 'text' },
  closing: { symbol: 'text' },
} satisfies Record<string, DatasetYaml['target']['columns']>;
type Name = keyof typeof DATASETS;

let folder: string;
let daysync: DaysyncProcess;
beforeAll(async () => {
  folder = await scratchFolder();
  // At the start each has to be there; the tests write what is in it.
  for (const name of Object.keys(DATASETS)) await write(name as Name, '');
  const datasets = Object.entries(DATASETS).map(([name, columns]) =>
    trades(name, { target: { table: name, columns } }),
  );
  daysync = await startDaysync({ folder, datasets, env: { TRADES_KEY: 'hunter2' } });
});

function trades(name: string, changes: Partial<DatasetYaml> = {}): DatasetYaml {
  const options = { key: '${TRADES_KEY}', region: 'eu', limits: [10] };
  return {
    name,
    source: { kind: 'provider', module: `./${name}.ts`, options },
    target: { table: name, columns: { symbol: 'text' } },
    ...changes,
  };
}

/** A provider whose `fetchDay` has this body. */
function provider(body: string): string {
  return `interface Options { readonly region: string; readonly key?: string }
     export default class Trades {
       readonly options: Options;
       constructor(options: Options) { this.options = options; }
       async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
         ${body}
       }
     }`;
}

/** Writes the module of a dataset. */
async function write(name: Name, module: string): Promise<void> {
  await writeScratch(folder, `${name}.ts`, module);
}

async function sync(dataset: Name): Promise<Progress> {
  return daysync.sync({ dataset, ...RANGE });
}

describe('a provider', () => {
  it('yields typed rows, whose exact values are in the target', async () => {
    await write(
      'typed',
      provider(
        `yield {
         symbol: '', note: '', maybe: undefined, id: 9007199254740993n, price: 0.5, amount: 1e-7,
         open: true, on_day: day, at: new Date('2025-10-03T08:00:00.5+02:00'),
         extra: { ids: [1n, 9007199254740993n], region: this.options.region }, unasked: 1,
       };`,
      ),
    );
    const progress = await daysync.sync({
      dataset: 'typed',
      start_date: '2025-10-01',
      end_date: '2025-10-01',
    });
    expect(progress).toMatchObject({ status: 'completed', success: 1, failed: 0 });

    expect(await queryRows(daysync.database, 'select * from typed')).toEqual([
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
        extra: '{"ids":[1,9007199254740993],"region":"eu"}',
      },
    ]);
  });
});

describe('an unhandled rejection', () => {
  it('fails no day and ends no process; the log has it with its dataset and without secrets', async () => {
    await write(
      'stray',
      provider(`
      void Promise.reject(new Error('at once with ' + this.options.key));
      setTimeout(() => void Promise.reject(new Error('later')), 5);
      yield { symbol: 'DAX' };
      await new Promise((done) => setTimeout(done, 20));`),
    );
    expect(await sync('stray')).toMatchObject({ status: 'completed', success: 3, failed: 0 });
    expect(daysync.isRunning).toBe(true);
    const rejections = async (): Promise<Record<string, unknown>[]> =>
      (await daysync.logLines()).filter(({ dataset, msg }) => {
        return dataset === 'stray' && msg === 'unhandled rejection';
      });
    let lines = await rejections();
    // The log may be written after the answer.
    for (; lines.length < 6; lines = await rejections()) await sleep(20);
    expect(lines).toHaveLength(6);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 50,
        error: expect.stringMatching(/^Error: later\n +at /) as unknown,
      }),
    );
    expect(JSON.stringify(lines)).toContain('at once with ${TRADES_KEY}');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('an exception outside of any promise, of a provider without a thread', () => {
  it('ends the process, and the next one runs the day alone', async () => {
    const own = await scratchFolder();
    const body = `setTimeout(() => { throw new Error('uncaught'); }); yield { symbol: 'DAX' };
      await new Promise((done) => setTimeout(done, 1_000));`;
    await writeScratch(own, 'thrower.ts', provider(body));
    const source = { kind: 'provider', module: './thrower.ts', thread: false };
    const options = { folder: own, datasets: [trades('thrower', { source })] };
    const first = await startDaysync(options);
    await first.startBatch({ dataset: 'thrower', ...RANGE });
    expect(await first.died()).toBe(1);
    await writeScratch(own, 'thrower.ts', provider(`yield { symbol: 'DAX' };`));
    const second = await startApp(options);
    const [batch] = (await second.batches()).items;
    expect(await second.ended(batch?.task_id ?? '')).toMatchObject({ success: 3, failed: 0 });
  });
});

describe('a module that is not a provider', () => {
  it('fails the days with the reason; once it is fixed the next batch succeeds', async () => {
    await write('fixed', 'export default class { fetchDay(: string) {} }');
    const failed = await sync('fixed');
    expect(failed).toMatchObject({ status: 'completed', success: 0, failed: 3 });
    const days = await daysync.days(failed.task_id);
    expect(new Set(days.map(({ error }) => error?.code))).toEqual(new Set(['PROVIDER_UNUSABLE']));
    expect(days[0]?.error?.text).toMatch(/^expected \.\/fixed\.ts to be a module that loads, got /);

    await write('fixed', provider(`yield { symbol: 'DAX' };`));
    expect(await sync('fixed')).toMatchObject({ success: 3, failed: 0 });
  });

  it('is named as in the datasets file if it does not exist any more', async () => {
    await rm(path.join(folder, 'absent.ts'));
    const { task_id } = await sync('absent');
    const [first] = await daysync.days(task_id);
    expect(first?.error).toMatchObject({ code: 'PROVIDER_UNUSABLE' });
    expect(first?.error?.text).toContain('./absent.ts');
    expect(first?.error?.text).not.toContain(folder);
  });

  it('does not end the process by an unhandled rejection', async () => {
    await write(
      'promised',
      `export default class {
         async fetchDay(day: string) { await new Promise((done) => setTimeout(done, 10)); throw new Error(day); }
       }`,
    );
    const { task_id } = await sync('promised');
    await sleep(50);
    const [first] = await daysync.days(task_id);
    expect(first?.error).toMatchObject({
      code: 'PROVIDER_UNUSABLE',
      text: expect.stringContaining('got a Promise') as unknown,
    });
  });
});

describe('the list of datasets', () => {
  it('shows a provider as in the datasets file, without secrets', async () => {
    const source = {
      kind: 'provider',
      module: './listed.ts',
      options: { key: '${TRADES_KEY}', region: 'eu', limits: [10] },
    };
    await write('listed', provider('yield { symbol: this.options.key };'));
    await sync('listed');
    expect(await rowsByDay(daysync.database, 'listed')).toMatchObject({ '2025-10-01': 1 });
    const answer = await daysync.data('datasets');
    const { items } = answer as { readonly items: readonly { readonly name: string }[] };
    expect(items.find(({ name }) => name === 'listed')).toMatchObject({
      source,
      source_days: null,
      source_error: null,
    });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('a stop', () => {
  it('closes a provider', async () => {
    const closedFile = path.join(folder, 'closed');
    await write(
      'closing',
      `import { writeFileSync } from 'node:fs';
       export default class {
         async *fetchDay() {}
         close(): void { writeFileSync(${JSON.stringify(closedFile)}, ''); }
       }`,
    );
    await sync('closing');
    expect(existsSync(closedFile)).toBe(false);
    expect(await daysync.stop()).toBe(0);
    expect(existsSync(closedFile)).toBe(true);
  });
});
