// PostgreSQL for a spec file: its own server, or databases on the shared server of a run.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, inject } from 'vitest';
import { afterFile } from './after-file.js';
import { executeAt, HAS_POSTGRES, startServerIn, type PostgresServer } from './postgres-server.js';
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

export class ScratchDatabases {
  private readonly made = new Set<string>();

  /** @param url of any database of the server */
  constructor(readonly url: string) {}

  /**
   * Creates a database if it does not exist; it is dropped after the last test of the file.
   * @param template the name of the database that it is a copy of, to which nothing is connected; by default it is empty
   */
  async make(name: string, template?: string): Promise<string> {
    if (!this.made.has(name)) {
      // Copied as files: through the log, which is the default, takes three times as long for a small template.
      const copied = template === undefined ? '' : ` template ${template} strategy file_copy`;
      await executeAt(this.url, `create database ${name}${copied}`);
      this.made.add(name);
      afterFile(() => this.drop(name));
    }
    return this.addressOf(name);
  }

  /** Creates an empty database that outlives the file: its server ends with the run, or with the file. */
  async makeLasting(name: string): Promise<string> {
    await executeAt(this.url, `create database ${name}`);
    return this.addressOf(name);
  }

  addressOf(name: string): string {
    const url = new URL(this.url);
    url.pathname = name;
    return url.href;
  }

  private async drop(name: string): Promise<void> {
    this.made.delete(name);
    await executeAt(this.url, `drop database ${name} with (force)`);
  }
}

/** Tests that need PostgreSQL, which the package does not have for every machine. */
export function describeWithPostgres(title: string, tests: () => void): void {
  describe.skipIf(!HAS_POSTGRES)(title, tests);
}

/** A name of a database that no other one of the server has. */
export const scratchName = (): string => `scratch_${randomUUID().replaceAll('-', '_')}`;

/** Provides the databases of any server, from the first test of a spec file on. */
export function scratchServer(): () => ScratchDatabases {
  let databases: ScratchDatabases;
  beforeAll(async () => {
    if (!HAS_POSTGRES) return;
    databases = new ScratchDatabases(SHARED_POSTGRES ?? (await startPostgres()).url());
  });
  return () => databases;
}

/**
 * Provides empty PostgreSQL databases for a spec file, on any server.
 * @returns creates a database and returns its address
 */
export function scratchPostgres(): () => Promise<string> {
  const server = scratchServer();
  return () => server().make(scratchName());
}
