import { sql, type Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { NO_FAULTS } from '../database/fault-points.js';
import { hasUnfinishedMove } from '../database/move-mark.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import type { Schema } from '../database/schema.js';
import { COLUMN_TYPES } from '../datasets/dataset.js';
import { createRowReader } from '../datasets/row-reader.js';
import { replaceDay } from '../datasets/target-rows.js';
import { prepareTarget } from '../datasets/target-table.js';
import { live } from '../sync/every-outcome.fixture.js';
import { AT, D1, D2, makeDataset, ScratchSync } from '../sync/sync.fixture.js';
import { differenceLine } from './difference.js';
import { move, type MoveOptions, type MoveResult } from './move.js';
import type { MoveEvent } from './move-event.js';
import { OWN_KEYS } from './moved-table.js';

const POSTGRES = DIALECTS.filter((dialect) => dialect === 'postgres');
const scratch = scratchDatabases();

/** Without a NUL in JSON, of which `jsonb` knows nothing. */
const EVERY_TYPE = makeDataset({
  name: 'every_type',
  target: {
    table: 'every_type',
    columns: COLUMN_TYPES.map((type) => ({ name: type, from: type, type, nullable: true })),
  },
});
const ROWS = [
  {
    text: 'a\tb\\N\r\n"c" 汉字 😀',
    integer: 4_611_686_018_427_387_904n,
    real: 0.1,
    decimal: '+00012345678901234567890.1234567890123456789000',
    boolean: true,
    date: '2025-10-03',
    timestamp: '2025-10-03T08:00:00.120+02:00',
    json: '{"z":[1.10,1e3,"x\\ty\\n",null],"a":"😀"}',
  },
  {},
  {
    text: '',
    integer: '-9223372036854775808',
    real: 1e300,
    decimal: '-.5',
    boolean: 0,
    json: 'null',
  },
];
const NOTHING = Object.fromEntries(COLUMN_TYPES.map((type) => [type, null]));

let sync: ScratchSync;
let url: string;
let events: MoveEvent[];
beforeEach(async () => {
  sync = await ScratchSync.open();
  url = (await scratch('postgres')) ?? '';
  events = [];
});
afterEach(() => sync.close());

type Overrides = Partial<MoveOptions> & {
  /** Stops at the first event like this. */
  readonly until?: Partial<MoveEvent>;
};

function moveAll({ until, ...overrides }: Overrides = {}): Promise<MoveResult> {
  const stopping = new AbortController();
  return move({
    config: { dataDir: sync.folder, nodeName: 'mover' },
    url,
    datasets: [sync.dataset, EVERY_TYPE],
    anew: false,
    faults: NO_FAULTS,
    clock: { now: () => Date.parse(AT), monotonic: () => 0, steady: () => 0 },
    signal: stopping.signal,
    tell: (event) => {
      events.push(event);
      if (until !== undefined) {
        const like = Object.entries(until).every(
          ([key, value]) => Reflect.get(event, key) === value,
        );
        if (like) stopping.abort();
      }
    },
    ...overrides,
  });
}

/** All rows are there, and none was compared yet. */
const copyAll = (overrides: Overrides = {}): Promise<MoveResult> =>
  moveAll({ ...overrides, until: { type: 'table_begun', step: 'verify' } });

async function write(rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  const toValues = createRowReader(EVERY_TYPE.target.columns);
  const values = rows.map((row, index) =>
    toValues({ row: index + 1, values: { ...NOTHING, ...row }, typed: true }),
  );
  await sync.database.write('targets', async (transaction) => {
    await prepareTarget(transaction, EVERY_TYPE);
    await replaceDay(transaction, EVERY_TYPE, D1, values);
  });
}

async function execute(statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

async function inPostgres<T>(ask: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const database = await PostgresDatabase.open({ url, connections: 2, applicationName: 'spec' });
  return ask(database.read).finally(() => database.close());
}

/** Every row of our own tables. */
async function ownRows(db: Kysely<Schema>): Promise<Record<string, readonly object[]>> {
  const all: Record<string, readonly object[]> = {};
  for (const [table, key] of Object.entries(OWN_KEYS)) {
    const order = sql.join(key.map((column) => sql.ref(column)));
    const { rows } = await sql<object>`select * from ${sql.table(table)} order by ${order}`.execute(
      db,
    );
    all[table] = rows.map((row) => ({ ...row, rowid: undefined }));
  }
  return all;
}

async function fill(): Promise<void> {
  await live(sync);
  await write(ROWS);
  await sync.database.write('session', async ({ db }) => {
    const session = { secret_hash: 's', token_name: 'ana', token_hash: 't' };
    await db
      .insertInto('session')
      .values({ ...session, created_at: AT, expires_at: AT })
      .execute();
    await db
      .insertInto('pace')
      .values({ name: 'readings', free_at: 1_760_716_800_000.25 })
      .execute();
    await db.updateTable('sync_record').set({ error_text: 'a\0b' }).where('day', '=', D2).execute();
  });
}

const told = (result: MoveResult): readonly string[] =>
  result.kind === 'differs' ? result.differences.first.map(differenceLine) : [result.kind];

describe.each(POSTGRES)('a move from SQLite to %s', () => {
  it('brings every row of our own tables; what was running waits for its turn', async () => {
    await fill();
    const before = await ownRows(sync.database.read);
    expect(Object.values(before).every(({ length }) => length > 0)).toBe(true);
    expect(await moveAll()).toMatchObject({ kind: 'moved', left: [] });
    const after = await inPostgres(ownRows);
    const expected = JSON.parse(JSON.stringify(before).replaceAll('\\u0000', '\ufffd')) as Record<
      string,
      readonly object[]
    >;
    const running = before['batch']?.filter((row) => Reflect.get(row, 'status') === 'running');
    expect(running).toHaveLength(1);
    const requeued = expected['batch']?.map((row) =>
      Reflect.get(row, 'status') === 'running'
        ? {
            ...row,
            status: 'queued',
            message_code: 'BATCH_QUEUED',
            rev: Number(Reflect.get(row, 'rev')) + 1,
          }
        : row,
    );
    expect(after).toEqual({ ...expected, batch: requeued });
    expect(await inPostgres(hasUnfinishedMove)).toBe(false);
    const asked = await inPostgres((db) =>
      sql`select 1 from pgboss.job where name = 'daysync.admissions' and state = 'created'`.execute(
        db,
      ),
    );
    expect(asked.rows).toHaveLength(1);
  });

  it('gives out no number of a batch again', async () => {
    const { seq } = await sync.start(D1, D1);
    await sync.startOther(D2, D2);
    await sync.database.write('forget', async ({ db }) => {
      await db.deleteFrom('batch').where('seq', '>', seq).execute();
      await db.deleteFrom('batch_day').where('day', '=', D2).execute();
    });
    await moveAll();
    const other = await ScratchSync.open(sync.dataset, url);
    const next = await other.startOther(D2, D2);
    await other.close();
    expect([seq, next.seq]).toEqual([1, 3]);
  });

  it('goes on where it stopped, copies nothing twice, and comes to the same', async () => {
    await fill();
    for (const table of ['batch', 'sync_record', 'every_type']) {
      expect(await moveAll({ until: { type: 'table_begun', table } })).toEqual({ kind: 'stopped' });
      expect(await inPostgres(hasUnfinishedMove)).toBe(true);
    }
    events = [];
    const result = await moveAll();
    expect(result.kind).toBe('moved');
    const { rows } = result as Extract<MoveResult, { kind: 'moved' }>;
    const [begun] = events;
    expect(begun).toEqual({ type: 'begun', rows, copied: rows - ROWS.length });
    const copied = events.flatMap((event) => (event.type === 'rows_done' ? event.rows : []));
    // What was left of the copy, and all of it compared.
    expect(copied.reduce((sum, count) => sum + count, 0)).toBe(ROWS.length + rows);
  });

  it('goes on in the middle of a table, chunk by chunk', async () => {
    await write(Array.from({ length: 25_000 }, (_, n) => ({ integer: n })));
    const chunk = { type: 'rows_done', rows: 10_000 } as const;
    for (const copied of [0, 10_000]) {
      events = [];
      expect(await moveAll({ until: chunk })).toEqual({ kind: 'stopped' });
      expect(events[0]).toEqual({ type: 'begun', rows: 25_000, copied });
    }
    expect(await moveAll()).toMatchObject({ kind: 'moved', rows: 25_000 });
  });

  it('begins anew where SQLite has changed meanwhile, or the datasets', async () => {
    await fill();
    await copyAll();
    await write(ROWS.slice(1));
    expect(await copyAll()).toEqual({ kind: 'stopped' });
    expect(events).toContainEqual({ type: 'begun_anew' });
    events = [];
    expect(await moveAll({ datasets: [EVERY_TYPE] })).toMatchObject({
      kind: 'moved',
      left: ['readings'],
    });
    expect(events[0]).toEqual({ type: 'begun_anew' });
    const { rows } = await inPostgres((db) => sql`select * from every_type`.execute(db));
    expect(rows).toHaveLength(ROWS.length - 1);
    const left = await inPostgres((db) => sql`select * from readings`.execute(db));
    expect(left.rows).toEqual([]);
  });

  it('finds what is not the same: table, key and column', async () => {
    await fill();
    expect(await copyAll()).toEqual({ kind: 'stopped' });
    await execute(`
      update batch set total = total + 1 where seq = 2;
      update sync_record set error_text = null where day = '${D2}';
      delete from idempotency_key;
      insert into session select 'other', token_name, token_hash, created_at, expires_at from session;
      update readings set value = 4711 where sync_day = '${D1}' and value = 2;
      delete from readings where sync_day = '2025-10-04';
      update every_type set decimal = decimal + 0.001, text = '' where "integer" is null;
    `);
    const lines = [
      'batch, seq 2, column total: SQLite has "13" (text), PostgreSQL "14" (text)',
      'sync_record, dataset readings, day 2025-10-02, column error_text: SQLite has "a\ufffdb" (text), PostgreSQL null',
      'idempotency_key, identity ana, key k1: a row that SQLite has and PostgreSQL does not',
      'session, secret_hash other: a row that PostgreSQL has and SQLite does not',
      'readings, sync_day 2025-10-01, row 2 of the day, column value: SQLite has "2" (text), PostgreSQL "4711" (text)',
      'readings, sync_day 2025-10-04, row 1 of the day: a row that SQLite has and PostgreSQL does not',
      'every_type, sync_day 2025-10-01, row 2 of the day, column text: SQLite has null, PostgreSQL "" (text)',
    ];
    expect(told(await moveAll())).toEqual(lines);
    // It has not ended, and the next try finds the same.
    expect(await inPostgres(hasUnfinishedMove)).toBe(true);
    expect(told(await moveAll())).toEqual(lines);
    expect(await moveAll({ anew: true })).toMatchObject({ kind: 'moved' });
  });

  it('finds rows that are there too often, and takes no other order for a difference', async () => {
    await fill();
    await copyAll();
    await execute(`
      with taken as (delete from readings where sync_day = '2025-10-06' and value < 3000 returning *)
      insert into readings select * from taken order by value desc;
      insert into readings select * from readings where sync_day = '2025-10-06' and value = 7;
    `);
    expect(told(await moveAll())).toEqual([
      expect.stringMatching(
        /^readings, sync_day 2025-10-06, row \d+ of the day: a row that PostgreSQL has/,
      ),
    ]);
    await execute(`
      delete from readings where ctid = (select max(ctid) from readings where value = 7)
    `);
    expect(told(await moveAll())).toEqual(['moved']);
  });

  it('tells the first differences one by one, and counts the others', async () => {
    await fill();
    await copyAll();
    await execute(`update readings set value = value + 1000000 where sync_day = '2025-10-06'`);
    const result = await moveAll();
    if (result.kind !== 'differs') throw new Error(`expected differences, got ${result.kind}`);
    expect([result.differences.first.length, result.differences.count]).toEqual([20, 5_000]);
  });

  it('names the row that PostgreSQL does not take', async () => {
    await write([{}, { json: '"\\u0000"' }]);
    await expect(moveAll()).rejects.toThrow(
      /table every_type, row 2 \(2025-10-01\): unsupported Unicode escape/,
    );
    await write([{}, { json: '"mended"' }]);
    expect(await moveAll()).toMatchObject({ kind: 'moved' });
  });

  it.each([
    [
      'a batch',
      'batch',
      () =>
        ScratchSync.open(makeDataset(), url).then(async (other) => {
          await other.start(D1, D1);
          await other.close();
        }),
    ],
    [
      'rows',
      'readings',
      () => execute(`create table readings (n int); insert into readings values (1)`),
    ],
  ] as const)('refuses a database that has %s of its own', async (_, table, occupy) => {
    await occupy();
    await expect(moveAll()).rejects.toThrow(`has data already: its table ${table} is not empty`);
    // Not even the mark of a move.
    expect(await inPostgres(hasUnfinishedMove)).toBe(false);
  });

  it('refuses a database that Daysync runs on, or that another move holds', async () => {
    const running = new Client({ connectionString: url, application_name: 'daysync node-1' });
    await running.connect();
    await expect(moveAll()).rejects.toThrow('Daysync runs on the database of DATABASE_URL');
    await running.query(`set application_name = 'other'; select pg_advisory_lock(894812, 6)`);
    await expect(moveAll()).rejects.toThrow('Another move into the database');
    await running.end();
    expect(await moveAll()).toMatchObject({ kind: 'moved' });
  });

  it('says that a target in PostgreSQL is not as the datasets file says', async () => {
    await execute('create table readings (n int)');
    await expect(moveAll()).rejects.toMatchObject({
      name: 'BootError',
      exitCode: 78,
      lines: expect.arrayContaining([expect.stringContaining('target readings, column n')]),
    });
  });
});
