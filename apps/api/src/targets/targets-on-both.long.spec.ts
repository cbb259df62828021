import { sql } from 'kysely';
import type { CalendarDay } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, makeDataset } from '../sync/sync.fixture.js';
import type { ColumnType, TargetValue } from './column-types.js';
import { type Dataset } from '../datasets/file/dataset.js';
import type { TargetColumn } from './target.js';
import { replaceDay, TargetRefusedError } from './target-rows.js';
import { prepareTarget } from './target-table.js';

function column(name: string, type: ColumnType, nullable = true): TargetColumn {
  return { name, from: name, type, nullable };
}

function datasetOf(...columns: readonly TargetColumn[]): Dataset {
  return makeDataset({ target: { table: 'readings', columns } });
}

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

type Rows = Parameters<typeof replaceDay>[3];

const write = (day: CalendarDay, rows: Rows, dataset = sync.dataset): Promise<void> =>
  sync.database.write('targets', (transaction) => replaceDay(transaction, dataset, day, rows));

const change = (statement: string): Promise<unknown> =>
  sync.database.write('targets', ({ db }) => sql.raw(statement).execute(db));

function stage(rows: readonly (readonly TargetValue[])[]): Rows {
  const table = sync.database.staging.create(rows[0]?.length ?? 0);
  table.append(rows);
  return table;
}

describe.each(DIALECTS)('a target on %s', (dialect) => {
  const VALUE = column('value', 'integer', false);
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect));
  });

  it('has its days indexed, whatever the length of its name', async () => {
    const names = ['a', 'b'].map((end) => `${'l'.repeat(62)}${end}`);
    for (const name of names) {
      const dataset = makeDataset({ target: { table: name, columns: [VALUE] } });
      await sync.database.write('targets', (transaction) => prepareTarget(transaction, dataset));
    }
    const { rows } = await (
      dialect === 'sqlite'
        ? sql`select tbl_name as name from sqlite_master where type = 'index' and sql like '%sync_day%' and tbl_name like 'lll%'`
        : sql`select tablename as name from pg_indexes where indexdef like '%(sync_day)' and tablename like 'lll%'`
    ).execute(sync.database.read);
    expect(rows).toEqual(names.map((name) => ({ name })));
  });

  it('accepts staged rows like any others, and yields to the event loop', async () => {
    const values = Array.from({ length: 30_001 }, (_, n) => [n]);
    const before = sync.database.advances;
    await write(D1, stage(values));
    // One for the commit.
    expect(sync.database.advances - before).toBeGreaterThan(5);
    await write(D1, stage(values.map(([n = 0]) => [n + 7])));
    const { rows } = await sql`
      select count(*) as count, min(value) as least, max(value) as most, sum(value) as sum from readings
    `.execute(sync.database.read);
    expect(rows.map((row) => JSON.stringify(row))).toEqual([
      expect.stringMatching(/"count":30001,"least":7,"most":30007,"sum":"?450225007/),
    ]);
  });

  it('keeps what the day had where the rows can not be read to their end', async () => {
    await write(D1, [[1]]);
    const broken = stage(Array.from({ length: 9_000 }, (_, n) => [n]));
    if (!('table' in broken)) throw new Error('expected staged rows');
    const lost = Object.assign(Object.create(broken) as typeof broken, {
      table: 'absent',
      read: (first: number, count: number) => {
        if (first > 3_000) throw new Error('lost');
        return broken.read(first, count);
      },
    });
    await expect(write(D1, lost)).rejects.toThrow(dialect === 'sqlite' ? 'no such table' : 'lost');
    expect(await sync.target()).toEqual([{ day: D1, value: 1 }]);
    await write(D1, broken);
    expect(await sync.target()).toHaveLength(9_000);
  });
});

describe('a target in PostgreSQL', () => {
  const POSTGRES = DIALECTS.filter((dialect) => dialect === 'postgres');
  const RAISES = `create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'none of yours'; end $$`;

  // One of a kind: where there is no PostgreSQL for the machine, there is nothing to try.
  it.each(
    POSTGRES.flatMap((dialect) =>
      (
        [
          ['check', 'alter table readings add check (value < 3)', [[1], [3]], 'violates check'],
          [
            'index',
            'create index on readings (note)',
            [[1], [2, Array.from({ length: 9_000 }, (_, n) => n * n).join()]],
            'index row requires',
          ],
          ['json', 'select 1', [[1], [2, null, '"\\u0000"']], 'unsupported Unicode escape'],
          ['json', 'select 1', [[1], [2, null, '1e200000']], 'value overflows numeric format'],
          ['trigger', RAISES, [[1], [2]], 'none of yours'],
        ] as const
      ).map((given) => [...given, dialect] as const),
    ),
  )('says which row a %s refused: %s', async (what, statement, rows, why, dialect) => {
    const dataset = datasetOf(
      column('value', 'integer'),
      column('note', 'text'),
      column('more', 'json'),
    );
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets: [dataset] });
    await change(statement);
    if (what === 'trigger') {
      await change(`create trigger refuse before insert on readings for each row
        when (new.value = 2) execute function refuse()`);
    }
    const whole = rows.map((row) => [...row, null, null].slice(0, 3));
    const refused = await write(D1, whole).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TargetRefusedError);
    const { message } = refused as TargetRefusedError;
    expect(message).toMatch(/^expected readings to accept the rows, got: /);
    expect(message).toContain(why);
    expect(message).toMatch(/ \(row 2 of the day(?:, column more)?\)$/);
  });
});
