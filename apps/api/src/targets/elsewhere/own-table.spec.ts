// The table of a dataset in Daysync's own database does what every target does.
import path from 'node:path';
import type { CalendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases, openMigrated } from '../../../../../test/migrated-databases.js';
import { scratchFolder } from '../../../../../test/scratch.js';
import type { Database } from '../../database/database.js';
import { PostgresDatabase } from '../../database/postgres/postgres-database.js';
import type { DayWrite, PreparedPlace, RowsPage, TakeRows } from '../day-target.js';
import type { ExpectedDay, TargetDay } from '../target-fingerprint.js';
import { TargetReader } from '../target-reader.js';
import { expectKey, replaceDay, targetHasRows } from '../target-rows.js';
import { prepareTarget } from '../target-table.js';
import { readTargetState } from '../target-version.js';
import type { TargetColumn } from '../target.js';
import { ENOUGH_WITHOUT_GROUPS, testTarget } from './target-contract.fixture.js';
import {
  CELSIUS,
  numbers,
  readsStaged,
  TargetScene,
  type AnyTarget,
  type OpenEmpty,
} from './target-scene.fixture.js';

/** What a commit of the day does with the table, and the reads of it. */
class OwnTableTarget implements AnyTarget {
  private readonly dataset: {
    readonly name: string;
    readonly target: { readonly table: string; readonly columns: readonly TargetColumn[] };
  };
  private readonly reader: TargetReader;

  constructor(
    private readonly database: Database,
    table: string,
    columns: readonly TargetColumn[],
  ) {
    this.dataset = { name: table, target: { table, columns } };
    this.reader = new TargetReader(database);
  }

  async prepare(): Promise<PreparedPlace> {
    const { version, ...prepared } = await this.database.write('targets', async (transaction) => {
      await transaction.lockExclusive('boot');
      return prepareTarget(transaction, this.dataset);
    });
    return { ...prepared, key: version?.key ?? null };
  }

  async readKey(): Promise<string | null> {
    const { dialect, read } = this.database;
    return (await readTargetState(read, dialect, this.dataset)).key;
  }

  async replaceDay({ day, key, rows }: DayWrite): Promise<void> {
    await this.database.write('step', async (transaction) => {
      await expectKey(transaction, this.dataset, key);
      await replaceDay(transaction, this.dataset, day, rows);
    });
  }

  hasRows(day: CalendarDay): Promise<boolean> {
    return targetHasRows(this.database, this.dataset, day);
  }

  fingerprint(day: CalendarDay, expected: ExpectedDay, signal: AbortSignal): Promise<TargetDay> {
    return this.reader.fingerprint(this.of(day), expected, signal);
  }

  read(day: CalendarDay, take: TakeRows, signal: AbortSignal): Promise<void> {
    return this.reader.read(this.of(day), take, signal);
  }

  readPage(
    day: CalendarDay,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<RowsPage> {
    return this.reader.readPage(this.of(day), page);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private of(day: CalendarDay): {
    table: string;
    columns: readonly TargetColumn[];
    day: CalendarDay;
  } {
    return { ...this.dataset.target, day };
  }
}

const scratch = migratedDatabases();

describe.each(DIALECTS)('on %s', (dialect) => {
  let database: Database;
  /** Each test has a table of its own. */
  let tables = 0;
  beforeAll(async () => {
    const url = await scratch(dialect);
    database =
      url === null
        ? await openMigrated(path.join(await scratchFolder(), 'daysync.db'))
        : await PostgresDatabase.open({ address: url, connections: 8, applicationName: 'spec' });
  });
  afterAll(() => database.close());

  const openEmpty: OpenEmpty<OwnTableTarget> = (columns) => {
    tables += 1;
    const table = `readings_${tables}`;
    const open = (its: readonly TargetColumn[]): OwnTableTarget =>
      new OwnTableTarget(database, table, its);
    return Promise.resolve({
      target: open(columns),
      reopen: (its = columns) => Promise.resolve(open(its)),
      staging: database.staging,
      dropPlace: async () => {
        await database.write('targets', ({ db }) =>
          sql`drop table ${sql.table(table)}`.execute(db),
        );
      },
      close: () => Promise.resolve(),
    });
  };
  testTarget("a table of Daysync's own database", openEmpty, ENOUGH_WITHOUT_GROUPS);

  // SQLite moves staged rows by itself.
  if (dialect === 'sqlite') return;
  const { prepared, write, stage, numbersOf } = new TargetScene(openEmpty);

  it('keeps a day whose rows can not be read to their end, and yields to the event loop', async () => {
    const { target } = await prepared(CELSIUS);
    await write(target, [[1]]);
    const rows = stage(numbers(9_000));
    const broken = readsStaged(rows, (first) => {
      if (first > 3_000) throw new Error('lost');
    });
    await expect(write(target, broken)).rejects.toThrow('lost');
    expect(await numbersOf(target)).toEqual([1]);
    const before = database.advances;
    await write(target, rows);
    // One is for the commit.
    expect(database.advances - before).toBeGreaterThan(4);
    expect(await numbersOf(target)).toHaveLength(9_000);
  });
});
