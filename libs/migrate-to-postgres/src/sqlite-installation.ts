import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { storedName } from '../../../apps/api/src/changes/changes-ahead.js';
import { BootError } from '../../../apps/api/src/app/boot.js';
import { CONFIG_EXIT_CODE } from '../../../apps/api/src/config/boot-error.js';
import { migrationsOf } from '../../../apps/api/src/database/migrations.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import { pendingMigrations } from '../../../apps/api/src/database/sqlite/sqlite-migration.js';
import { SqliteConnection } from '../../../apps/api/src/database/sqlite-connection.js';
import type { Dataset } from '../../../apps/api/src/datasets/file/dataset.js';
import { DAY_COLUMN, quote } from '../../../apps/api/src/targets/target-dialect.js';
import { pendingRenames } from '../../../apps/api/src/targets/target-renames.js';
import { compareTarget, differenceLines } from '../../../apps/api/src/targets/target-table.js';
import type { TargetValue } from '../../../apps/api/src/targets/column-types.js';
import { OWN_KEYS, targetTable, type MovedTable, type TargetTable } from './moved-table.js';
import { MoveRefusedError } from './move-progress.js';

/** How long to wait for another program's lock. */
const BUSY_TIMEOUT_MS = 5_000;
const START_ONCE =
  'start Daysync once without DATABASE_URL, stop it, and run this command again; nothing was moved';

/** Values in the order of the selected columns. */
export type DbRow = readonly TargetValue[];

/**
 * Reads one state of an installation on SQLite. It never writes; the caller has locked the data folder.
 */
export class SqliteInstallation {
  private readonly statements = new Map<string, StatementSync>();

  private constructor(
    readonly file: string,
    private readonly handle: DatabaseSync,
    private readonly db: Kysely<Schema>,
  ) {}

  /**
   * @throws {MoveRefusedError} if there is none
   * @throws {NewerDatabaseError | RetiredDatabaseError}
   */
  static async open(dataDir: string): Promise<SqliteInstallation> {
    const file = databaseIn(dataDir);
    const handle = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    const db = new Kysely<Schema>({
      dialect: new SqliteDialect({ database: new SqliteConnection(handle) }),
    });
    const installation = new SqliteInstallation(file, handle, db);
    try {
      // One state, even if another program writes the file meanwhile.
      handle.exec('begin');
      await installation.checkState();
      return installation;
    } catch (error) {
      await installation.close();
      throw error;
    }
  }

  /** Changes with every write to the database. */
  get state(): string {
    return ['', '-wal'].map((suffix) => stateOf(this.file + suffix)).join(' ');
  }

  /**
   * Our own tables, and the existing targets of the datasets.
   * @throws {BootError} if a target differs from the datasets file
   * @throws {MoveRefusedError} if a target still lacks new columns
   */
  async tables(datasets: readonly Dataset[]): Promise<readonly MovedTable[]> {
    const own = Object.entries(OWN_KEYS).map(([name, key]): MovedTable => {
      const columns = this.all('select name from pragma_table_info(?)', name).map(String);
      return { kind: 'own', name, columns, key, rows: this.count(name) };
    });
    const targets: MovedTable[] = [];
    const differences: string[] = [];
    for (const dataset of datasets) {
      const isRenamed = (await storedName(this.db, dataset)) !== dataset.name;
      if (isRenamed || (await pendingRenames(this.db, 'sqlite', dataset)).length > 0) {
        throw new MoveRefusedError(
          `The dataset ${dataset.name} does not have its new names yet: ${START_ONCE}.`,
        );
      }
      const compared = await compareTarget(this.db, 'sqlite', dataset.target);
      differences.push(...differenceLines(compared.differences));
      if (compared.missing.length > 0) {
        const names = compared.missing.map(({ name }) => name).join(', ');
        throw new MoveRefusedError(
          `The target ${dataset.target.table} does not have its new columns yet (${names}): ${START_ONCE}.`,
        );
      }
      if (compared.exists) targets.push(targetTable(dataset, this.count(dataset.target.table)));
    }
    if (differences.length > 0) throw new BootError(differences, CONFIG_EXIT_CODE);
    return [...own, ...targets];
  }

  /** The key of a target; null if it does not exist, or has none. */
  async keyOf(target: Dataset['target']): Promise<string | null> {
    return (await compareTarget(this.db, 'sqlite', target)).key;
  }

  /** The tables that are not moved: those of former datasets, and of other programs. */
  leftTables(moved: readonly MovedTable[]): readonly string[] {
    const names = new Set(moved.map(({ name }) => name));
    return this.all(
      `select name from sqlite_master
       where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not like 'kysely\\_%' escape '\\'
       order by name`,
    )
      .map(String)
      .filter((name) => !names.has(name));
  }

  /** The rows after a rowid, in the order of their rowids, each with its rowid first. */
  rowsAfter({ name, columns }: MovedTable, after: bigint | null): IterableIterator<DbRow> {
    const from = after === null ? '' : 'where rowid > ?';
    const statement = this.prepare(
      `select rowid, ${columns.map(quote).join(', ')} from ${quote(name)} ${from} order by rowid`,
    );
    return iterate(statement, after === null ? [] : [after]);
  }

  /** Some columns of one row. */
  row({ name }: MovedTable, columns: readonly string[], rowid: bigint): DbRow {
    const statement = this.prepare(
      `select ${columns.map(quote).join(', ')} from ${quote(name)} where rowid = ?`,
    );
    return (statement.get(rowid) ?? []) as unknown as DbRow;
  }

  /** All rows, sorted by the key; texts by bytes. */
  rowsBy({ name, columns }: MovedTable, key: readonly string[]): IterableIterator<DbRow> {
    const names = columns.map(quote).join(', ');
    const order = key.map(quote).join(', ');
    return iterate(this.prepare(`select ${names} from ${quote(name)} order by ${order}`), []);
  }

  /** The days of a target, in their order. */
  daysOf({ name }: TargetTable): readonly string[] {
    const day = quote(DAY_COLUMN);
    return this.all(`select distinct ${day} from ${quote(name)} order by ${day}`).map(String);
  }

  /** The rows of one day of a target. */
  rowsOfDay({ name, columns }: TargetTable, day: string): IterableIterator<DbRow> {
    const names = columns.map(quote).join(', ');
    const statement = this.prepare(
      `select ${names} from ${quote(name)} where ${quote(DAY_COLUMN)} = ? order by rowid`,
    );
    return iterate(statement, [day]);
  }

  /** The highest `batch.seq` that was ever generated; 0 before the first. */
  lastSeq(): bigint {
    const given = `select max(seq) from (select seq from sqlite_sequence where name = 'batch' union all select seq from batch)`;
    return BigInt(this.all(given)[0] ?? 0);
  }

  async close(): Promise<void> {
    await this.db.destroy();
    if (this.handle.isOpen) this.handle.close();
  }

  private async checkState(): Promise<void> {
    const pending = await pendingMigrations(this.handle, migrationsOf('sqlite'));
    if (pending.length > 0) {
      throw new MoveRefusedError(
        `${this.file} is of an older version (it lacks ${pending.join(', ')}): ${START_ONCE}.`,
      );
    }
    const running = Number(this.all(`select count(*) from batch_day where state = 'running'`)[0]);
    if (running > 0) {
      throw new MoveRefusedError(
        `${this.file} has ${running} ${running === 1 ? 'day' : 'days'} in flight, since Daysync did not end by a stop: ${START_ONCE}.`,
      );
    }
  }

  private count(table: string): number {
    return Number(this.all(`select count(*) from ${quote(table)}`)[0]);
  }

  /** The first column of each row. */
  private all(sql: string, ...parameters: readonly string[]): TargetValue[] {
    const rows = this.prepare(sql).all(...parameters) as unknown as DbRow[];
    return rows.map(([value]) => value ?? null);
  }

  /** Each statement is prepared once: without that, many would stay in memory until it is collected. */
  private prepare(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.handle.prepare(sql);
      // A number would lose digits of 64 bits.
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

/** @throws {MoveRefusedError} if there is none */
export function databaseIn(dataDir: string): string {
  const file = path.join(dataDir, 'daysync.db');
  if (existsSync(file)) return file;
  throw new MoveRefusedError(
    `There is no database ${file}: set DATA_DIR to the folder that it is in.`,
  );
}

function iterate(
  statement: StatementSync,
  parameters: readonly (string | bigint)[],
): IterableIterator<DbRow> {
  return statement.iterate(...parameters) as unknown as IterableIterator<DbRow>;
}

/** An empty file counts as missing: opening the database may leave an empty log. */
function stateOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined || found.size === 0n ? '-' : `${found.size}/${found.mtimeNs}`;
}
