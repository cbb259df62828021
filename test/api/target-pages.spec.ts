// The configurations of docs/targets, as printed.
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPages } from '../docs/pages.js';
import { startApp } from '../daysync-app.js';
import { queryDuckdb, TARGETS_ELSEWHERE } from '../elsewhere.js';
import { scratchPostgres } from '../postgres.js';
import { scratchFolder, TOP, writeScratch } from '../scratch.js';

const makePostgres = scratchPostgres();
const PAGES = readPages().filter(({ name }) => name.startsWith('docs/targets/'));
const RANGE = { dataset: 'weather', start_date: '2012-01-01', end_date: '2012-01-05' };

it('has a page for each kind', () => {
  expect(PAGES.map(({ name }) => path.basename(name))).toEqual([
    ...['duckdb.md', 'parquet.md', 'postgres.md'],
  ]);
});

it.each(PAGES.filter(({ name }) => TARGETS_ELSEWHERE.some((kind) => name.includes(`${kind}.md`))))(
  '$name runs as printed',
  async ({ blocks }) => {
    const folder = await scratchFolder();
    await cp(path.join(TOP, 'data'), path.join(folder, 'data'), { recursive: true });
    await mkdir(path.join(folder, 'lake'));
    const text = blocks.find(({ language }) => language === 'yaml')?.text ?? '';
    expect(parse(text)).toMatchObject({ datasets: [{ name: 'weather' }] });
    const datasetsFile = await writeScratch(folder, 'printed.yaml', text);
    const env = { WAREHOUSE_URL: text.includes('WAREHOUSE') ? await makePostgres() : '' };
    const daysync = await startApp({ folder, datasetsFile, env });
    expect(await daysync.sync(RANGE)).toMatchObject({ success: 5, failed: 0 });
    const verified = await daysync.sync({ ...RANGE, mode: 'verify', verify: 'report' });
    expect(verified).toMatchObject({ skipped: 5, failed: 0 });
    await daysync.stop();
    const query = blocks.find(({ language }) => language === 'sql')?.text;
    if (query === undefined) return;
    const rows = await queryDuckdb(':memory:', query.replace('lake/', `${folder}/lake/`));
    expect(rows).toHaveLength(10);
    expect(await readFile(path.join(folder, 'lake/weather/_daysync.json'), 'utf8')).toContain(
      'key',
    );
  },
);
