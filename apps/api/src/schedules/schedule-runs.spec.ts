import { afterAll, beforeAll, beforeEach, describe, expect, vi } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import { sql, type Transaction } from 'kysely';
import type { BatchRow, DatasetScheduleRow, Schema } from '../database/schema.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import type { Decision, ScheduleRuns, ScheduledDataset } from './schedule-runs.js';
import { clockAt, processOn, scheduled } from './schedules.fixture.js';

const scratch = migratedDatabases();
const DAILY = scheduled();
const WRITTEN = ['lane', 'batch', 'batch_day', 'sync_record', 'dataset_schedule'] as const;

describe.each(DIALECTS)('runs on %s', (dialect) => {
  const it = testsOn(dialect);
  let url: string | null;
  let sync: ScratchInstallation;
  beforeAll(async () => {
    url = await scratch(dialect);
    sync = await ScratchInstallation.open(url);
  });
  afterAll(() => sync.close());

  let clock: ReturnType<typeof clockAt>;
  let runs: ScheduleRuns;
  beforeEach(async () => {
    await change(async (db) => {
      for (const table of WRITTEN) await db.deleteFrom(table).execute();
    });
    // 6:00 in Shanghai.
    clock = clockAt('2026-05-09T22:00:00.000Z');
    ({ runs } = processOn(sync.database, clock, [DAILY]));
    await runs.register([DAILY]);
  });

  const change = (work: (db: Transaction<Schema>) => Promise<unknown>): Promise<unknown> =>
    sync.database.write('targets', ({ db }) => work(db));
  const decide = (dataset: ScheduledDataset = DAILY): Promise<Decision> => runs.decide(dataset);
  /** The batch that a decision has started. */
  function startedBy({ run }: Decision): BatchRow {
    if (run?.outcome === 'started') return run.batch;
    throw new Error(`expected a batch, got ${JSON.stringify(run)}`);
  }
  const fireAt = (instant: string, dataset = DAILY): Promise<Decision> => {
    clock.ms = Date.parse(instant);
    return decide(dataset);
  };
  const rows = (): Promise<DatasetScheduleRow[]> =>
    sync.database.read.selectFrom('dataset_schedule').selectAll().execute();

  it('start nothing before the time, and then one batch of the days before it', async () => {
    expect(await decide()).toEqual({ decidedUntil: clock.ms, run: null });
    const batch = startedBy(await fireAt('2026-05-09T22:30:00.250Z'));
    expect(batch).toMatchObject({
      batch_id: '2026-05-07_2026-05-09_1778365800',
      ...{ dataset: 'readings', status: 'queued', mode: 'missing_and_failed', total: 3 },
      ...{ started_by: 'schedule', created_at: '2026-05-09T22:30:00.250Z', fingerprint: 'f1' },
    });
    expect((await sync.days(batch.batch_id)).map(({ day }) => day)).toEqual([
      ...['2026-05-07', '2026-05-08', '2026-05-09'],
    ]);
    expect(await decide()).toMatchObject({ run: null });
    expect(await rows()).toEqual([
      {
        ...{ dataset: 'readings', cron: '30 6 * * *', time_zone: 'Asia/Shanghai' },
        decided_until: '2026-05-09T22:30:00.000Z',
        covered_until: '2026-05-09T22:30:00.000Z',
        rechecked_until: '2026-05-09T22:30:00.000Z',
        last_due_at: '2026-05-09T22:30:00.000Z',
        last_at: '2026-05-09T22:30:00.250Z',
        ...{ last_outcome: 'started', last_batch_id: batch.batch_id },
        paused_at: null,
        paused_by: null,
      },
    ]);
  });

  it('plan the days as any start does, and repair those of a target that was dropped', async () => {
    const plannedAt = async (instant: string): Promise<readonly string[]> => {
      const { batch_id } = startedBy(await fireAt(instant));
      const days = await sync.days(batch_id);
      await sync.runQueued();
      return days.map(({ action, reason }) => reason ?? action);
    };
    await plannedAt('2026-05-09T22:30:00Z');
    const synced = 'already_synced';
    expect(await plannedAt('2026-05-10T22:30:00Z')).toEqual([synced, synced, 'run']);
    await change((db) => sql`drop table readings`.execute(db));
    expect(await plannedAt('2026-05-11T22:30:00Z')).toEqual(['run', 'run', 'run']);
    expect(await sync.target()).toHaveLength(3);
  });

  it('are one for all that were missed, and of many processes at once one has it', async () => {
    clock.ms = Date.parse('2026-05-14T03:00:00Z');
    const decisions = await Promise.all(Array.from({ length: 6 }, () => decide()));
    const started = decisions.filter(({ run }) => run !== null).map(startedBy);
    expect(started).toMatchObject([{ start_date: '2026-05-07', end_date: '2026-05-13' }]);
    const decidedUntil = Date.parse('2026-05-13T22:30:00Z');
    expect(decisions.map((decision) => decision.decidedUntil)).toEqual(
      decisions.map(() => decidedUntil),
    );
    expect((await sync.store.list({ limit: 9, offset: 0 })).total).toBe(1);
  });

  it('are skipped while an active batch has some of their days, and lose none of them', async () => {
    const first = startedBy(await fireAt('2026-05-09T22:30:00Z'));
    expect((await fireAt('2026-05-10T22:30:00Z')).run).toMatchObject({
      ...{ outcome: 'skipped_overlap', batchId: first.batch_id },
      range: { start_date: '2026-05-08', end_date: '2026-05-10' },
    });
    expect((await fireAt('2026-05-11T22:30:00Z')).run).toMatchObject({
      outcome: 'skipped_overlap',
    });
    expect(await rows()).toMatchObject([
      {
        decided_until: '2026-05-11T22:30:00.000Z',
        covered_until: '2026-05-09T22:30:00.000Z',
        last_outcome: 'skipped_overlap',
        last_batch_id: first.batch_id,
      },
    ]);
    await sync.runQueued();
    expect(await decide()).toMatchObject({ run: null });
    expect(startedBy(await fireAt('2026-05-15T22:30:00Z'))).toMatchObject({
      ...{ start_date: '2026-05-08', end_date: '2026-05-15' },
    });
  });

  it('leave alone what comes after today in the zone of the dataset', async () => {
    // On Kiritimati it is the 10th already, and on Midway still the 8th.
    const ahead = scheduled(
      { cron: '30 0 * * *', timeZone: 'Pacific/Kiritimati', lookbackDays: 1 },
      { timeZone: 'Pacific/Midway' },
    );
    clock.ms = Date.parse('2026-05-09T09:00:00Z');
    await runs.register([ahead]);
    const batch = startedBy(await fireAt('2026-05-09T10:30:00Z', ahead));
    expect(await sync.days(batch.batch_id)).toMatchObject([
      { day: '2026-05-09', action: 'skip', reason: 'future_date' },
    ]);
  });

  it('know a schedule again at the next start, and one that has changed from then on', async () => {
    await fireAt('2026-05-09T22:30:00Z');
    const [known] = await rows();
    clock.ms = Date.parse('2026-05-12T00:00:00Z');
    await runs.register([scheduled({ lookbackDays: 9 })]);
    expect(await rows()).toEqual([known]);
    const changed = scheduled({ cron: '0 4 * * *' });
    await runs.register([changed]);
    expect(await rows()).toEqual([
      {
        ...known,
        cron: '0 4 * * *',
        decided_until: '2026-05-12T00:00:00.000Z',
        covered_until: '2026-05-12T00:00:00.000Z',
      },
    ]);
    expect(await decide(changed)).toMatchObject({ run: null });
  });

  it('verify at their first start the day that is of an age on that day, and at later ones no day again', async () => {
    const daily = scheduled({ recheckDays: [20] });
    await sync.start(calendarDay('2026-04-19'), calendarDay('2026-04-22'));
    await sync.runQueued();
    await runs.register([]);
    await runs.register([daily]);
    // In Shanghai it is the 10th of May, as when the schedule was registered.
    for (const [at, day] of [
      ['2026-05-09T22:30:00Z', '2026-04-20'],
      ['2026-05-10T22:30:00Z', '2026-04-21'],
    ] as const) {
      const { batch_id } = startedBy(await fireAt(at, daily));
      const verified = (await sync.days(batch_id)).filter(({ verifies }) => verifies === 1);
      expect(verified.map((one) => one.day)).toEqual([day]);
      await sync.runQueued();
    }
  });

  it('verify the days of an age after an edit, and after a batch that had older ones', async () => {
    const daily = scheduled({ recheckDays: [20] });
    await fireAt('2026-05-09T22:30:00Z', daily);
    await sync.runQueued();
    await sync.start(calendarDay('2026-04-18'), calendarDay('2026-04-22'));
    await sync.runQueued();
    // Edited before the next run: in Shanghai it is the 11th of May then, which has the 21st of April.
    clock.ms = Date.parse('2026-05-10T12:00:00Z');
    const edited = scheduled({ cron: '0 4 * * *', recheckDays: [20] });
    await runs.register([edited]);
    const older = await sync.start(calendarDay('2026-04-21'), calendarDay('2026-04-21'));
    const alone = startedBy(await fireAt('2026-05-10T20:00:00Z', edited));
    expect(alone).toMatchObject({ verify: null, start_date: '2026-05-08' });
    expect(await rows()).toMatchObject([
      { covered_until: '2026-05-10T20:00:00.000Z', rechecked_until: '2026-05-09T22:30:00.000Z' },
    ]);
    await sync.runQueued();
    expect(await sync.progress(older.batch_id)).toMatchObject({ status: 'completed' });
    // The next run has those of both dates.
    const both = startedBy(await fireAt('2026-05-11T20:00:00Z', edited));
    const verified = (await sync.days(both.batch_id)).filter(({ verifies }) => verifies === 1);
    expect(verified.map(({ day }) => day)).toEqual(['2026-04-21', '2026-04-22']);
    await sync.runQueued();
    expect(await rows()).toMatchObject([{ rechecked_until: '2026-05-11T20:00:00.000Z' }]);
  });

  it('begin where its runs are, of a schedule that an older process has registered', async () => {
    await change((db) =>
      db.updateTable('dataset_schedule').set({ rechecked_until: null }).execute(),
    );
    const daily = scheduled({ recheckDays: [20] });
    expect((await fireAt('2026-05-09T22:30:00Z', daily)).run).toMatchObject({ outcome: 'started' });
    expect(await rows()).toMatchObject([{ rechecked_until: '2026-05-09T22:30:00.000Z' }]);
  });

  it('verify the days of an age beside the days of a schedule that verifies', async () => {
    await sync.start(calendarDay('2026-04-21'), calendarDay('2026-04-21'));
    await sync.runQueued();
    const daily = scheduled({ recheckDays: [20], mode: 'verify' });
    const batch = startedBy(await fireAt('2026-05-10T22:30:00Z', daily));
    const days = await sync.days(batch.batch_id);
    expect(days.filter(({ verifies }) => verifies === 1).map(({ day }) => day)).toEqual([
      '2026-04-21',
    ]);
  });

  it('forget a schedule that is gone, and begin one that another process has forgotten', async () => {
    await runs.register([scheduled({}, { name: 'other' })]);
    expect(await rows()).toMatchObject([{ dataset: 'other' }]);
    clock.ms = Date.parse('2026-05-12T00:00:00Z');
    expect(await decide()).toEqual({ decidedUntil: clock.ms, run: null });
    expect(await rows()).toHaveLength(2);
  });

  it('get over a clock that was a year ahead, and have no time twice by one that was a minute', async () => {
    await fireAt('2027-05-09T22:30:00Z');
    clock.ms = Date.parse('2027-05-09T22:29:00Z');
    await runs.register([DAILY]);
    expect(await fireAt('2027-05-09T22:31:00Z')).toMatchObject({ run: null });
    clock.ms = Date.parse('2026-05-10T00:00:00Z');
    await runs.register([DAILY]);
    expect(await rows()).toMatchObject([{ decided_until: '2026-05-10T00:00:00.000Z' }]);
  });

  it('begin a batch and their state together or not at all', async () => {
    clock.ms = Date.parse('2026-05-09T22:30:00Z');
    const before = await rows();
    // Of the two writes, what comes second fails.
    await change((db) =>
      sql`alter table dataset_schedule rename column last_at to away`.execute(db),
    );
    await expect(decide()).rejects.toThrow('last_at');
    expect((await sync.store.list({ limit: 9, offset: 0 })).total).toBe(0);
    await change((db) =>
      sql`alter table dataset_schedule rename column away to last_at`.execute(db),
    );
    expect(await rows()).toEqual(before);
    expect(startedBy(await decide()).total).toBe(3);
  });

  if (dialect === 'postgres') {
    it('have the time of the database, however wrong the clocks of the nodes are', async () => {
      const minute = 60_000;
      const opened = (applicationName: string): Promise<PostgresDatabase> =>
        PostgresDatabase.open({ address: url ?? '', connections: 2, applicationName });
      const realNow = Date.now;
      /** What a node does whose machine has a clock that is wrong by so much. */
      const on = async <T>(skewMs: number, work: () => Promise<T>): Promise<T> => {
        const skewed = vi.spyOn(Date, 'now').mockImplementation(() => realNow() + skewMs);
        return work().finally(() => {
          skewed.mockRestore();
        });
      };
      const databases = [await opened('ahead'), await opened('behind')] as const;
      const asked = await sql<{ now: Date }>`select now() as now`.execute(sync.database.read);
      const serverMs = Number(asked.rows[0]?.now);
      const dailyAt = (ms: number): ScheduledDataset => {
        const at = new Date(ms);
        return scheduled({
          cron: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`,
          timeZone: 'UTC',
        });
      };
      /** What the two nodes fire, one after the other, of what is undecided for half an hour. */
      const look = async (dataset: ScheduledDataset): Promise<unknown[]> => {
        const [ahead, behind] = databases.map((own) => processOn(own, own.clock, [dataset]).runs);
        if (ahead === undefined || behind === undefined) throw new Error('expected two nodes');
        await on(-120 * minute, () => behind.register([dataset]));
        const since = new Date(serverMs - 30 * minute).toISOString();
        await change((db) =>
          db
            .updateTable('dataset_schedule')
            .set({ decided_until: since, covered_until: since })
            .execute(),
        );
        await on(-120 * minute, () => behind.register([dataset]));
        const decisions = [
          await on(10 * minute, () => ahead.decide(dataset)),
          await on(-120 * minute, () => behind.decide(dataset)),
        ];
        return decisions.map(({ run }) => run && Date.parse(run.dueAt));
      };
      expect(await look(dailyAt(serverMs + 5 * minute))).toEqual([null, null]);
      const past = Math.floor(serverMs / minute) * minute - 2 * minute;
      expect(await look(dailyAt(past))).toEqual([past, null]);
      const [row] = await rows();
      expect(Math.abs(Date.parse(row?.last_at ?? '') - serverMs)).toBeLessThan(minute);
      for (const own of databases) await own.close();
    });
  }
});
