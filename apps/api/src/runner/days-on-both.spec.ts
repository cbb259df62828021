import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { BatchHistory } from '../batches/store/batch-history.js';
import { BatchStore, selectNextQueued } from '../batches/store/batch-store.js';
import { START, type DaysCursor } from '../batches/store/days-cursor.js';
import { AT, D1, failedWith, makeDataset } from '../sync/sync.fixture.js';
import { ASKED, dayAt, EVERY_OUTCOME, KEY, live } from './every-outcome.fixture.js';
import { installationsOn, ScratchInstallation } from './installation.fixture.js';

const scratch = migratedDatabases();
const opened: ScratchInstallation[] = [];
const installations: ScratchInstallation[] = [];
beforeAll(async () => {
  for (const dialect of DIALECTS) {
    const sync = await ScratchInstallation.open(await scratch(dialect), EVERY_OUTCOME);
    opened.push(sync);
    installations.push(await live(sync));
  }
});
afterAll(async () => {
  for (const sync of opened) await sync.close();
});

interface StoreUnderTest {
  readonly sync: ScratchInstallation;
  readonly store: BatchStore;
}

/** What each database answers to the same. */
async function answersOf<T>(ask: (asked: StoreUnderTest) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const sync of installations) {
    answers.push(await ask({ sync, store: new BatchStore(sync.database) }));
  }
  return answers;
}

type Row = Readonly<Record<string, unknown>>;

/** When a retry is due is drawn at random. */
const RETRY_AT = /("code":"retry","until":)"[^"]*"/g;

/** A row as both have it: one number is PostgreSQL's own, and each says of a refused row what it says. */
function comparable({ rowid: _own, error_text: text, ...columns }: Row): Row {
  const { log } = columns;
  const row =
    typeof log === 'string' ? { ...columns, log: log.replace(RETRY_AT, '$1"drawn"') } : columns;
  const refused =
    typeof text === 'string' && text.startsWith('expected readings to accept the rows');
  return { ...row, error_text: refused ? 'refused' : text };
}

describe('the same days on both databases', () => {
  const TABLES = ['batch', 'lane', 'batch_day', 'sync_record', 'idempotency_key'] as const;
  it.each(TABLES)('leave the same rows in %s', async (table) => {
    const answers = await answersOf(async ({ sync }) => {
      const rows: Row[] = await sync.database.read.selectFrom(table).selectAll().execute();
      return rows.map((row) => JSON.stringify(comparable(row))).sort();
    });
    expect(answers).toEqual(DIALECTS.map(() => answers[0]));
    expect(answers[0]?.length).toBeGreaterThan(0);
  });

  it('leave every kind of outcome', async () => {
    const kinds = await answersOf(async ({ sync }) => {
      const { rows } = await sql<{ kind: string }>`
        select distinct state || ' ' || coalesce(reason, error_code, '') as kind from batch_day
      `.execute(sync.database.read);
      return rows.map(({ kind }) => kind).sort();
    });
    const all = [
      'failed BROKEN',
      'failed SOURCE_STATUS_UNEXPECTED',
      'failed SOURCE_UNREACHABLE',
      'failed TARGET_REFUSED',
      'failed TIMEOUT',
      'pending ',
      'pending BROKEN',
      'pending future_date',
      'skipped already_synced',
      'skipped cancelled',
      'skipped no_data',
      'skipped not_run',
      'success ',
    ];
    expect(kinds).toEqual(DIALECTS.map(() => all));
  });

  it('leave the same target', async () => {
    const targets = await answersOf(({ sync }) => sync.target());
    expect(targets).toEqual(DIALECTS.map(() => targets[0]));
    expect(targets[0]?.length).toBeGreaterThan(5_010);
  });
});

describe('the same questions to both databases', () => {
  const FIRST = `${D1}_${dayAt(9)}_1760716800`;
  const days = async (store: BatchStore, known: DaysCursor): Promise<unknown> =>
    (await store.days(FIRST, known))?.map((day) => comparable({ ...day }));
  const QUESTIONS: Readonly<Record<string, (asked: StoreUnderTest) => Promise<unknown>>> = {
    'all batches, active ones first': ({ store }) => store.list({ limit: 50, offset: 0 }),
    'batches of a dataset': ({ store }) => store.list({ dataset: 'other', limit: 50, offset: 0 }),
    'batches in a state': ({ store }) => store.list({ status: 'failed', limit: 50, offset: 0 }),
    'the retries of a batch': async ({ store, sync }) => {
      const child = await sync.database.read
        .selectFrom('batch')
        .select('retry_of')
        .where('retry_of', 'is not', null)
        .executeTakeFirstOrThrow();
      const retryOf = child.retry_of ?? '';
      return [await store.list({ retryOf, limit: 1, offset: 0 }), await store.latest('readings')];
    },
    'pages of batches': ({ store }) =>
      Promise.all([0, 1, 2, 3, 9].map((offset) => store.list({ limit: 2, offset }))),
    'the days of a batch': ({ store }) => days(store, START),
    'its days that one lane has changed since': ({ store }) => days(store, [-1, 3, 99]),
    'its days that have changed since never': async ({ store }) => [
      await days(store, [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 99]),
      'none',
    ],
    durations: async ({ store }) => [
      (await store.latestDurations('readings', 500)).sort(),
      (await store.latestDurations('readings', 2)).length,
    ],
    'whose turn it is': async ({ sync }) => {
      const { read } = sync.database;
      const next = await selectNextQueued(read, []);
      return [next ?? null, (await selectNextQueued(read, [next?.batch_id ?? ''])) ?? null];
    },
    'what a range has': async ({ store }) => {
      const { recorded, targetDays, overlaps } = await store.range({
        ...{ dataset: 'readings', start: D1, end: dayAt(60), target: makeDataset().target },
        expected: null,
      });
      const { lastTries, elsewhere } = recorded;
      return [[...lastTries].sort(), [...elsewhere], targetDays, overlaps];
    },
    'a batch that is not there': async ({ store }) => [
      (await store.days('2025-10-01', START)) ?? null,
      (await store.days('\0', START)) ?? null,
    ],
    'what a key has led to': async ({ sync: { creation } }) => [
      await creation.earlier(KEY, AT),
      await creation.earlier({ ...KEY, requestHash: 'h2' }, AT),
      await creation.earlier(KEY, '2025-10-19T16:00:00.000Z'),
    ],
    'retries that are refused': async ({ sync }) => {
      const retry = (parent: string, codes: readonly string[] | null): Promise<unknown> =>
        sync.creation.retry({ parent, codes, ...ASKED }, () => sync.dataset);
      const paused = await sync.database.read
        .selectFrom('batch')
        .select('batch_id')
        .where('status', '=', 'paused')
        .executeTakeFirstOrThrow();
      return [
        await retry('unknown', null),
        await retry(FIRST, ['NEVER']),
        await retry(paused.batch_id, null),
      ];
    },
  };

  it.each(Object.entries(QUESTIONS))('have the same answer: %s', async (_question, ask) => {
    const answers = await answersOf(ask);
    expect(answers).toEqual(DIALECTS.map(() => answers[0]));
    expect(JSON.stringify(answers[0])).toMatch(/^[[{].{10}/);
  });

  it('forget the same history', async () => {
    const answers = await answersOf(async ({ store, sync: { database } }) => {
      const now = Date.parse('2025-10-20T16:00:00.000Z');
      const clock = { now: () => now, monotonic: () => now, steady: () => now };
      const silent = pino({ enabled: false });
      const history = new BatchHistory(database, { historyDays: 1 }, clock, silent);
      const batches = await history.prune();
      const left: Row[] = await database.read.selectFrom('batch_day').selectAll().execute();
      const keys = await database.read.selectFrom('idempotency_key').selectAll().execute();
      const { items, total } = await store.list({ limit: 50, offset: 0 });
      return {
        ...{ batches, items, total, keys },
        days: left.map((row) => JSON.stringify(comparable(row))).sort(),
      };
    });
    expect(answers).toEqual(DIALECTS.map(() => answers[0]));
    expect(answers[0]).toMatchObject({ batches: 5, total: 3, keys: [] });
  });
});

describe.each(DIALECTS)('what is asked at once, on %s', (dialect) => {
  const test = testsOn(dialect);
  const open = installationsOn(dialect, scratch);
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await open({ datasets: [makeDataset()] });
  });

  test('starts one batch of a range', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 8 }, () => sync.start(D1, D1)));
    const [started] = starts.flatMap((start) => (start.status === 'fulfilled' ? start.value : []));
    const refused = starts.flatMap((start) =>
      start.status === 'rejected' ? String(start.reason) : [],
    );
    expect(refused).toHaveLength(7);
    for (const why of refused) expect(why).toContain(`"batchId":"${started?.batch_id ?? ''}"`);
  });

  test('starts one batch by a key, and one over the failed days of another', async () => {
    const parent = await sync.startRunning(dayAt(1), dayAt(2));
    await sync.runAll(() => failedWith('lasting'));
    const asked = { parent: parent.batch_id, codes: null, ...ASKED, key: KEY };
    const found = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        sync.creation.retry(n % 2 === 0 ? asked : { ...asked, key: null }, () => sync.dataset),
      ),
    );
    const batches = found.map((result) =>
      'batch' in result ? result.batch.batch_id : result.kind,
    );
    expect(new Set(batches).size).toBe(1);
    expect(found.filter(({ kind }) => kind === 'created')).toHaveLength(1);
  });
});
