// A PostgreSQL for a spec file: a server of its own, or databases on the one that a whole run shares.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { Client } from 'pg';
import { HAS_POSTGRES, startServerIn, type PostgresServer } from './postgres-server.js';
import { scratchFolder } from './scratch.js';

export { HAS_POSTGRES, type PostgresServer } from './postgres-server.js';

const servers: PostgresServer[] = [];
afterAll(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop('immediate')));
});

/** Starts a server and waits until it answers; it is stopped after the last test of the file. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await startServerIn(await scratchFolder());
  servers.push(server);
  return server;
}

/** The address of the server that the whole run shares, if there is one: jest.config.mjs has it started. */
export const SHARED_POSTGRES: string | undefined = process.env['SHARED_POSTGRES'];

/** Databases of the spec files on a server, each by a name of its own. */
export class ScratchDatabases {
  private readonly made = new Set<string>();

  /** @param url of any database of the server */
  constructor(private readonly url: string) {}

  /** Makes an empty database, if it is not there yet. */
  async make(name: string): Promise<string> {
    if (!this.made.has(name)) await this.administer(`create database ${name}`);
    this.made.add(name);
    return this.addressOf(name);
  }

  addressOf(name: string): string {
    const url = new URL(this.url);
    url.pathname = name;
    return url.href;
  }

  /** Drops them all, whoever is connected. */
  async drop(): Promise<void> {
    for (const name of this.made) await this.administer(`drop database ${name} with (force)`);
    this.made.clear();
  }

  private async administer(sql: string): Promise<void> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

/** Tests for a PostgreSQL: the package has none for other machines. */
export function describeWithPostgres(title: string, tests: () => void): void {
  if (HAS_POSTGRES) describe(title, tests);
}

/**
 * Has a PostgreSQL for a spec file that only wants databases, and is content with any server.
 * @returns what makes a database and gives its address
 */
export function scratchPostgres(): () => Promise<string> {
  let databases: ScratchDatabases;
  beforeAll(async () => {
    if (!HAS_POSTGRES) return;
    databases = new ScratchDatabases(SHARED_POSTGRES ?? (await startPostgres()).url());
  });
  afterAll(async () => {
    if (SHARED_POSTGRES !== undefined) await databases.drop();
  });
  return () => databases.make(`scratch_${randomUUID().replaceAll('-', '_')}`);
}
