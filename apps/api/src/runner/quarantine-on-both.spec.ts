import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import type { FetchedDay, QuarantinedRows } from '../sources/day-source.js';
import { D1, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { EMPTY_FINGERPRINT } from '../targets/fingerprint.js';
import { ScratchInstallation } from './installation.fixture.js';

const scratch = migratedDatabases();

function badRows(rows: readonly number[], written = 0, text = 'x'): QuarantinedRows {
  return {
    fetched: rows.length + written,
    count: rows.length,
    rows: rows.map((row) => ['a.csv', row, 'VALUE_INVALID', 'value', `row ${row}: bad`, text]),
  };
}

function fetchedWith(values: readonly number[], bad: readonly number[]): FetchedDay {
  return { ...rowsOf(...values), quarantined: badRows(bad, values.length) } as FetchedDay;
}

describe.each(DIALECTS)('the quarantine of a day, on %s', (dialect) => {
  const it = testsOn(dialect);
  let sync: ScratchInstallation;
  beforeEach(async () => {
    const datasets = [makeDataset({ onBadRow: { rows: 10 }, onEmpty: 'skip' })];
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets });
  });
  afterEach(() => sync.close());

  const quarantine = async (): Promise<unknown> =>
    (
      await sync.database.read
        .selectFrom('quarantined_row')
        .select(['dataset', 'day', 'position', 'file', 'row', 'code', 'column', 'text', 'content'])
        .orderBy('day')
        .orderBy('position')
        .execute()
    ).map(({ day, row }) => [day, row]);
  const record = (): Promise<unknown> =>
    sync.database.read
      .selectFrom('sync_record')
      .select(['status', 'rows', 'fetched_rows', 'quarantined_rows'])
      .where('day', '=', D1)
      .executeTakeFirstOrThrow();

  /** Syncs the first day, and returns its batch. */
  async function syncDay(fetched: FetchedDay): Promise<string> {
    const { batch_id } = await sync.start(D1, D1, { mode: 'all' });
    await sync.runQueued(() => fetched);
    return batch_id;
  }

  it('is committed with its rows, its record and the counts of the batch', async () => {
    const batchId = await syncDay(fetchedWith([1, 2], [3, 5]));
    expect(await quarantine()).toEqual([
      [D1, 3],
      [D1, 5],
    ]);
    expect(await record()).toEqual({
      ...{ status: 'success', rows: 2, fetched_rows: 4, quarantined_rows: 2 },
    });
    expect((await sync.days(batchId))[0]).toMatchObject({ rows: 2, quarantined_rows: 2 });
    expect((await sync.batch(batchId)).quarantined_rows).toBe(2);
    expect((await sync.progress(batchId)).quarantined_rows).toBe(2);
    expect(
      await sync.database.read.selectFrom('quarantined_row').selectAll().executeTakeFirstOrThrow(),
    ).toMatchObject({
      ...{ dataset: 'readings', day: D1, position: 0, file: 'a.csv', code: 'VALUE_INVALID' },
      ...{ column: 'value', text: 'row 3: bad', content: 'x', batch_id: batchId },
    });
    const { values } = await sync.metrics.quarantinedRows.get();
    expect(values).toMatchObject([{ labels: { dataset: 'readings' }, value: 2 }]);
  });

  it('replaces that of the sync before, and another failure leaves it as it is', async () => {
    await syncDay(fetchedWith([1], [2, 3, 4]));
    await syncDay(fetchedWith([1, 2], [9]));
    expect(await quarantine()).toEqual([[D1, 9]]);
    await syncDay(failedWith('lasting', { code: 'TOO_MANY_BAD_ROWS' }));
    expect(await quarantine()).toEqual([[D1, 9]]);
    expect(await record()).toEqual({
      ...{ status: 'failed', rows: null, fetched_rows: null, quarantined_rows: null },
    });
    await syncDay(rowsOf(1));
    expect(await quarantine()).toEqual([]);
    expect(await record()).toMatchObject({ rows: 1, fetched_rows: 1, quarantined_rows: 0 });
  });

  it('may have all rows of a day, unless the day had rows before', async () => {
    await syncDay(fetchedWith([], [1]));
    expect(await record()).toMatchObject({ status: 'success', rows: 0, fetched_rows: 1 });
    await syncDay({ kind: 'rows', rows: [], fingerprint: EMPTY_FINGERPRINT });
    expect(await record()).toMatchObject({ status: 'skipped', rows: 0, fetched_rows: 0 });
    expect(await quarantine()).toEqual([]);
    await syncDay(rowsOf(1));
    await syncDay(fetchedWith([], [1]));
    expect(await record()).toMatchObject({ status: 'failed' });
    expect(await quarantine()).toEqual([]);
    expect(await sync.target()).toMatchObject([{ value: 1 }]);
  });

  it('of more rows than one trip has is written whole, and replaced whole', async () => {
    const rows = Array.from({ length: 1_500 }, (_, at) => at + 1);
    const large: FetchedDay = {
      ...(rowsOf(1) as Extract<FetchedDay, { kind: 'rows' }>),
      quarantined: badRows(rows, 1, '雨'.repeat(1_300)),
    };
    await syncDay(large);
    expect(await quarantine()).toEqual(rows.map((row) => [D1, row]));
    await syncDay(fetchedWith([1], [7]));
    expect(await quarantine()).toEqual([[D1, 7]]);
  });
});
