import { addDays } from '@daysync/progress';
import { sql } from 'kysely';
import { afterEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import { testsOn } from '../../../../../test/tests-on.js';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { D1, D3, failedWith, makeDataset, rowsOf } from '../../sync/sync.fixture.js';
import { readEarlier, repairedOf } from './repaired-days.js';

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

/** As many batches as one that ended, over the same days; only its failed days have failed. */
const COPIES = 300;

describe.each(DIALECTS)('the failed days of earlier batches, on %s', (dialect) => {
  const it = testsOn(dialect);
  it('are found without a look at their other days', async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), {
      datasets: [makeDataset({ attempts: 1 })],
    });
    const { batch_id } = await sync.startRunning(D1, addDays(D3, 97));
    await sync.runAll((day) => (day === D3 ? failedWith('lasting') : rowsOf(1)));
    await sync.database.write('start', async ({ db }) => {
      await copyRows(db, 'batch', batch_id);
      await copyRows(db, 'batch_day', batch_id);
    });
    if (dialect === 'postgres') await sql`analyze`.execute(sync.database.read);
    const ended = await sync.database.read
      .selectFrom('batch')
      .selectAll()
      .where('batch_id', '=', batch_id)
      .executeTakeFirstOrThrow();

    const earlier = await sync.database.write('start', (transaction) =>
      readEarlier(transaction, ended),
    );
    expect(earlier).toHaveLength(200);
    const query = repairedOf(sync.database.read, earlier);
    expect(await query.execute()).toHaveLength(200);
    const plan =
      dialect === 'sqlite'
        ? await query.explain(undefined, sql`query plan`)
        : await query.explain();
    expect(JSON.stringify(plan)).toContain('batch_day_failed');
  });

  it('are those of the newest batches, up to so many days', async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), {
      datasets: [makeDataset({ attempts: 1 })],
    });
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      sync.clock.ms += 1_000;
      const { batch_id } = await sync.startRunning(D1, D1, { mode: 'all' });
      await sync.runAll(() => failedWith('lasting'));
      ids.push(batch_id);
    }
    const earlierOf = (failed: number): Promise<readonly string[]> =>
      sync.database.write('start', async (transaction) => {
        await transaction.db.updateTable('batch').set({ failed, total: failed }).execute();
        const range = { dataset: 'readings', start_date: D1, end_date: D1, updated_at: '' };
        return readEarlier(transaction, { ...range, batch_id: null });
      });
    expect(await earlierOf(1)).toEqual(ids);
    expect(await earlierOf(9_000)).toEqual(ids.slice(1));
    // The newest one always counts.
    expect(await earlierOf(50_000)).toEqual(ids.slice(3));
  });
});

async function copyRows(
  db: Parameters<Parameters<typeof sync.database.write>[1]>[0]['db'],
  table: 'batch' | 'batch_day',
  batchId: string,
): Promise<void> {
  const one = await db
    .selectFrom(table)
    .selectAll()
    .where('batch_id', '=', batchId)
    .executeTakeFirstOrThrow();
  const columns = Object.keys(one).filter((column) => !['seq', 'batch_id'].includes(column));
  const refs = sql.join(columns.map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(table)} (batch_id, ${refs})
    with recursive copy(number) as (select 1 union all select number + 1 from copy where number < ${sql.lit(COPIES)})
    select batch_id || '-' || number, ${refs} from ${sql.table(table)} cross join copy
    where batch_id = ${batchId}`.execute(db);
}
