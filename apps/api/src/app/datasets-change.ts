// `daysync datasets rename` and `daysync datasets reset`: change what is stored of a dataset, after a question.
import 'reflect-metadata';
import { createInterface } from 'node:readline/promises';
import { sql } from 'kysely';
import { SecretValues } from '../config/secret-values.js';
import type { Database } from '../database/database.js';
import { TARGET_DIALECTS } from '../targets/target-dialect.js';
import { openInstallation, BootError, readConfiguration } from './boot.js';
import {
  counted,
  isStored,
  readStored,
  renameDataset,
  type StoredDataset,
} from './dataset-rename.js';
import type { Dataset } from '../datasets/dataset.js';

/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;
const USAGE = [
  'daysync datasets rename <dataset> <new-name> [--yes]',
  'daysync datasets reset <dataset> [--yes]',
];
const YES = '--yes';

/** A change that can be carried out, or why it can't. */
interface Change {
  /** What it does, a line each. */
  readonly preview: readonly string[];
  readonly question: string;
  readonly carryOut: () => Promise<string>;
}

class ChangeRefusedError extends Error {
  override readonly name = 'ChangeRefusedError';
}

async function main(args: readonly string[]): Promise<number> {
  const [verb, name, ...rest] = args.filter((arg) => arg !== YES);
  const isComplete =
    name !== undefined &&
    ((verb === 'rename' && rest.length === 1) || (verb === 'reset' && rest.length === 0));
  if (!isComplete) {
    return complain(['expected one of these commands:', ...USAGE], USAGE_EXIT_CODE);
  }
  const { config, datasets } = readConfiguration(process.env, new SecretValues());
  const { installation, close } = await openInstallation(config);
  try {
    const { database } = installation;
    const [newName] = rest;
    const change =
      newName === undefined
        ? await resetOf(database, datasets, name)
        : await renameOf(database, datasets, name, newName);
    process.stdout.write(`${change.preview.join('\n')}\n`);
    if (!args.includes(YES) && !(await isConfirmed(change.question))) {
      return complain(['Nothing was changed.'], 1);
    }
    process.stdout.write(`${await change.carryOut()}\n`);
    return 0;
  } finally {
    await close();
  }
}

async function renameOf(
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
  const stored = await readExisting(database, from);
  return {
    preview: [
      `${counted(stored.records, 'record')}, ${counted(stored.batches, 'batch', 'batches')} and the schedule of ${from} get the name ${to}.`,
      'Rows stay where they are: a table or a column gets a new name by renamed_from in the datasets file.',
    ],
    question: `Rename ${from} to ${to}?`,
    carryOut: async () => {
      await database.write('targets', async (transaction) => {
        await transaction.lockExclusive('boot');
        await renameDataset(transaction, from, to);
      });
      return `${from} is now ${to}.`;
    },
  };
}

async function resetOf(
  database: Database,
  datasets: readonly Dataset[],
  name: string,
): Promise<Change> {
  const configured = datasets.find((dataset) => dataset.name === name);
  const tables = await readTables(database, name, configured);
  if (tables.length === 0 && configured === undefined) await readExisting(database, name);
  const { active, records } = await readStored(database.read, name);
  refuseActive(name, active);
  const dropped = tables.map(
    ({ table, rows }) => `The table ${table} with ${counted(rows, 'row')} is dropped.`,
  );
  return {
    preview: [
      ...dropped,
      `${counted(records, 'record')} of ${name} are deleted: all its days are missing then. Its batches stay in the history.`,
    ],
    question: `Delete the rows and records of ${name}?`,
    carryOut: async () => {
      await database.write('targets', async (transaction) => {
        await transaction.lockExclusive('boot');
        const { db } = transaction;
        for (const { table } of tables) await db.schema.dropTable(table).ifExists().execute();
        await db.deleteFrom('sync_record').where('dataset', '=', name).execute();
        await db.deleteFrom('target_version').where('dataset', '=', name).execute();
      });
      return `${name} is empty. The next start or batch creates its table.`;
    },
  };
}

/** The tables that days of a dataset were written to, and that still exist. */
async function readTables(
  { read, dialect }: Database,
  name: string,
  configured: Dataset | undefined,
): Promise<{ readonly table: string; readonly rows: number }[]> {
  const { exists, tableWithKey } = TARGET_DIALECTS[dialect];
  const found = await read
    .selectFrom('target_version')
    .select(tableWithKey(sql.ref('table_key')).as('table'))
    .where('dataset', '=', name)
    .execute();
  const names = new Set(found.flatMap(({ table }) => table ?? []));
  const own = configured?.target.table;
  if (own !== undefined) {
    const { rows } = await sql<{ present: 0 | 1 }>`select ${exists(own)} as present`.execute(read);
    if (rows[0]?.present === 1) names.add(own);
  }
  const tables = [];
  for (const table of names) {
    const { rows } = await sql<{ rows: number }>`
      select count(*) as rows from ${sql.table(table)}
    `.execute(read);
    tables.push({ table, rows: rows[0]?.rows ?? 0 });
  }
  return tables;
}

async function readExisting({ read }: Database, name: string): Promise<StoredDataset> {
  const stored = await readStored(read, name);
  if (!isStored(stored)) {
    throw new ChangeRefusedError(
      `expected a dataset with records or batches, got ${name}: it has none`,
    );
  }
  refuseActive(name, stored.active);
  return stored;
}

function refuseActive(name: string, [batch]: readonly string[]): void {
  if (batch === undefined) return;
  throw new ChangeRefusedError(
    `expected no active batch of ${name}, got ${batch}: wait for its end, or cancel it`,
  );
}

async function isConfirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new ChangeRefusedError(`expected an answer on a terminal, or ${YES}: ${question}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function complain(lines: readonly string[], exitCode: number): number {
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof BootError) process.exitCode = complain(error.lines, error.exitCode);
    else if (error instanceof ChangeRefusedError) process.exitCode = complain([error.message], 1);
    else process.exitCode = complain([error instanceof Error ? error.message : String(error)], 1);
  },
);
