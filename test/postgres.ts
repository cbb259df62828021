// PostgreSQL for a spec file: its own server, or databases on the shared server of a run.
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
    /** The address of the shared server; undefined if the run has none. */
    sharedPostgres: string | undefined;
  }
}

/** The address of the shared server of this run, if it has one (vitest.config.mjs). */
export const SHARED_POSTGRES = inject('sharedPostgres');

/** The databases of a spec file on a server. */
export class ScratchDatabases {
  private readonly made = new Set<string>();

  /** @param url of any database of the server */
  constructor(private readonly url: string) {}

  /** Creates an empty database if it does not exist; it is dropped after the last test of the file. */
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

  /** Drops a database with its connections. */
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

/** Tests that need PostgreSQL, which the package does not have for every machine. */
export function describeWithPostgres(title: string, tests: () => void): void {
  describe.skipIf(!HAS_POSTGRES)(title, tests);
}

/**
 * Provides PostgreSQL databases for a spec file, on any server.
 * @returns creates a database and returns its address
 */
export function scratchPostgres(): () => Promise<string> {
  let databases: ScratchDatabases;
  beforeAll(async () => {
    if (!HAS_POSTGRES) return;
    databases = new ScratchDatabases(SHARED_POSTGRES ?? (await startPostgres()).url());
  });
  return () => databases.make(`scratch_${randomUUID().replaceAll('-', '_')}`);
}
