// A PostgreSQL for a spec file: a server of its own, or databases on the one that a whole run shares.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, inject } from 'vitest';
import { Client } from 'pg';
import { afterFile } from './after-file.js';
import { HAS_POSTGRES, startServerIn, type PostgresServer } from './postgres-server.js';
import { scratchFolder } from './scratch.js';

export { HAS_POSTGRES, type PostgresServer } from './postgres-server.js';

/** Starts a server and waits until it answers; it is stopped after the last test of the file. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await startServerIn(await scratchFolder());
  afterFile(() => server.stop('immediate'));
  return server;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Its address; none where a run has no such server. */
    sharedPostgres: string | undefined;
  }
}

/** The address of the server that the whole run shares, if there is one: vitest.config.mjs says which runs have it. */
export const SHARED_POSTGRES = inject('sharedPostgres');

/** Databases of the spec files on a server, each by a name of its own. */
export class ScratchDatabases {
  private readonly made = new Set<string>();

  /** @param url of any database of the server */
  constructor(private readonly url: string) {}

  /** Makes an empty database, if it is not there yet; it is dropped after the last test of the file. */
  async make(name: string): Promise<string> {
    if (!this.made.has(name)) {
      await this.administer(`create database ${name}`);
      this.made.add(name);
      afterFile(() => this.drop(name));
    }
    return this.addressOf(name);
  }

  addressOf(name: string): string {
    const url = new URL(this.url);
    url.pathname = name;
    return url.href;
  }

  /** Drops one, whoever is connected. */
  private async drop(name: string): Promise<void> {
    this.made.delete(name);
    await this.administer(`drop database ${name} with (force)`);
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
  describe.skipIf(!HAS_POSTGRES)(title, tests);
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
  return () => databases.make(`scratch_${randomUUID().replaceAll('-', '_')}`);
}
