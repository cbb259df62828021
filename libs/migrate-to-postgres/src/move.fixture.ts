import { sql, type InsertObject, type Kysely } from 'kysely';
import { Client } from 'pg';
import { NO_FAULTS } from '../../../apps/api/src/database/fault-points.js';
import { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import { COLUMN_TYPE_NAMES } from '../../../apps/api/src/targets/column-types.js';
import { createRowReader } from '../../../apps/api/src/sources/rows/row-reader.js';
import { replaceDay } from '../../../apps/api/src/targets/target-rows.js';
import { prepareTarget } from '../../../apps/api/src/targets/target-table.js';
import { EVERY_OUTCOME, live } from '../../../apps/api/src/runner/every-outcome.fixture.js';
import { ScratchInstallation } from '../../../apps/api/src/runner/installation.fixture.js';
import { AT, D1, D2, makeDataset } from '../../../apps/api/src/sync/sync.fixture.js';
import { move, type MoveOptions, type MoveResult } from './move.js';
import type { MoveEvent } from './move-progress.js';

/** Without a NUL in JSON: `jsonb` does not allow it. */
export const EVERY_TYPE = makeDataset({
  name: 'every_type',
  target: {
    table: 'every_type',
    columns: COLUMN_TYPE_NAMES.map((type) => ({ name: type, from: type, type, nullable: true })),
  },
});
export const ROWS = [
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
const NOTHING = Object.fromEntries(COLUMN_TYPE_NAMES.map((type) => [type, null]));

export type Overrides = Partial<MoveOptions> & {
  /** Stops at the first event like this. */
  readonly until?: Partial<MoveEvent>;
};

/** A real installation on SQLite, and an empty PostgreSQL that it moves to. */
export class ScratchMove {
  /** The events of the moves. */
  events: MoveEvent[] = [];

  private constructor(
    readonly sync: ScratchInstallation,
    readonly url: string,
  ) {}

  static async open(url: string): Promise<ScratchMove> {
    return new ScratchMove(await ScratchInstallation.open(null, EVERY_OUTCOME), url);
  }

  close(): Promise<void> {
    return this.sync.close();
  }

  move({ until, ...overrides }: Overrides = {}): Promise<MoveResult> {
    const stopping = new AbortController();
    return move({
      config: { dataDir: this.sync.folder },
      url: this.url,
      datasets: [...this.sync.datasets, EVERY_TYPE],
      anew: false,
      faults: NO_FAULTS,
      signal: stopping.signal,
      report: (event) => {
        this.events.push(event);
        const isLike = Object.entries(until ?? { type: null }).every(
          ([key, value]) => Reflect.get(event, key) === value,
        );
        if (isLike) stopping.abort();
      },
      ...overrides,
    });
  }

  /** All rows are there, and none was compared yet. */
  copy(): Promise<MoveResult> {
    return this.move({ until: { type: 'table_begun', step: 'verify' } });
  }

  /** Gives a day of the target of every type these rows, where what is left out is NULL. */
  async write(rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const toValues = createRowReader(EVERY_TYPE.target.columns);
    const values = rows.map((row, index) =>
      toValues({ row: index + 1, values: { ...NOTHING, ...row }, typed: true }),
    );
    await this.sync.database.write('targets', async (transaction) => {
      await prepareTarget(transaction, EVERY_TYPE);
      await replaceDay(transaction, EVERY_TYPE, D1, values);
    });
  }

  /** Something in every table. */
  async fill(): Promise<void> {
    await live(this.sync);
    await this.write(ROWS);
    await this.sync.database.write('session', async ({ db }) => {
      const put = <T extends keyof Schema>(table: T, row: InsertObject<Schema, T>) =>
        db.insertInto(table).values(row).execute();
      const session = { secret_hash: 's', token_name: 'ana', token_hash: 't' };
      await put('session', { ...session, created_at: AT, expires_at: AT });
      await put('rate_limit', { name: 'readings', free_at: 1_760_716_800_000.25 });
      const schedule = { dataset: 'readings', cron: '30 6 * * *', time_zone: 'Asia/Shanghai' };
      const until = { decided_until: AT, covered_until: AT, rechecked_until: AT };
      await put('dataset_schedule', { ...schedule, ...until });
      const endpoint = { name: 'ops', events: '["failed"]', datasets: null, address_hash: 'a' };
      await put('webhook_endpoint', { ...endpoint, gone_at: AT });
      await put('webhook_delivery', {
        ...({ id: 'msg_a', endpoint: 'ops', event: 'failed', batch_id: 'a' } as const),
        ...({ dataset: 'readings', state: 'pending', attempts: 2, next_attempt_at: AT } as const),
        ...{ last_status: 500, payload: '{}', created_at: AT },
      });
      const late = { late_since: AT, notified: 1, notified_day: D1 } as const;
      await put('dataset_freshness', { dataset: 'readings', ...late });
      const settled = { reason: 'the source was down', settled_by: 'ana', settled_at: AT };
      await put('settled_day', { dataset: 'readings', day: D1, ...settled });
      await put('dataset_version', { fingerprint: 'f', keys: '{"source.path":"12345678"}' });
      await put('quarantined_row', {
        ...{ dataset: 'readings', day: D1, position: 0, file: 'none.csv', row: 2 },
        ...{ code: 'VALUE_INVALID', column: 'value', text: 'no number', content: 'a,"b\n"' },
        ...{ batch_id: 'a', quarantined_at: AT },
      });
      await put('datasets_file', {
        ...{ seq: 2, version: 'v2', text: 'datasets: []', fingerprints: '{"readings":"f"}' },
        ...{ taken_at: AT, taken_by: 'ana' },
      });
      const place = { dataset: 'readings', place: 'lake/readings', token: 2 ** 40 };
      await put('target_place', { ...place, table_key: 'k', written: '{"kind":"parquet"}' });
      const written = { batch_id: 'a', outcome: '{"rows":1}', begun_at: AT };
      await put('unfinished_write', { ...place, day: D1, ...written });
      const file = { id: 'f', dataset: 'readings', file: 'none.csv', count: 1 };
      await put('unreadable_file', { ...file, is_current: 1, found_at: AT });
      const unreadable = { column: 'day', text: 'no day', content: 'total,"1\n2"' };
      await put('unreadable_row', { file_id: 'f', row: 3, ...unreadable });
      await put('batch_unreadable_file', { batch_id: 'a', file_id: 'f' });
      await db
        .updateTable('sync_record')
        .set({ error_text: 'a\0b' })
        .where('day', '=', D2)
        .execute();
    });
  }

  /** Runs statements in PostgreSQL. */
  async execute(statements: string): Promise<void> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  }

  async inPostgres<T>(ask: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    const options = { address: this.url, connections: 2, applicationName: 'spec' };
    const database = await PostgresDatabase.open(options);
    try {
      return await ask(database.read);
    } finally {
      await database.close();
    }
  }

  /** Every row of a table in PostgreSQL. */
  async rowsOf(table: string): Promise<readonly unknown[]> {
    const { rows } = await this.inPostgres((db) =>
      sql`select * from ${sql.table(table)}`.execute(db),
    );
    return rows;
  }
}
