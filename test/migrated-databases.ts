// Databases with the tables of this version, for specs of modules. They are migrated once in a process: the others are copies.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dialect } from '../apps/api/src/database/database.js';
import { PostgresDatabase } from '../apps/api/src/database/postgres/postgres-database.js';
import { SqliteDatabase } from '../apps/api/src/database/sqlite/sqlite-database.js';
import { BossLaneQueue } from '../apps/api/src/runner/cluster/boss-lane-queue.js';
import { scratchName, scratchServer, type ScratchDatabases } from './postgres.js';
import { scratchFolder } from './scratch.js';

let sqliteTemplate: Promise<Buffer> | undefined;
const postgresTemplates = new Map<string, Promise<string>>();

/** Opens a new SQLite file that is a copy of a migrated one. */
export async function openMigrated(file: string): Promise<SqliteDatabase> {
  sqliteTemplate ??= migrateSqlite();
  await writeFile(file, await sqliteTemplate, { mode: 0o600 });
  return SqliteDatabase.open(file);
}

async function migrateSqlite(): Promise<Buffer> {
  const file = path.join(await scratchFolder(), 'template.db');
  await (await SqliteDatabase.open(file)).close();
  return readFile(file);
}

/**
 * Provides PostgreSQL databases for a spec file, with the tables of Daysync and of its queue.
 * @returns creates a database and returns its address
 */
export function migratedPostgres(): () => Promise<string> {
  const server = scratchServer();
  return async () => {
    const databases = server();
    const template = postgresTemplates.get(databases.url) ?? migratePostgres(databases);
    postgresTemplates.set(databases.url, template);
    return databases.make(scratchName(), await template);
  };
}

async function migratePostgres(databases: ScratchDatabases): Promise<string> {
  const name = scratchName();
  const address = await databases.makeLasting(name);
  const options = { address, connections: 1, applicationName: 'spec' };
  await (await PostgresDatabase.open(options)).close();
  const nodeName = 'spec';
  await (await BossLaneQueue.open({ address, nodeName, onError: () => undefined })).close();
  return name;
}

/**
 * Provides databases for the whole spec file.
 * @returns creates a PostgreSQL database as `migratedPostgres` does, and returns its address; null for SQLite
 */
export function migratedDatabases(): (dialect: Dialect) => Promise<string | null> {
  const make = migratedPostgres();
  return async (dialect) => (dialect === 'sqlite' ? null : make());
}
