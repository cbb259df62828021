import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { calendarDay, type CalendarDay } from '@daysync/progress';
import type { ColumnType } from '../../apps/api/src/targets/column-types.js';
import type { TargetColumn } from '../../apps/api/src/targets/target.js';
import type { SourceRow } from '../../apps/api/src/sources/day-source.js';
import { PLAIN_VALUES } from '../../apps/api/src/sources/values/value-dialect.js';
import { unchangedColumns } from '../../apps/api/src/sources/sql/sql-postgres-count.js';
import { Fingerprint } from '../../apps/api/src/targets/fingerprint.js';
import { VALUES } from '../round-trips/typed-values.js';
import { createRowReader } from '../../apps/api/src/sources/rows/row-reader.js';
import {
  PostgresSource,
  type PostgresSourceOptions,
} from '../../apps/api/src/sources/sql/sql-postgres-source.js';
import {
  describeWithPostgres,
  HAS_POSTGRES,
  type PostgresServer,
  startPostgres,
} from '../postgres.js';
import { TOP } from '../scratch.js';
import { rowsOf } from '../../apps/api/src/sources/day-source.fixture.js';

const DAY = calendarDay('2025-01-01');
const CANARY = 'c4nary/%&';
const signal = new AbortController().signal;
let server: PostgresServer;
beforeAll(async () => {
  if (!HAS_POSTGRES) return;
  server = await startPostgres();
  await server.execute(`
    create role reader login password '${CANARY}';
    create role crowded login password '${CANARY}' connection limit 1;
    create table trades (day date, id bigint, note text);
    insert into trades values ('2025-01-01', 1, ''), ('2025-01-01', 9223372036854775807, null),
      ('2025-01-02', 3, 'next');
    create table secret (day date, id bigint);
    create table orders (id bigint, total numeric, at timestamptz);
    insert into orders values (1, 1, '2025-10-25 21:59Z'), (2, 1, '2025-10-25 22:00Z'),
      (3, 1, '2025-10-26 22:59Z'), (4, 1, '2025-10-26 23:00Z');
    grant select on trades, orders to reader, crowded`);
});

let source: PostgresSource;
const asked: PostgresSource[] = [];
beforeEach(() => ask('select * from trades where day = :day order by id'));
afterEach(async () => {
  await Promise.all(asked.splice(0).map((each) => each.close()));
});

const column = (name: string, type: ColumnType = 'text'): TargetColumn => ({
  name,
  from: name,
  type,
  nullable: true,
});

/** Creates a source with a query and the column `id`. */
function ask(query: string, changes: Partial<PostgresSourceOptions> = {}): void {
  if (!HAS_POSTGRES) return;
  source = new PostgresSource({
    url: server.url('reader', CANARY),
    writtenUrl: '${WAREHOUSE_URL}',
    query,
    timeZone: 'Europe/Berlin',
    timeoutSeconds: 60,
    columns: [column('id')],
    unchanged: null,
    connections: 1,
    ...changes,
  });
  asked.push(source);
}

async function fetchAll(abort = signal, day: CalendarDay = DAY): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const row of rowsOf(source.fetchDay(day, abort))) rows.push(row);
  return rows;
}

/** The states of our connections on the server, active ones first. */
async function states(): Promise<unknown[]> {
  const rows = await server.execute(
    `select state from pg_stat_activity where usename in ('reader', 'crowded') order by state`,
  );
  return rows.map(({ state }) => state);
}

async function untilStates(...expected: string[]): Promise<void> {
  while (JSON.stringify(await states()) !== JSON.stringify(expected)) await sleep(10);
}

describeWithPostgres('the rows of a day from PostgreSQL', () => {
  it('are typed, with every digit, and the connection stays open for the next day', async () => {
    ask('select * from trades where day = :day order by id', {
      columns: ['day', 'id', 'note'].map((name) => column(name)),
    });
    expect(await fetchAll()).toEqual([
      { row: 1, values: { day: DAY, id: '1', note: '' }, typed: true },
      { row: 2, values: { day: DAY, id: '9223372036854775807', note: null }, typed: true },
    ]);
    expect(await states()).toEqual(['idle']);
    expect(await fetchAll(signal, calendarDay('2025-01-02'))).toHaveLength(1);
    expect(await states()).toEqual(['idle']);
    await source.close();
    await untilStates();
  });

  it('change nothing, even where "read only" allows it', async () => {
    ask("select set_config('application_name', 'changed', false) as id where :day <> ''");
    expect(await fetchAll()).toMatchObject([{ values: { id: 'changed' } }]);
    const [connection] = await server.execute(
      `select application_name as name from pg_stat_activity where usename = 'reader'`,
    );
    expect(connection).toEqual({ name: 'daysync' });
  });

  it('may be empty', async () => {
    expect(await fetchAll(signal, calendarDay('2020-02-29'))).toEqual([]);
  });

  it('are those of a day of Berlin with the query of the docs, also where the day has 25 hours', async () => {
    const page = await readFile(path.join(TOP, 'docs/sources/sql.md'), 'utf8');
    ask(/^ *```sql\n(.*?)```$/ms.exec(page)?.[1] ?? '');
    const rows = await fetchAll(signal, calendarDay('2025-10-26'));
    expect(rows.map(({ values }) => values['id'])).toEqual(['2', '3']);
  });

  it('are compared with instants as timestamptz, whatever else is compared with a text', async () => {
    ask(`select pg_typeof(:day_start)::text || ' ' || :day_start || ' ' || :day_end as id`);
    const [row] = await fetchAll(signal, calendarDay('2025-03-30'));
    expect(row?.values['id']).toBe(
      'timestamp with time zone 2025-03-29 23:00:00+00 2025-03-30 22:00:00+00',
    );
  });

  it('are selected by :day and :next_day, which a query may use repeatedly and with any type', async () => {
    ask(
      `select id from trades where day >= :day and day < :next_day::timestamptz and ':day' <> '::'`,
    );
    expect(await fetchAll()).toHaveLength(2);
  });

  it.each<[ColumnType, string, unknown]>([
    ['integer', '9007199254740993::bigint', 9_007_199_254_740_993n],
    ['integer', '7::smallint', 7],
    [
      'decimal',
      '123456789012345678901234567890.1234567890::numeric',
      '123456789012345678901234567890.1234567890',
    ],
    ['real', '0.1::float8 + 0.2::float8', 0.1 + 0.2],
    ['real', '1e-300::float8', 1e-300],
    ['real', '0.1::float4', 0.1],
    ['boolean', 'true', 1],
    ['boolean', 'false', 0],
    ['date', "'2024-02-29'::date", '2024-02-29'],
    ['timestamp', "'2025-10-03 08:00:00.123456+02'::timestamptz", '2025-10-03T06:00:00.123456Z'],
    [
      'timestamp',
      "'2025-06-01 08:00'::timestamp at time zone 'Europe/Berlin'",
      '2025-06-01T06:00:00.000000Z',
    ],
    ['json', `'{"a": 9007199254740993, "b": 1.10}'::json`, '{"a": 9007199254740993, "b": 1.10}'],
    ['json', `'[1.10, null]'::jsonb`, '[1.10, null]'],
    ['text', `'日本 '`, '日本 '],
    ['text', `''`, ''],
    ['text', 'null', null],
  ])('fit a column of the type %s exactly: %s', async (type, expression, expected) => {
    ask(`select ${expression} as id where :day = '2025-01-01'`);
    const [row] = await fetchAll();
    const [value] = createRowReader([column('id', type)])(row ?? never());
    expect(value).toStrictEqual(expected);
  });

  it.each<[ColumnType, string]>([
    ['real', "'NaN'::float8"],
    ['decimal', "'Infinity'::numeric"],
    ['date', "'infinity'::date"],
    ['date', "'2025-01-01 00:00'::timestamp"],
    ['timestamp', "'2025-01-01 00:00'::timestamp"],
    ['timestamp', "'-infinity'::timestamptz"],
    ['timestamp', "'0044-03-15 00:00+00 BC'::timestamptz"],
    ['integer', '1.5::numeric'],
    ['json', 'array[1, 2]'],
  ])(
    'that do not fit a column of the type %s are reported with it: %s',
    async (type, expression) => {
      ask(`select ${expression} as id where :day <> ''`);
      const [row] = await fetchAll();
      expect(() => createRowReader([column('id', type)])(row ?? never())).toThrow(
        /^row 1, column id/,
      );
    },
  );

  it('arrive in batches, 100,000 of them in order', async () => {
    ask(`select n as id, repeat('x', 100) from generate_series(1, 100000) n where :day <> ''`);
    const rows = await fetchAll();
    expect(rows.every(({ row, values }, index) => row === index + 1 && values['id'] === row)).toBe(
      true,
    );
    expect(rows).toHaveLength(100_000);
    expect(await states()).toEqual(['idle']);
  });
});

describeWithPostgres('large rows from PostgreSQL', () => {
  it('arrive in parts of about a megabyte, and the connection stays open', async () => {
    ask(`select n as id, repeat('x', 400000) from generate_series(1, 40) n where :day <> ''`);
    const lengths: number[] = [];
    for await (const chunk of source.fetchDay(DAY, signal)) lengths.push(chunk.length);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(40);
    // What was already under way when the connection was paused comes with them.
    expect(Math.max(...lengths)).toBeLessThan(10);
    expect(await states()).toEqual(['idle']);
  });

  it('release their connection when they are not wanted any more', async () => {
    ask(`select n as id, repeat('x', 400000) from generate_series(1, 100000) n where :day <> ''`);
    for await (const chunk of source.fetchDay(DAY, signal)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await untilStates();
  });

  it('fail the day where one is too large, before all of it is here', async () => {
    ask(`select n as id, repeat('x', n * 50000000) from generate_series(1, 10) n where :day <> ''`);
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_ROW_TOO_LARGE',
      place: { row: 2 },
    });
    await untilStates();
  });
});

describeWithPostgres('a day that is abandoned', () => {
  it('in the middle of its rows releases its connection', async () => {
    ask(`select generate_series(1, 1000000000) as id where :day <> ''`);
    const abort = new AbortController();
    await expect(async () => {
      for await (const { row } of rowsOf(source.fetchDay(DAY, abort.signal))) {
        if (row === 500) abort.abort(new Error('cancelled'));
      }
    }).rejects.toThrow('cancelled');
    await untilStates();
    for await (const { row } of rowsOf(source.fetchDay(DAY, signal))) if (row === 500) break;
    await untilStates();
  });

  it('has a hanging query cancelled, and its connection is free for the next day', async () => {
    ask('select id, pg_sleep(600) from trades where day = :day');
    const abort = new AbortController();
    const hanging = fetchAll(abort.signal);
    hanging.catch(() => undefined);
    await untilStates('active');
    abort.abort(new Error('timeout'));
    await expect(hanging).rejects.toThrow('timeout');
    await untilStates();
    await expect(fetchAll(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    const again = new AbortController();
    const second = fetchAll(again.signal);
    second.catch(() => undefined);
    await untilStates('active');
    again.abort(new Error('again'));
    await expect(second).rejects.toThrow('again');
  });

  it('does not wait for a connection', async () => {
    const rows = rowsOf(source.fetchDay(DAY, signal));
    await rows.next();
    const abort = new AbortController();
    const waiting = fetchAll(abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await rows.return(undefined);
    expect(await fetchAll()).toHaveLength(2);
  });
});

describeWithPostgres('an error of PostgreSQL', () => {
  it.each([
    ['select * frm trades where day = :day', 'syntax error at or near "frm"'],
    ['select * from trade where day = :day', 'relation "trade" does not exist'],
    ['select * from secret where day = :day', 'permission denied for table secret'],
  ])('a query that is refused is source-wide: %s', async (query, text) => {
    ask(query);
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SQL_QUERY_REFUSED',
      message: expect.stringContaining(text) as unknown,
    });
  });

  it('a query that writes is refused, even for a superuser', async () => {
    ask(`insert into trades values (:day, 4, '') returning id`, { url: server.url() });
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SQL_QUERY_REFUSED',
      message: expect.stringContaining(
        'cannot execute INSERT in a read-only transaction',
      ) as unknown,
    });
  });

  it.each([
    ['select day from trades where day = :day', 'SOURCE_COLUMN_MISSING'],
    ['select *, id from trades where day = :day', 'SOURCE_COLUMN_DUPLICATE'],
  ])('columns are checked before the first row: %s', async (query, code) => {
    ask(query);
    const empty = fetchAll(signal, calendarDay('2020-01-01'));
    await expect(empty).rejects.toMatchObject({ kind: 'source_wide', code });
  });

  it('a query that fails at a row fails the day', async () => {
    ask('select 1 / (id - 1) as id from trades where day = :day');
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SQL_QUERY_FAILED',
      message: expect.stringContaining('division by zero') as unknown,
    });
    await untilStates();
  });

  it('the server itself enforces the timeout of a query', async () => {
    ask('select id, pg_sleep(600) from trades where day = :day', { timeoutSeconds: 0.1 });
    await expect(fetchAll()).rejects.toMatchObject({ kind: 'passing', code: 'TIMEOUT' });
  });

  it('a lack of connections is passing', async () => {
    const url = server.url('crowded', CANARY);
    ask('select id from trades where day = :day', { url });
    const first = rowsOf(source.fetchDay(DAY, signal));
    await first.next();
    ask('select id from trades where day = :day', { url });
    await expect(fetchAll()).rejects.toMatchObject({ kind: 'passing', code: 'SQL_UNREACHABLE' });
    await first.return(undefined);
  });

  it('a connection that the server ends is source-wide', async () => {
    ask(`select generate_series(1, 1000000000) as id where :day <> ''`);
    await expect(async () => {
      for await (const { row } of rowsOf(source.fetchDay(DAY, signal))) {
        if (row > 1) continue;
        await server.execute(
          `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'reader'`,
        );
      }
    }).rejects.toMatchObject({ kind: 'source_wide', code: 'SQL_UNREACHABLE' });
  });

  it('a connection that breaks in the middle is passing', async () => {
    const between = await connectionTo(server.port);
    const url = server.url('reader', CANARY).replace(String(server.port), String(between.port));
    ask('select id, pg_sleep(600) from trades where day = :day', { url });
    const failing = fetchAll();
    failing.catch(() => undefined);
    await untilStates('active');
    between.cut();
    await expect(failing).rejects.toMatchObject({ kind: 'passing', code: 'SQL_CONNECTION_LOST' });
    await server.execute(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'reader'`,
    );
  });

  it('has no password and no address in its text', async () => {
    const wrong = `${CANARY}wrong`;
    const refused = server.url('reader', wrong);
    const wrongUser = server.url('unknown', wrong);
    const elsewhere = refused.replace(/@127.0.0.1:\d+/, '@127.0.0.1:1');
    const unknown = refused.replace('127.0.0.1', 'no.such.host.invalid');
    const database = server.url('reader', CANARY).replace(/postgres$/, 'nowhere');
    for (const [url, code] of [
      [refused, 'SQL_LOGIN_REFUSED'],
      [wrongUser, 'SQL_LOGIN_REFUSED'],
      [database, 'SQL_LOGIN_REFUSED'],
      [server.url().replace(/:[^:@]*@/, '@'), 'SQL_LOGIN_REFUSED'],
      [elsewhere, 'SQL_UNREACHABLE'],
      [unknown, 'SQL_UNREACHABLE'],
      [`${refused}?sslmode=verify-full`, 'SQL_UNREACHABLE'],
      [`${refused}?sslrootcert=/no/such/file`, 'SQL_UNREACHABLE'],
    ] as const) {
      ask('select :day', { url });
      const error: unknown = await fetchAll().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind: 'source_wide', code });
      const { message, stack = '', cause } = error as Error;
      expect(cause).toBeUndefined();
      expect(message).toContain('${WAREHOUSE_URL}: expected');
      expect(`${message}${stack}`).not.toMatch(/c4nary|127\.0\.0\.1/);
    }
  });

  it.each([
    ['fast', { kind: 'source_wide', code: 'SQL_UNREACHABLE' }],
    [
      'immediate',
      {
        kind: expect.stringMatching(/passing|source_wide/) as unknown,
        code: expect.stringMatching(/^SQL_(CONNECTION_LOST|UNREACHABLE)$/) as unknown,
      },
    ],
  ] as const)('a server that stops in the middle (%s)', async (how, expected) => {
    ask('select id, pg_sleep(600) from trades where day = :day');
    const failing = fetchAll();
    failing.catch(() => undefined);
    await untilStates('active');
    await server.stop(how);
    await expect(failing).rejects.toMatchObject(expected);
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SQL_UNREACHABLE',
      message: '${WAREHOUSE_URL}: expected a PostgreSQL server to answer, got: ECONNREFUSED',
    });
    await server.start();
    ask('select id from trades where day = :day');
    expect(await fetchAll()).toHaveLength(2);
  });
});

/** A proxy of the server that can be cut for all connections. */
async function connectionTo(port: number): Promise<{ readonly port: number; cut(): void }> {
  const sockets: net.Socket[] = [];
  const listener = net.createServer((here) => {
    const there = net.connect(port, '127.0.0.1');
    sockets.push(here, there);
    for (const socket of [here, there]) socket.on('error', () => undefined);
    here.pipe(there).pipe(here);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (listener.address() as net.AddressInfo).port,
    cut: () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function never(): never {
  throw new Error('expected a row');
}

describeWithPostgres('the count of a day in PostgreSQL', () => {
  const COUNTED = [
    ...(['text', 'integer', 'real', 'decimal', 'boolean', 'date', 'timestamp'] as const),
  ];
  const SQL_TYPES = {
    text: 'text',
    integer: 'bigint',
    real: 'double precision',
    decimal: 'numeric',
    boolean: 'boolean',
    date: 'date',
    timestamp: 'timestamptz',
  };
  const columns = COUNTED.map((type) => column(type, type));

  it('has the fingerprint of the rows that a fetch gives, of every type', async () => {
    const list = COUNTED.map((type) => `"${type}" ${SQL_TYPES[type]}`).join(', ');
    await server.execute(`drop table if exists every_type; create table every_type (${list})`);
    await server.execute('grant select on every_type to reader');
    const client = new Client(server.url());
    await client.connect();
    for (let index = 0; index < 300; index += 1) {
      const values = COUNTED.map((type) =>
        index % 11 === 3
          ? null
          : (fc.sample(VALUES[type], { seed: index, numRuns: 1 })[0]?.text ?? null),
      );
      await client.query(`insert into every_type values ($1, $2, $3, $4, $5, $6, $7)`, values);
    }
    await client.end();
    ask('select * from every_type;', { columns, unchanged: columns });
    const read = createRowReader(columns);
    const fingerprint = new Fingerprint(columns);
    for (const row of await fetchAll()) void fingerprint.add(read(row));
    expect(await source.countDay(DAY, signal)).toEqual({
      ...{ rows: 300, fingerprint: fingerprint.value },
    });
    await server.execute(`update every_type set text = text || '.' where ctid = '(0,1)'`);
    const changed = await source.countDay(DAY, signal);
    expect(changed?.rows).toBe(300);
    expect(changed?.fingerprint).not.toBe(fingerprint.value);
  });

  it.each([
    ['a column that is converted', `select '1'::text as id`, [column('id', 'integer')]],
    ['a time without a zone', 'select now()::timestamp as id', [column('id', 'timestamp')]],
    ['padded text', `select 'a'::char(3) as id`, [column('id')]],
    ['JSON', `select '{}'::jsonb as id`, [column('id', 'json')]],
    ['a column that is not there', 'select 1 as other', [column('id', 'integer')]],
    ['a column that is there twice', 'select 1 as id, 2 as id', [column('id', 'integer')]],
    ['a query that fails', 'select 1/0 as id', [column('id', 'integer')]],
    ['a table that is not there', 'select * from gone', [column('id', 'integer')]],
  ])('is not made for %s', async (_name, query, of) => {
    ask(query, { unchanged: of });
    expect(await source.countDay(DAY, signal)).toBeUndefined();
  });

  it('is made of the columns that the dataset has, with the parameters of the day', async () => {
    const id = [column('id', 'integer')];
    ask('select note, id from trades where day = :day -- of one day', { unchanged: id });
    const fingerprint = new Fingerprint(id);
    for (const row of [['1'], ['9223372036854775807']]) void fingerprint.add(row);
    expect(await source.countDay(DAY, signal)).toEqual({
      ...{ rows: 2, fingerprint: fingerprint.value },
    });
    ask('select * from trades', { unchanged: null });
    expect(await source.countDay(DAY, signal)).toBeUndefined();
  });

  it('ends with its day', async () => {
    ask('select id from trades, pg_sleep(60)', { unchanged: [column('id', 'integer')] });
    const leaving = new AbortController();
    const counting = source.countDay(DAY, leaving.signal);
    await untilStates('active');
    leaving.abort(new Error('stopped'));
    await expect(counting).rejects.toThrow('stopped');
    await untilStates();
  });
});

it.each([
  [[], []],
  [[{ column: 'id' }], null],
] as const)('where %j the columns that are counted are %j', (where, expected) => {
  const reading = { columns: [], where: where as never, dialect: PLAIN_VALUES };
  expect(unchangedColumns(reading)).toEqual(expected);
});

it('columns that change their values are not counted', () => {
  const of = (changes: Partial<TargetColumn>): readonly TargetColumn[] | null =>
    unchangedColumns({
      ...{ where: [], dialect: PLAIN_VALUES },
      columns: [{ ...column('id'), ...changes }],
    });
  expect(of({ renamedFrom: 'old' })).not.toBeNull();
  for (const changes of [{ value: 1 }, { default: 1 }, { trim: true }, { map: {} }]) {
    expect(of(changes)).toBeNull();
  }
  expect(of({ pointer: '/a' })).toBeNull();
  expect(of({ timeZone: 'UTC', format: 'iso' })).toBeNull();
});
