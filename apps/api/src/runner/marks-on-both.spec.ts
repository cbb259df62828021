import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import type { DayMark } from '../batches/day-marks.js';
import { failedWith, D1, D2, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import type { FetchedDay } from '../sources/day-source.js';
import { registerEndpoints } from '../webhooks/endpoint-register.js';
import { makeEndpoint } from '../webhooks/webhook.fixture.js';
import type { Judgement } from './fetch/day-judge.js';
import { ScratchInstallation } from './installation.fixture.js';

const scratch = migratedDatabases();
const MARK: DayMark = {
  ...{ kind: 'unusual', of: 'rows', text: 'expected more', value: 1, median: 20, days: 8 },
};
const WARNED: DayMark = {
  ...{ kind: 'check_warned', of: 'rows.min', text: 'expected more', value: 1 },
  ...{ median: null, days: null },
};
const FAILURE: Judgement = {
  failure: { code: 'CHECK_FAILED', text: 'expected more', row: null, column: null },
  marks: [],
};

describe.each(DIALECTS)('the marks of a day, on %s', (dialect) => {
  const it = testsOn(dialect);
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets: [makeDataset()] });
    await sync.database.write('webhook', (transaction) =>
      registerEndpoints(transaction, [makeEndpoint()]),
    );
  });
  afterEach(() => sync.close());

  const record = () =>
    sync.database.read
      .selectFrom('sync_record')
      .select(['status', 'marks', 'accepted_at', 'accepted_by', 'error_code'])
      .where('day', '=', D1)
      .executeTakeFirst();
  const marksOf = async (): Promise<unknown> => {
    const { marks = null } = (await record()) ?? {};
    return marks === null ? null : (JSON.parse(marks) as unknown);
  };
  const events = async (): Promise<readonly string[]> =>
    (
      await sync.database.read
        .selectFrom('webhook_delivery')
        .select('payload')
        .orderBy('created_at')
        .execute()
    )
      .map(({ payload }) => (JSON.parse(payload) as { readonly type: string }).type)
      .filter((type) => type.startsWith('day.'))
      .toSorted();

  /** Syncs the first day, and returns its batch. */
  async function syncDay(fetched: FetchedDay, judgement?: Judgement): Promise<string> {
    const { batch_id } = await sync.start(D1, D1, { mode: 'all' });
    sync.judgement = judgement;
    await sync.runQueued(() => fetched);
    return batch_id;
  }

  it('are committed with its rows, its record and its webhooks', async () => {
    const batchId = await syncDay(rowsOf(1), { failure: null, marks: [WARNED, MARK] });
    expect(await marksOf()).toEqual([WARNED, MARK]);
    expect(JSON.parse((await sync.days(batchId))[0]?.marks ?? '')).toEqual([WARNED, MARK]);
    expect(await sync.target()).toMatchObject([{ value: 1 }]);
    expect(await events()).toEqual(['day.check_warned', 'day.unusual']);
  });

  it('are so too where the commit begins the next day', async () => {
    await sync.startRunning(D1, D2, { mode: 'all' });
    const running = await sync.begin();
    sync.judgement = { failure: null, marks: [MARK] };
    expect(await sync.finish(running, rowsOf(1))).toMatchObject({ kind: 'claimed' });
    expect(await marksOf()).toEqual([MARK]);
    expect(await events()).toEqual(['day.unusual']);
  });

  it('are those of the last answer, and accepted only until the next', async () => {
    await syncDay(rowsOf(1), { failure: null, marks: [MARK] });
    await sync.database.write('accept', async ({ db }) => {
      await db.updateTable('sync_record').set({ accepted_at: 't', accepted_by: 'ops' }).execute();
    });
    await syncDay(failedWith('lasting'));
    expect(await record()).toMatchObject({
      status: 'failed',
      accepted_at: 't',
      accepted_by: 'ops',
    });
    expect(await marksOf()).toEqual([MARK]);
    await syncDay(rowsOf(1, 2), { failure: null, marks: [WARNED] });
    expect(await record()).toMatchObject({ accepted_at: null, accepted_by: null });
    expect(await marksOf()).toEqual([WARNED]);
    await syncDay(rowsOf(1, 2, 3), { failure: null, marks: [] });
    expect(await marksOf()).toBeNull();
  });

  it('are not written by a day that fails its checks: its older rows and marks stay', async () => {
    await syncDay(rowsOf(7), { failure: null, marks: [MARK] });
    await syncDay(rowsOf(1), FAILURE);
    expect(await record()).toMatchObject({ status: 'failed', error_code: 'CHECK_FAILED' });
    expect(await marksOf()).toEqual([MARK]);
    expect(await sync.target()).toMatchObject([{ value: 7 }]);
    expect(await events()).toEqual(['day.check_failed', 'day.unusual']);
  });
});
