import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { makeDataset } from '../sync/sync.fixture.js';
import { createKey, TARGET_DIALECTS } from './target-dialect.js';
import { createMoved, prepareTarget } from './target-table.js';
import { readTargetState, whereaboutsOf } from './target-version.js';

const LONG_NAME = 'l'.repeat(63);
/** Those of the owner of a table. */
const OWN_INDICES = [
  'create index owned on readings (sync_day)',
  'create index wide_sync_day_idx on readings (sync_day, value)',
  'create unique index unique_sync_day_idx on readings (sync_day)',
  'create index part_sync_day_idx on readings (sync_day) where value > 0',
];

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

const change = (statement: string): Promise<unknown> =>
  sync.database.write('targets', ({ db }) => sql.raw(statement).execute(db));

describe.each(DIALECTS)('the table of a target on %s', (dialect) => {
  const target = TARGET_DIALECTS[dialect];
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect));
  });

  async function indicesOf(table: string): Promise<readonly string[]> {
    const { rows } = await (
      dialect === 'sqlite'
        ? sql<{ name: string }>`select name from pragma_index_list(${table}) order by 1`
        : sql<{ name: string }>`
            select indexname as name from pg_indexes where tablename = ${table} order by 1
          `
    ).execute(sync.database.read);
    return rows.map(({ name }) => name);
  }

  /** As a version before keys made it. */
  async function renameIndex(name: string): Promise<void> {
    const [key = ''] = await indicesOf('readings');
    await change(`drop index ${key}`);
    await change(`create index ${name} on readings (sync_day)`);
  }

  it.each([dialect === 'sqlite' ? 'readings_sync_day' : 'readings_sync_day_idx', createKey()])(
    'gets one key in place of the index %s, under any name of the table',
    async (old) => {
      await renameIndex(old);
      await change('alter table readings rename to measured');
      const key = createKey();
      await sync.database.write('targets', ({ db }) => target.setKey(db, 'measured', key));
      expect(await indicesOf('measured')).toEqual([key]);
    },
  );

  it('gets its key in place of an older one, if it has another index as well', async () => {
    await change('create index a_sync_day_idx on readings (sync_day)');
    const key = createKey();
    await sync.database.write('targets', ({ db }) => target.setKey(db, 'readings', key));
    const keys = (await indicesOf('readings')).filter((name) => name.startsWith('daysync_day_'));
    expect(keys).toEqual([key]);
  });

  it('keeps the indices of its owner', async () => {
    for (const statement of OWN_INDICES) await change(statement);
    const [, ...owned] = await indicesOf('readings');
    const key = createKey();
    await sync.database.write('targets', ({ db }) => target.setKey(db, 'readings', key));
    expect(await indicesOf('readings')).toEqual([key, ...owned]);
  });

  it('gets one key after a move without one, whatever the length of its name', async () => {
    const { columns } = makeDataset().target;
    const dataset = makeDataset({ target: { table: LONG_NAME, columns } });
    await sync.database.write('targets', (transaction) =>
      createMoved(transaction, dataset.target, null),
    );
    const moved = await readTargetState(sync.database.read, dialect, dataset);
    expect(moved).toMatchObject({ exists: true, key: null });
    const { version } = await sync.database.write('targets', (transaction) =>
      prepareTarget(transaction, dataset),
    );
    expect(await indicesOf(LONG_NAME)).toEqual([version?.key]);
  });

  it('is known to be dropped', async () => {
    const failure = async (statement: string): Promise<unknown> =>
      change(statement).then(
        () => null,
        (error: unknown) => error,
      );
    await change('drop table readings');
    expect(target.isNoTable(await failure('select 1 from readings'), 'readings')).toBe(true);
    expect(target.isNoTable(await failure('select nothing'), 'readings')).toBe(false);
    if (dialect === 'sqlite') return;
    // As a server of another language says it.
    const german = `do $$ begin
      raise 'Relation »readings« existiert nicht' using errcode = 'undefined_table';
    end $$`;
    expect(target.isNoTable(await failure(german), 'readings')).toBe(true);
  });

  it('is compared with a version once, not for each record', async () => {
    const state = await readTargetState(sync.database.read, dialect, sync.dataset);
    const [version = 0] = state.versions.keys();
    expect(whereaboutsOf(state, version)).toBe(whereaboutsOf(state, version));
    expect(whereaboutsOf(state, version)).toMatchObject({ inTarget: true, lacks: [] });
    expect(whereaboutsOf(state, null)).toMatchObject({ inTarget: false });
  });
});
