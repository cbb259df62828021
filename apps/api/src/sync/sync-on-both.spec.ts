import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { pino } from 'pino';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { BatchHistory } from './batch-history.js';
import { EndedBatches } from './ended-batches.js';
import { ASKED, dayAt, KEY, live } from './every-outcome.fixture.js';
import { AT, D1, failedWith, makeDataset, rowsOf, ScratchSync } from './sync.fixture.js';

const scratch = scratchDatabases();
const scratches: ScratchSync[] = [];
beforeAll(async () => {
  for (const dialect of DIALECTS) {
    const dataset = makeDataset({ concurrency: 2, attempts: 2 });
    const sync = await ScratchSync.open(dataset, await scratch(dialect));
    scratches.push(sync);
    await live(sync);
  }
});
afterAll(async () => {
  for (const sync of scratches) await sync.close();
});

/** What each database answers to the same. */
async function answersOf<T>(ask: (sync: ScratchSync) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const sync of scratches) answers.push(await ask(sync));
  return answers;
}

type Told = Readonly<Record<string, unknown>>;

/** A row as both have it: one number is PostgreSQL's own, and each tells a refused row in words of its own. */
function comparable({ rowid: _own, error_text: text, ...row }: Told): Told {
  const refused = typeof text === 'string' && text.startsWith('expected readings to take the rows');
  return { ...row, error_text: refused ? 'refused' : text };
}

describe('the same days on both databases', () => {
  const TABLES = ['batch', 'batch_day', 'sync_record', 'idempotency_key'] as const;
  it.each(TABLES)('leave the same rows in %s', async (table) => {
    const answers = await answersOf(async ({ database }) => {
      const rows: Told[] = await database.read.selectFrom(table).selectAll().execute();
      return rows.map((row) => JSON.stringify(comparable(row))).sort();
    });
    expect(answers).toEqual(DIALECTS.map(() => answers[0]));
    expect(answers[0]?.length).toBeGreaterThan(0);
  });

  it('leave every kind of outcome', async () => {
    const kinds = await answersOf(async ({ database }) => {
      const { rows } = await sql<{ kind: string }>`
        select distinct state || ' ' || coalesce(reason, error_code, '') as kind from batch_day
      `.execute(database.read);
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
    const targets = await answersOf((sync) => sync.target());
    expect(targets).toEqual(DIALECTS.map(() => targets[0]));
    expect(targets[0]?.length).toBeGreaterThan(5_010);
  });
});

describe('the same questions to both databases', () => {
  const FIRST = `${D1}_${dayAt(9)}_1760716800`;
  const QUESTIONS: Readonly<Record<string, (sync: ScratchSync) => Promise<unknown>>> = {
    'all batches, active ones first': ({ store }) => store.list({ limit: 50, offset: 0 }),
    'batches of a dataset': ({ store }) => store.list({ dataset: 'other', limit: 50, offset: 0 }),
    'batches in a state': ({ store }) => store.list({ status: 'failed', limit: 50, offset: 0 }),
    'the retries of a batch': async ({ store, database }) => {
      const child = await database.read
        .selectFrom('batch')
        .select('retry_of')
        .where('retry_of', 'is not', null)
        .executeTakeFirstOrThrow();
      const retryOf = child.retry_of ?? '';
      return [await store.list({ retryOf, limit: 1, offset: 0 }), await store.latest('readings')];
    },
    'pages of batches': ({ store }) =>
      Promise.all([0, 1, 2, 3, 9].map((offset) => store.list({ limit: 2, offset }))),
    'the days of a batch': ({ store }) => store.days(FIRST).then(plainDays),
    'its days since a rev': ({ store }) => store.days(FIRST, 8).then(plainDays),
    'its days since a rev that never comes': ({ store }) =>
      store.days(FIRST, Number.MAX_SAFE_INTEGER),
    durations: async ({ store }) => [
      await store.durations(FIRST),
      (await store.latestDurations('readings', 500)).sort(),
      (await store.latestDurations('readings', 2)).length,
      await store.remaining(FIRST),
    ],
    'whose turn it is': async ({ store }) => {
      const next = await store.nextQueued([]);
      return [next, await store.nextQueued(), await store.nextQueued([next?.task_id ?? ''])];
    },
    'what a range has': async ({ store }) => {
      const { lastTries, overlaps } = await store.range({
        dataset: 'readings',
        start: D1,
        end: dayAt(60),
      });
      return [[...lastTries].sort(), overlaps];
    },
    'a batch that nobody knows': async ({ store }) => [
      (await store.find('2025-10-01')) ?? null,
      (await store.find('\0')) ?? null,
      (await store.days('\0')) ?? null,
    ],
    'what a key has led to': async ({ creation }) => [
      await creation.earlier(KEY, AT),
      await creation.earlier({ ...KEY, requestHash: 'h2' }, AT),
      await creation.earlier(KEY, '2025-10-19T16:00:00.000Z'),
    ],
    'retries that are refused': async ({ creation }) => {
      const retry = (parent: string, codes: readonly string[] | null): Promise<unknown> =>
        creation.retry({ parent, codes, ...ASKED }, () => 'f1');
      return [
        await retry('unknown', null),
        await retry(FIRST, ['NEVER']),
        await retry(`${dayAt(30)}_${dayAt(37)}_1760716800`, null),
      ];
    },
  };

  it.each(Object.entries(QUESTIONS))('have the same answer: %s', async (_question, ask) => {
    const answers = await answersOf(ask);
    expect(answers).toEqual(DIALECTS.map(() => answers[0]));
    expect(JSON.stringify(answers[0])).toMatch(/^[[{].{10}/);
  });

  it('forget the same history', async () => {
    const answers = await answersOf(async ({ database, store }) => {
      const now = Date.parse('2025-10-20T16:00:00.000Z');
      const clock = { now: () => now, monotonic: () => now, steady: () => now };
      const config = { historyDays: 1 };
      const silent = pino({ enabled: false });
      const history = new BatchHistory(database, new EndedBatches(store), config, clock, silent);
      const batches = await history.prune();
      const left: Told[] = await database.read.selectFrom('batch_day').selectAll().execute();
      const keys = await database.read.selectFrom('idempotency_key').selectAll().execute();
      const { items, total } = await store.list({ limit: 50, offset: 0 });
      const days = left.map((row) => JSON.stringify(comparable(row))).sort();
      return { batches, items, total, keys, days };
    });
    expect(answers).toEqual(DIALECTS.map(() => answers[0]));
    expect(answers[0]).toMatchObject({ batches: 5, total: 3, keys: [] });
  });
});

describe.each(DIALECTS)('what is asked at once, on %s', (dialect) => {
  let sync: ScratchSync;
  beforeAll(async () => {
    sync = await ScratchSync.open(makeDataset({ concurrency: 4 }), await scratch(dialect));
  });
  afterAll(() => sync.close());

  it('starts one batch of a range', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 8 }, () => sync.start(D1, D1)));
    const [started] = starts.flatMap((start) => (start.status === 'fulfilled' ? start.value : []));
    const refused = starts.flatMap((start) =>
      start.status === 'rejected' ? String(start.reason) : [],
    );
    expect(refused).toHaveLength(7);
    for (const why of refused) expect(why).toContain(`"taskId":"${started?.task_id ?? ''}"`);
    await sync.runAll(started?.task_id ?? '', () => rowsOf(1));
  });

  it('starts one batch by a key, and one over the failed days of another', async () => {
    const parent = await sync.start(dayAt(1), dayAt(2));
    await sync.runAll(parent.task_id, () => failedWith('lasting'));
    const asked = { parent: parent.task_id, codes: null, ...ASKED, key: KEY };
    const found = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        sync.creation.retry(n % 2 === 0 ? asked : { ...asked, key: null }, () => 'f1'),
      ),
    );
    const batches = found.map((result) => ('batch' in result ? result.batch.task_id : result.kind));
    expect(new Set(batches).size).toBe(1);
    expect(found.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    await sync.runAll(batches[0] ?? '', () => rowsOf(1));
  });

  it('moves a batch one change after the other', async () => {
    const { task_id } = await sync.start(dayAt(10), dayAt(29));
    const { claims, rev } = await sync.step(task_id, { mayBegin: 4 });
    const steps = claims.map((claim) =>
      sync.step(task_id, {
        finished: { claim, fetched: rowsOf(1), durationMs: 1 },
      }),
    );
    const revs = (await Promise.all(steps)).map((step) => step.rev);
    expect(revs.sort((a, b) => a - b)).toEqual([1, 2, 3, 4].map((n) => rev + n));
    expect(await sync.batch(task_id)).toMatchObject({ success: 4, running: 4, rev: rev + 4 });
    const begun = (await Promise.all(steps)).flatMap((step) => step.claims.map(({ day }) => day));
    expect(new Set(begun).size).toBe(4);
  });
});

function plainDays(told: Awaited<ReturnType<ScratchSync['store']['days']>>): unknown {
  return told && { rev: told.rev, days: told.days.map((day) => comparable({ ...day })) };
}
