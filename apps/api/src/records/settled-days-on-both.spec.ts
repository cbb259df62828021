import { addDays, calendarDay, type CalendarDay } from '@daysync/progress';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D2, D3, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { KnownDatasets } from './records.service.js';
import { SettledDaysService } from './settled-days.service.js';

const scratch = migratedDatabases();
const RANGE = { start_date: D1, end_date: D3, reason: 'lost by the source' };

describe.each(DIALECTS)('settled days, on %s', (dialect) => {
  const it = testsOn(dialect);
  let sync: ScratchInstallation;
  let service: SettledDaysService;
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets: [makeDataset()] });
    service = serviceOf(sync);
  });
  afterEach(() => sync.close());

  function serviceOf({ catalog, clock, database, live }: ScratchInstallation): SettledDaysService {
    const known = new KnownDatasets(catalog, database);
    return new SettledDaysService(database, catalog, known, live, clock, pino({ enabled: false }));
  }

  const stored = () =>
    sync.database.read
      .selectFrom('settled_day')
      .select(['day', 'reason', 'settled_by'])
      .orderBy('day')
      .execute();
  async function synced(day: CalendarDay, outcome = rowsOf(1)): Promise<void> {
    await sync.start(day, day, { mode: 'all' });
    await sync.runQueued(() => outcome);
  }

  it('are the missing and the failed ones, with a reason and a name', async () => {
    await synced(D1);
    await synced(D2, failedWith('lasting'));
    expect(await service.settle('readings', RANGE, 'ana')).toMatchObject({
      kind: 'settled',
      settled: { days: 2 },
    });
    const ana = { reason: RANGE.reason, settled_by: 'ana' };
    expect(await stored()).toEqual([
      { day: D2, ...ana },
      { day: D3, ...ana },
    ]);
    // Later with another reason.
    await service.settle('readings', { ...RANGE, start_date: D3, reason: 'a holiday' }, null);
    expect(await stored()).toEqual([
      { day: D2, ...ana },
      { day: D3, reason: 'a holiday', settled_by: null },
    ]);
  });

  it('are neither those in the target, nor empty ones, nor those that are not expected', async () => {
    await synced(D1);
    // A failure keeps the rows of before.
    await synced(D1, failedWith('lasting'));
    await synced(D2, rowsOf());
    const none = { kind: 'nothing_to_settle', dataset: 'readings' };
    const settled = service.settle('readings', { ...RANGE, end_date: D2 }, null);
    expect(await settled).toEqual({ ...none, start_date: D1, end_date: D2 });
    const never = { rule: 'FREQ=DAILY', from: addDays(D3, 1), until: null };
    const expected = { ...never, except: [], writtenExcept: null };
    sync.catalog.replace({ datasets: [makeDataset({ expected })], file: null });
    expect(await service.settle('readings', RANGE, null)).toMatchObject(none);
    // Those that were synced to another table of before neither.
    const target = { ...makeDataset().target, table: 'others' };
    sync.catalog.replace({ datasets: [makeDataset({ target })], file: null });
    const first = { ...RANGE, end_date: D1 };
    expect(await service.settle('readings', first, null)).toMatchObject(none);
    expect(await stored()).toEqual([]);
  });

  it('may be days without rows where a rule names them', async () => {
    await synced(D1, rowsOf());
    const expected = {
      rule: 'FREQ=DAILY',
      from: null,
      until: null,
      except: [],
      writtenExcept: null,
    };
    sync.catalog.replace({ datasets: [makeDataset({ expected })], file: null });
    await service.settle('readings', { ...RANGE, end_date: D1 }, null);
    expect(await stored()).toMatchObject([{ day: D1 }]);
  });

  it('are skipped by batches of each kind until that is taken back', async () => {
    await synced(D1, failedWith('lasting'));
    const failed = await sync.start(D1, D3);
    await sync.runQueued(() => failedWith('lasting'));
    await service.settle('readings', { ...RANGE, end_date: D2 }, null);
    const asked = { at: '2025-10-20T00:00:00.000Z', by: null, unixSeconds: 1 };
    const statesOf = async (batchId: string): Promise<readonly string[]> =>
      (await sync.days(batchId)).map(({ state, reason }) => `${state} ${reason ?? 'synced'}`);
    const retry = await sync.creation.retry(
      { ...asked, parent: failed.batch_id, codes: null },
      (name) => sync.catalog.get(name),
    );
    if (retry.kind !== 'created') throw new Error(`expected a retry, got ${retry.kind}`);
    await sync.runQueued(() => rowsOf(1));
    const skipped = ['skipped not_expected', 'skipped not_expected'];
    expect(await statesOf(retry.batch.batch_id)).toEqual(['success synced']);
    const all = await sync.start(D1, D3, { mode: 'all' });
    await sync.runQueued(() => rowsOf(1));
    expect(await statesOf(all.batch_id)).toEqual([...skipped, 'success synced']);
    const { expected, fingerprint, name: dataset } = makeDataset();
    const chosen = { dataset, fingerprint, expected, days: [D1, D2], ...asked, unixSeconds: 2 };
    const days = await sync.creation.retryDays(chosen);
    if (days.kind !== 'created') throw new Error(`expected a batch, got ${days.kind}`);
    await sync.runQueued(() => rowsOf(1));
    expect(await statesOf(days.batch.batch_id)).toEqual(skipped);
    const back = await service.takeBack('readings', { start_date: D2, end_date: D3 }, 'ana');
    expect(back).toMatchObject({ kind: 'taken_back', settled: { days: 1 } });
    const last = await sync.start(D1, D3);
    await sync.runQueued(() => rowsOf(1));
    expect(await statesOf(last.batch_id)).toEqual([
      ...['skipped not_expected', 'success synced', 'skipped already_synced'],
    ]);
  });

  it('leave nothing to repair in the batch that failed at them', async () => {
    await sync.start(D1, D3);
    await sync.runQueued((day) => (day === D1 ? rowsOf(1) : failedWith('lasting')));
    const repaired = async (): Promise<readonly number[]> =>
      (await sync.store.list({ limit: 9, offset: 0 })).items.map((batch) => batch.repaired);
    const needingAttention = async (): Promise<number> =>
      (await sync.store.list({ state: 'needs_attention', limit: 9, offset: 0 })).total;
    expect([await repaired(), await needingAttention()]).toEqual([[0], 1]);
    await service.settle('readings', RANGE, null);
    expect([await repaired(), await needingAttention()]).toEqual([[2], 0]);
    await service.takeBack('readings', { start_date: D3, end_date: D3 }, null);
    expect([await repaired(), await needingAttention()]).toEqual([[1], 1]);
  });

  it('are refused while a batch has them, and no batch gets one that is settled meanwhile', async () => {
    const { batch_id } = await sync.start(D1, D3);
    expect(await service.settle('readings', RANGE, null)).toEqual({
      ...{ kind: 'overlaps', dataset: 'readings', batchId: batch_id },
    });
    await sync.runQueued(() => failedWith('lasting'));
    for (let round = 0; round < 5; round += 1) {
      const [{ kind }] = await Promise.all([
        service.settle('readings', RANGE, null),
        sync.start(D1, D3, { mode: 'all' }),
      ]);
      await sync.runQueued(() => failedWith('lasting'));
      const [batch] = await sync.database.read
        .selectFrom('batch')
        .selectAll()
        .orderBy('seq', 'desc')
        .limit(1)
        .execute();
      expect([kind, batch?.planned_skips]).toEqual(
        kind === 'settled' ? ['settled', 3] : ['overlaps', 0],
      );
      await service.takeBack('readings', RANGE, null);
    }
  });

  it('are over: what is still to come is no gap', async () => {
    // In UTC it is the 17th of October.
    const open = { start_date: calendarDay('2025-10-15'), end_date: calendarDay('2025-12-31') };
    expect(await service.settle('readings', { ...RANGE, ...open }, null)).toMatchObject({
      settled: { days: 2 },
    });
    expect((await stored()).map(({ day }) => day)).toEqual(['2025-10-15', '2025-10-16']);
    const today = calendarDay('2025-10-17');
    expect(
      await service.settle('readings', { ...RANGE, start_date: today, end_date: today }, null),
    ).toMatchObject({ kind: 'nothing_to_settle' });
  });

  it('are refused of a dataset that is unknown, and of a range that is reversed or too large', async () => {
    expect(await service.settle('none', RANGE, null)).toMatchObject({ kind: 'unknown_dataset' });
    expect(await service.takeBack('none', RANGE, null)).toMatchObject({ kind: 'unknown_dataset' });
    const reversed = { ...RANGE, start_date: D3, end_date: D1 };
    const answer = await service.settle('readings', reversed, null);
    expect(answer).toMatchObject({ kind: 'range_reversed' });
    const large = { ...RANGE, start_date: calendarDay('1900-01-01') };
    const refused = await service.takeBack('readings', large, null);
    expect(refused).toMatchObject({ kind: 'range_too_large' });
  });

  it('are many at once, and the rows of a long range', async () => {
    const range = { start_date: addDays(D1, -2_000), end_date: D1 };
    const many = { settled: { days: 2_001 } };
    const settled = await service.settle('readings', { ...RANGE, ...range }, null);
    expect(settled).toMatchObject(many);
    expect(await stored()).toHaveLength(2_001);
    expect(await service.takeBack('readings', range, null)).toMatchObject(many);
    expect(await stored()).toEqual([]);
  });
});
