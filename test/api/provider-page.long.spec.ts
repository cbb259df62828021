// Compiles and runs the example of docs/sources/provider.md.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryRows } from '../database-queries.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { blocksIn } from '../docs/pages.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { scratchFolder, TOP } from '../scratch.js';
import { typeErrorsOf } from '../strict-types.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-04' };

/** A place of the example inside the project, and one outside. */
let inside: string;
let outside: string;
let daysync: DaysyncProcess;
const keys = new Set<unknown>();

beforeAll(async () => {
  const page = await readFile(path.join(TOP, 'docs/sources/provider.md'), 'utf8');
  const [module, yaml] = [codeBlock(page, 'ts'), codeBlock(page, 'yaml')];
  await mkdir(path.join(TOP, '.cache'), { recursive: true });
  inside = await mkdtemp(path.join(TOP, '.cache/provider-page-'));
  outside = await scratchFolder();
  for (const folder of [inside, outside]) {
    await mkdir(path.join(folder, 'sources'));
    await writeFile(path.join(folder, 'sources/trades.ts'), module);
  }
  const elsewhere = yaml
    .slice(yaml.indexOf('  - name:'))
    .replace('name: trades', 'name: elsewhere')
    .replace('table: trades', 'table: elsewhere')
    .replace('./sources/trades.ts', path.join(outside, 'sources/trades.ts'));
  const datasetsFile = path.join(inside, 'datasets.yaml');
  await writeFile(datasetsFile, `${yaml}${elsewhere}`);
  const server = await startHttpServer((request, response) => {
    keys.add(request.headers['x-key']);
    const [status, body] = answer(request.url ?? '');
    response.writeHead(status, { 'retry-after': '0' }).end(JSON.stringify(body));
  });
  const env = { TRADES_URL: urlOf(server), TRADES_KEY: 'a-key' };
  daysync = await startDaysync({ datasetsFile, env });
});
afterAll(async () => {
  await daysync.stop();
  await rm(inside, { recursive: true });
});

function codeBlock(page: string, language: string): string {
  const block = blocksIn(page).find((one) => one.language === language);
  if (block === undefined) throw new Error(`expected a block of ${language} in the page`);
  return block.text;
}

const failedOnce = new Set<string>();
/** A day with two pages, one without data, one that is refused, and one that needs two requests. */
function answer(url: string): [number, unknown] {
  const trade = (id: number) => ({ id, symbol: 'DAX', price: '1.10', venue: { name: 'Xetra' } });
  if (url.startsWith('/2025-10-02')) return [404, {}];
  if (url.startsWith('/2025-10-03')) return [400, {}];
  if (url.startsWith('/2025-10-04') && !failedOnce.has(url)) {
    failedOnce.add(url);
    return [429, {}];
  }
  return url.endsWith('cursor=more')
    ? [200, { trades: [{ ...trade(2), venue: null }], next: null }]
    : [200, { trades: [trade(1)], next: 'more' }];
}

describe('the example of docs/sources/provider.md', () => {
  it('compiles as strictly as the project does', () => {
    const module = path.join(inside, 'sources/trades.ts');
    // Syntax that Node can't strip is an error here, too.
    const erasable = { erasableSyntaxOnly: true, verbatimModuleSyntax: true };
    expect(typeErrorsOf(module, erasable)).toEqual([]);
  });

  it.each(['trades', 'elsewhere'])('runs: %s', async (dataset) => {
    failedOnce.clear();
    const progress = await daysync.sync({ dataset, ...RANGE });
    expect(progress).toMatchObject({ success: 2, skipped: 1, failed: 1 });
    const days = await daysync.days(progress.task_id);
    expect(days.map(({ error }) => error?.code ?? null)).toEqual([
      null,
      null,
      'REQUEST_REFUSED',
      null,
    ]);
    const all = `select * from ${dataset} order by sync_day, id`;
    const rows = await queryRows(daysync.database, all);
    expect(rows.slice(0, 2)).toEqual([
      { sync_day: '2025-10-01', id: 1n, symbol: 'DAX', price: '1.10', venue: 'Xetra' },
      { sync_day: '2025-10-01', id: 2n, symbol: 'DAX', price: '1.10', venue: null },
    ]);
    expect(rows).toHaveLength(4);
    expect([...keys]).toEqual(['a-key']);
  });

  it('is listed with the pointer of the column that has one', async () => {
    const { items } = (await daysync.data('datasets')) as {
      readonly items: readonly { readonly target: { readonly columns: readonly object[] } }[];
    };
    expect(items[0]?.target.columns.slice(2)).toEqual([
      { name: 'price', from: 'price', type: 'decimal', nullable: false },
      { name: 'venue', from: 'venue', pointer: '/venue/name', type: 'text', nullable: true },
    ]);
  });
});
