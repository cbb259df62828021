import { sql, type Kysely } from 'kysely';
import type { Database, Dialect, WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { TARGET_DIALECTS } from '../targets/target-dialect.js';
import { placeOf } from '../targets/target.js';
import {
  counted,
  isStored,
  readStored,
  renameDataset,
  type StoredDataset,
} from '../changes/dataset-rename.js';

/** A change of what is stored of a dataset that can be carried out. */
export interface Change {
  /** What it does, a line each. */
  readonly preview: readonly string[];
  readonly question: string;
  /** @throws {ChangeRefusedError} if that is no longer possible: nothing is changed then */
  readonly carryOut: () => Promise<string>;
}

export class ChangeRefusedError extends Error {
  override readonly name = 'ChangeRefusedError';
}

/** @throws {ChangeRefusedError} */
export async function renameOf(
  database: Database,
  datasets: readonly Dataset[],
  from: string,
  to: string,
): Promise<Change> {
  const names = datasets.map(({ name }) => name);
  if (!names.includes(to)) {
    throw new ChangeRefusedError(
      `expected the new name in the datasets file (${names.join(', ')}), got ${to}: write it there first`,
    );
  }
  if (names.includes(from)) {
    throw new ChangeRefusedError(
      `expected a name that the datasets file no longer has, got ${from}: give that dataset its new name there first`,
    );
  }
  const stored = await readExisting(database.read, from);
  await refuseActive(database.read, [from, to]);
  return {
    preview: [
      `${counted(stored.records, 'record')}, ${counted(stored.batches, 'batch', 'batches')} and the schedule of ${from} get the name ${to}.`,
      'Rows stay where they are: a table or a column gets a new name by renamed_from in the datasets file.',
    ],
    question: `Rename ${from} to ${to}?`,
    carryOut: async () => {
      await database.write('targets', async (transaction) => {
        await lockChange(transaction);
        await readExisting(transaction.db, from);
        await refuseActive(transaction.db, [from, to]);
        await renameDataset(transaction, from, to);
      });
      return `${from} is now ${to}.`;
    },
  };
}

/** @throws {ChangeRefusedError} */
export async function resetOf(
  database: Database,
  datasets: readonly Dataset[],
  name: string,
): Promise<Change> {
  const { dialect, read } = database;
  const configured = datasets.find((dataset) => dataset.name === name);
  const tables = await readTables(read, dialect, datasets, name);
  const places = await readPlaces(read, configured, name);
  const { records } =
    tables.length === 0 && places.length === 0 && configured === undefined
      ? await readExisting(read, name)
      : await readStored(read, name);
  await refuseActive(read, [name]);
  const schedule = configured?.schedule ?? null;
  return {
    preview: [
      ...tables.map(writeTable),
      ...places.map((place) => `The target ${place} stays: it is outside Daysync's own database.`),
      `${counted(records, 'record')} of ${name} are deleted: all its days are missing then. Its batches stay in the history.`,
      ...(schedule === null
        ? []
        : [
            `The schedule of ${name} (${schedule.cron}, ${schedule.timeZone}) fills the table again: remove it from the datasets file first if it should stay empty.`,
          ]),
    ],
    question: tables.some(({ stays }) => stays === null)
      ? `Delete the rows and records of ${name}?`
      : `Delete the records of ${name}?`,
    carryOut: async () => {
      await database.write('targets', async (transaction) => {
        await lockChange(transaction);
        const { db } = transaction;
        await refuseActive(db, [name]);
        const now = await readTables(db, dialect, datasets, name);
        if (now.map(writeTable).join('\n') !== tables.map(writeTable).join('\n')) {
          throw new ChangeRefusedError(
            `expected the tables as they were shown, got others: ${now.map(writeTable).join(' ')} Run the command again`,
          );
        }
        const dropped = now.filter(({ stays }) => stays === null);
        for (const { table } of dropped) await db.schema.dropTable(table).execute();
        await db.deleteFrom('sync_record').where('dataset', '=', name).execute();
        await db.deleteFrom('quarantined_row').where('dataset', '=', name).execute();
        await db.deleteFrom('unfinished_write').where('dataset', '=', name).execute();
        // Targets elsewhere stay, and running processes know their versions.
        await db
          .deleteFrom('target_version')
          .where('dataset', '=', name)
          .where('table_key', 'not in', (keys) =>
            keys
              .selectFrom('target_place')
              .select('target_place.table_key')
              .where('target_place.dataset', '=', name)
              .where('target_place.table_key', 'is not', null),
          )
          .execute();
      });
      return places.length === 0 && tables.every(({ stays }) => stays === null)
        ? `${name} is empty. The next start or batch creates its table.`
        : `${name} has no records: all its days are missing.`;
    },
  };
}

/** No batch starts and no table is changed until the end of the transaction. */
async function lockChange({ lockExclusive }: WriteTransaction): Promise<void> {
  await lockExclusive('boot');
  await lockExclusive('start');
}

/** A table that days of a dataset were written to, and that still exists. */
interface WrittenTable {
  readonly table: string;
  readonly rows: number;
  /** Why it can't be dropped; null if it can. */
  readonly stays: string | null;
}

function writeTable({ table, rows, stays }: WrittenTable): string {
  return stays === null
    ? `The table ${table} with ${counted(rows, 'row')} is dropped.`
    : `The table ${table} stays: ${stays}.`;
}

async function readTables(
  db: Kysely<Schema>,
  dialect: Dialect,
  datasets: readonly Dataset[],
  name: string,
): Promise<WrittenTable[]> {
  const { exists, tableWithKey } = TARGET_DIALECTS[dialect];
  const versions = await db
    .selectFrom('target_version')
    .select(['dataset', tableWithKey(sql.ref('table_key')).as('table')])
    .orderBy('id')
    .execute();
  const names = new Map<string, string>();
  const others = new Map<string, string>();
  for (const { dataset, table } of versions) {
    if (table === null) continue;
    if (dataset === name) names.set(sameName(table), table);
    else others.set(sameName(table), `days of ${dataset} were written to it`);
  }
  for (const { name: dataset, target } of datasets) {
    // See `readPlaces`.
    if (target.place !== undefined) continue;
    const table = sameName(target.table);
    if (dataset !== name) {
      others.set(table, `it is the target of ${dataset}`);
    } else if (!names.has(table)) {
      const { rows } = await sql<{ present: 0 | 1 }>`
        select ${exists(target.table)} as present
      `.execute(db);
      if (rows[0]?.present === 1) names.set(table, target.table);
    }
  }
  const tables = [];
  for (const [key, table] of names) {
    const { rows } = await sql<{ rows: number }>`
      select count(*) as rows from ${sql.table(table)}
    `.execute(db);
    tables.push({ table, rows: rows[0]?.rows ?? 0, stays: others.get(key) ?? null });
  }
  return tables;
}

/** The targets outside Daysync's own database that a dataset has, or has had. */
async function readPlaces(
  db: Kysely<Schema>,
  configured: Dataset | undefined,
  name: string,
): Promise<readonly string[]> {
  const known = await db
    .selectFrom('target_place')
    .select('place')
    .where('dataset', '=', name)
    .orderBy('place')
    .execute();
  const places = new Set(known.map(({ place }) => place));
  // One that was never asked.
  if (configured?.target.place !== undefined) places.add(placeOf(configured.target));
  return [...places];
}

/** SQLite takes names that differ in case for the same; where they are two tables, one too many stays. */
function sameName(table: string): string {
  return table.toLowerCase();
}

async function readExisting(db: Kysely<Schema>, name: string): Promise<StoredDataset> {
  const stored = await readStored(db, name);
  if (isStored(stored)) return stored;
  throw new ChangeRefusedError(
    `expected a dataset with records or batches, got ${name}: it has none`,
  );
}

async function refuseActive(db: Kysely<Schema>, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const [batch] = (await readStored(db, name)).active;
    if (batch === undefined) continue;
    throw new ChangeRefusedError(
      `expected no active batch of ${name}, got ${batch}: wait for its end, or cancel it`,
    );
  }
}
