// Values of every column type arrive in the target exactly as in the source, for every kind of source.
import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { queryRows } from '../database-queries.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { HAS_POSTGRES, startPostgres } from '../postgres.js';
import {
  DAY,
  fileSources,
  httpSource,
  postgresSource,
  sqliteSource,
  type TypedSourceCase,
} from '../round-trips/typed-sources.js';
import { COLUMNS, typedRows, type TypedRow } from '../round-trips/typed-values.js';
import { scratchFolder } from '../scratch.js';

const KINDS = [
  'csv_one_file',
  'csv_day_files',
  'json',
  'ndjson',
  'http',
  'provider',
  'sql_sqlite',
  // The package has no PostgreSQL for other machines.
  ...(HAS_POSTGRES ? ['sql_postgres'] : []),
];
/** Days of a kind, and the maximum rows of a day: some hundred values of each type. */
const DAYS = 6;
const MOST_ROWS = 80;

let daysync: DaysyncProcess;
const sources = new Map<string, TypedSourceCase>();
beforeAll(async () => {
  const folder = await scratchFolder();
  const postgres = HAS_POSTGRES ? await startPostgres() : undefined;
  for (const source of [
    ...fileSources(folder),
    await httpSource(),
    sqliteSource(folder),
    ...(postgres === undefined ? [] : [await postgresSource(postgres, 'WAREHOUSE_URL')]),
  ]) {
    sources.set(source.name, source);
  }
  const columns = Object.fromEntries(
    COLUMNS.map(({ name, type, nullable }) => [name, { type, nullable }]),
  );
  daysync = await startDaysync({
    folder,
    datasets: [...sources.values()].map(({ name, source }) => ({
      name,
      source,
      target: { table: name, columns },
      attempts: 1,
    })),
    env: postgres === undefined ? {} : { WAREHOUSE_URL: postgres.url() },
  });
});

async function rowsOf(table: string): Promise<unknown[][]> {
  const names = COLUMNS.map(({ name }) => name).join(', ');
  const rows = await queryRows(daysync.database, `select ${names} from ${table}`);
  return rows.map((row) => Object.values(row));
}

/** Sorts rows by their values, because a table has no order. */
function sorted(rows: readonly unknown[][]): readonly unknown[][] {
  const texts = new Map(rows.map((row) => [row, row.map(String).join('\0')]));
  return rows.toSorted((a, b) => ((texts.get(a) ?? '') < (texts.get(b) ?? '') ? -1 : 1));
}

function expectedOf(row: TypedRow, { emptyIsNull }: TypedSourceCase): unknown[] {
  return row.map((value, index) => {
    const isNothing = value === null || (emptyIsNull && value.target === '');
    return isNothing && COLUMNS[index]?.nullable === true ? null : value?.target;
  });
}

describe.each(KINDS)('the values of a source of the kind %s', (kind) => {
  it('arrive exactly, of every type, nullable or not', async () => {
    const source = sources.get(kind);
    if (source === undefined) throw new Error(`expected the kind ${kind}, got none`);
    await fc.assert(
      fc.asyncProperty(typedRows(MOST_ROWS), async (rows) => {
        await source.write(rows);
        const day = { start_date: DAY, end_date: DAY, mode: 'all', dataset: kind };
        const { task_id } = await daysync.sync(day);
        const [outcome] = await daysync.days(task_id);
        expect(outcome).toMatchObject({ state: 'success', rows: rows.length, error: null });
        const expected = rows.map((row) => expectedOf(row, source));
        expect(sorted(await rowsOf(kind))).toEqual(sorted(expected));
      }),
      // The first counterexample is enough: shrinking it needs a batch a step.
      { numRuns: DAYS, endOnFailure: true },
    );
  });
});
