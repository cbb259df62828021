import { mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { addDays, parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { zipOf } from '../../apps/api/src/sources/formats/zip.fixture.js';
import { queryRows, type StoredRow } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { encode, readRecipes, type Recipe, type RecipeData } from '../docs/recipe.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';

const RECIPES = readRecipes();
const SITE = 'https://api.example.com';

let daysync: DaysyncApp;
const requests: IncomingMessage[] = [];
beforeAll(async () => {
  const folder = await scratchFolder();
  const site = urlOf(await startHttpServer(answer));
  for (const { data } of RECIPES) for (const one of data) await provide(folder, one);
  const datasets = RECIPES.map(({ dataset }): DatasetYaml => {
    const { url } = dataset.source;
    if (typeof url !== 'string') return dataset;
    const own = url.replace(SITE, site);
    return { ...dataset, source: { ...dataset.source, url: own } };
  });
  daysync = await startApp({ folder, datasets });
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  requests.push(request);
  const data = RECIPES.flatMap((recipe) => recipe.data).find(
    ({ name }) => name === `${SITE}${request.url ?? ''}`,
  );
  if (data === undefined) response.writeHead(404).end();
  else if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
  else {
    if (data.remark.includes('`ETag`')) response.setHeader('etag', '"v1"');
    response.end(data.text);
  }
}

/** Makes a file as the page describes it. */
async function provide(folder: string, { name, remark, text }: RecipeData): Promise<void> {
  if (name.startsWith(SITE)) return;
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  const [, encoding] = /^in ([\w-]+)$/.exec(remark) ?? [];
  const [, entry] = /^a zip of `(.+)`$/.exec(remark) ?? [];
  if (remark === 'with SQLite') {
    const database = new DatabaseSync(file);
    database.exec(text);
    database.close();
  } else if (entry !== undefined) await writeFile(file, zipOf({ [entry]: text }));
  else if (encoding !== undefined) await writeFile(file, encode(text, encoding));
  else if (remark === '') await writeFile(file, text);
  else throw new Error(`expected a remark that this test knows, got ${remark}`);
}

/** The days of a recipe, and one before and after them. */
function rangeOf({ rows }: Recipe): { readonly start_date: string; readonly end_date: string } {
  const days = rows.map(([day = '']) => dayOf(day)).toSorted();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) throw new Error('expected rows');
  return { start_date: addDays(first, -1), end_date: addDays(last, 1) };
}

function dayOf(text: string): CalendarDay {
  const day = parseCalendarDay(text);
  if (day === undefined) throw new Error(`expected a day, got ${text}`);
  return day;
}

/** The rows of a target as the page shows them. */
async function shownRows({ dataset, columns }: Recipe): Promise<readonly (readonly string[])[]> {
  const { table = '' } = dataset.target;
  const names = columns.map((name) => `"${name}"`).join(', ');
  const rows = await queryRows(daysync.database, `select ${names} from "${table}"`);
  return rows
    .map((row) => columns.map((name) => showCell(dataset, name, row[name])))
    .toSorted(byText);
}

function showCell(
  { target }: DatasetYaml,
  name: string,
  value: StoredRow[string] | undefined,
): string {
  if (value === null || value === undefined) return 'NULL';
  const column = target.columns[name] as string | { readonly type: string } | undefined;
  const type = typeof column === 'object' ? column.type : column;
  return type === 'boolean' ? String(value === 1n || value === 1) : String(value);
}

const byText = (one: readonly string[], other: readonly string[]): number =>
  one.join('\n') < other.join('\n') ? -1 : 1;

/** The same instant has several texts, and PostgreSQL has its own. */
const sameInstants = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows.map((row) =>
    row.map((cell) => (/^\d{4}-\d\d-\d\dT/.test(cell) ? new Date(cell).toISOString() : cell)),
  );

it('are more than twenty, each with data and rows', () => {
  expect(RECIPES.length).toBeGreaterThanOrEqual(20);
  for (const { title, data, rows } of RECIPES) {
    expect({ title, hasData: data.length > 0, hasRows: rows.length > 0 }).toEqual({
      ...{ title, hasData: true, hasRows: true },
    });
  }
});

describe('recipes', () => {
  it.each(RECIPES.map((recipe) => [recipe.title, recipe] as const))('%s', async (_, recipe) => {
    const progress = await daysync.sync({ dataset: recipe.dataset.name, ...rangeOf(recipe) });
    const days = await daysync.days(progress.task_id);
    expect(days.filter(({ error }) => error !== null)).toEqual([]);
    expect(sameInstants(await shownRows(recipe))).toEqual(
      sameInstants(recipe.rows).toSorted(byText),
    );
    const withRows = new Set(recipe.rows.map(([day]) => day)).size;
    expect(progress).toMatchObject({ success: withRows, failed: 0 });
  });

  it('an answer with many days is fetched once, and not again while it is the same', async () => {
    const recipe = RECIPES.find(({ dataset }) => dataset.name === 'rates');
    if (recipe === undefined) throw new Error('expected the recipe rates');
    const isOfRates = ({ url }: IncomingMessage): boolean => url === '/rates.csv';
    expect(requests.filter(isOfRates)).toHaveLength(1);
    await daysync.sync({ dataset: 'rates', ...rangeOf(recipe), mode: 'all' });
    const conditions = requests.filter(isOfRates).map(({ headers }) => headers['if-none-match']);
    expect(conditions).toEqual([undefined, '"v1"']);
  });
});
