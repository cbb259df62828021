import { mkdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { PostgresProxy } from '../../../../../test/postgres-proxy.js';
import {
  describeWithPostgres,
  startPostgres,
  type PostgresServer,
} from '../../../../../test/postgres.js';
import { SmallDisk } from '../../../../../test/small-disk.js';
import { TargetUnavailableError } from '../day-target.js';
import {
  DAY,
  holdOpen,
  scratchTargets,
  type ScratchPostgresTarget,
} from './postgres-target.fixture.js';
import { SIGNAL, UNKNOWN } from './target-scene.fixture.js';

/** The user of the server where the tests run as root (test/postgres-server.ts). */
const SERVER_USER = 65_534;
const IMPATIENT = {
  ...{ lock: 5_000, overtaken: 2_500, statement: 5_000, idle: 8_000, silence: 1_000 },
};
const WAIT = { timeout: 120_000 };

/** Every method of a target that can't be used, by what it fails with. */
async function failuresOf({ target }: ScratchPostgresTarget): Promise<readonly unknown[]> {
  const write = { day: DAY, rows: [[9]], token: 99, key: 'daysync_day_0123456789abcdef' };
  const failed = await Promise.allSettled([
    target.prepare(),
    target.readKey(),
    target.replaceDay(write, SIGNAL),
    target.fence(DAY, 100),
    target.hasRows(DAY),
    target.fingerprint(DAY, UNKNOWN, SIGNAL),
    target.read(DAY, () => Promise.resolve(), SIGNAL),
    target.readPage(DAY, { offset: 0, limit: 1 }),
  ]);
  return failed.map((result): unknown => Reflect.get(result, 'reason'));
}

describeWithPostgres('a table in a PostgreSQL that', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  let url: string;
  const scratches = scratchTargets();
  const { open } = scratches;
  beforeEach(async () => {
    url = await server.createDatabase();
  });
  /** With the rows of a first write. */
  const prepared = async (...given: Parameters<typeof open>): Promise<ScratchPostgresTarget> => {
    const scratch = await scratches.prepared(...given);
    await scratch.write([[1]]);
    return scratch;
  };

  it.each(['fast', 'immediate'] as const)(
    'is stopped (%s) is unreachable, and goes on once it is back',
    async (how) => {
      const scratch = await prepared(url);
      await server.stop(how);
      try {
        for (const failure of await failuresOf(scratch)) {
          expect(failure).toBeInstanceOf(TargetUnavailableError);
          expect(failure).toMatchObject({
            code: 'TARGET_UNREACHABLE',
            message: expect.stringMatching(
              /^expected readings in \$\{TARGET\} to answer, got /,
            ) as unknown,
          });
        }
      } finally {
        await server.start();
      }
      expect(await scratch.target.fence(DAY, 5)).toBe(1);
      await scratch.write([[2]], { token: 5 });
      expect(await scratch.numbers()).toEqual([2]);
    },
  );

  it('ends the connection in the midst of a write keeps the day', async () => {
    const scratch = await prepared(url);
    await server.execute(
      `create function cut() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
      create trigger cut before insert on readings for each row when (new.celsius = 30000)
        execute function cut()`,
      url,
    );
    const failure = await scratch.failure(Array.from({ length: 50_000 }, (_, n) => [n]));
    expect(failure).toBeInstanceOf(TargetUnavailableError);
    expect(failure).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(await scratch.numbers()).toEqual([1]);
    expect(await scratch.target.fence(DAY, 3)).toBe(1);
  });

  it.each([
    ['is in, which the fence says', 'return null', 2],
    ['was undone, which the fence says', `raise exception 'too late'`, 1],
  ])('loses the answer of a commit: the write %s', async (_what, ending, written) => {
    const proxy = await PostgresProxy.start(url);
    const scratch = await prepared(proxy.url, { patience: IMPATIENT });
    await slowDownCommits(server, url, ending);
    const failing = scratch.failure([[2]]);
    await untilCommit(server);
    proxy.fallSilent();
    const failure = await failing;
    expect(failure).toBeInstanceOf(TargetUnavailableError);
    expect(failure).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    proxy.speak();
    expect(await scratch.target.fence(DAY, 9)).toBe(written);
    expect(await numbersAt(server, url)).toEqual([written]);
  });

  it('commits is not stopped any more: the write is in', async () => {
    const scratch = await prepared(url);
    await slowDownCommits(server, url, 'return null');
    const stop = new AbortController();
    const writing = scratch.write([[2]], { signal: stop.signal });
    await untilCommit(server);
    stop.abort(new Error('too late'));
    expect(await writing).toBe(2);
    expect(await scratch.numbers()).toEqual([2]);
  });

  it('has fallen silent is not waited for', async () => {
    const proxy = await PostgresProxy.start(url);
    const scratch = await prepared(proxy.url, { patience: IMPATIENT });
    proxy.fallSilent();
    for (const failure of await failuresOf(scratch)) {
      expect(failure).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    }
  });

  it('falls silent in the midst of a write is not waited for by an abort, nor by the end', async () => {
    const proxy = await PostgresProxy.start(url);
    const scratch = await prepared(proxy.url, { patience: { ...IMPATIENT, statement: 600_000 } });
    const holder = await holdOpen(url, 'lock table readings in share mode');
    const stop = new AbortController();
    const writing = scratch.failure([[3]], { signal: stop.signal });
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock'`;
    await vi.waitUntil(async () => (await server.execute(waiting)).length > 0, WAIT);
    proxy.fallSilent();
    const reason = new Error('stopped');
    stop.abort(reason);
    expect(await writing).toBe(reason);
    await scratch.target.close();
    await holder.end();
    expect(await numbersAt(server, url)).toEqual([1]);
  });

  it('may only be read is read-only: it is prepared and read', async () => {
    const writable = await prepared(url);
    const key = await writable.target.readKey();
    await server.execute(
      `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`,
    );
    const scratch = open(url);
    expect(await scratch.prepare()).toBe(key);
    for (const failure of [
      await scratch.failure([[2]]),
      await scratch.target.fence(DAY, 5).catch((error: unknown) => error),
      await open(url, { table: 'absent' })
        .prepare()
        .catch((error: unknown) => error),
    ]) {
      expect(failure).toBeInstanceOf(TargetUnavailableError);
      expect(failure).toMatchObject({ code: 'TARGET_READ_ONLY' });
    }
    expect(await scratch.target.hasRows(DAY)).toBe(true);
    expect(await scratch.target.readPage(DAY, { offset: 0, limit: 5 })).toEqual({
      total: 1,
      rows: [['1']],
    });
  });

  it('refuses the login says so, and shows no address', async () => {
    const database = new URL(url).pathname.slice(1);
    await server.execute(`
      drop role if exists shut_out, let_in;
      create role shut_out nologin password 'secret-1';
      create role let_in login password 'secret-1';
      revoke connect on database ${database} from public`);
    const refused: readonly (readonly [address: string, received: string])[] = [
      [server.url('let_in', 'secret-2', database), 'a wrong password'],
      [server.url('nobody', 'secret-2', database), 'a wrong password'],
      [server.url('let_in', '', database), 'an address without a password'],
      [server.url('shut_out', 'secret-1', database), 'a login that is not allowed'],
      [server.url('let_in', 'secret-1', database), 'a login that is not allowed'],
      [server.url('let_in', 'secret-1', 'secret_database'), 'no database of this name'],
    ];
    for (const [address, received] of refused) {
      for (const failure of await failuresOf(open(address))) {
        expect(failure).toBeInstanceOf(TargetUnavailableError);
        expect(failure).toMatchObject({
          code: 'TARGET_LOGIN_REFUSED',
          message: `expected readings in \${TARGET} to accept the login, got ${received}`,
        });
      }
    }
    await server.execute(`grant connect on database ${database} to let_in`);
    await server.execute('grant create on schema public to let_in', url);
    await open(server.url('let_in', 'secret-1', database)).prepare();
  });

  it.each([
    ['127.0.0.1:1/x', /to answer, got no connection, or one that broke$/],
    ['host.invalid/x', /to answer, got no connection, or one that broke$/],
    ['PORT/postgres?sslmode=require', /to answer, got no connection/],
    ['PORT/postgres?sslrootcert=/absent/root.crt', /to answer, got no connection: ENOENT$/],
  ])('is not at %s is unreachable, and shows no address', async (where, message) => {
    const at = where.replace('PORT', `127.0.0.1:${server.port}`);
    const scratch = open(`postgres://somebody:secret-3@${at}`);
    for (const failure of await failuresOf(scratch)) {
      expect(failure).toBeInstanceOf(TargetUnavailableError);
      expect(failure).toMatchObject({ code: 'TARGET_UNREACHABLE' });
      expect(String(failure)).toMatch(message);
      expect(String(failure)).not.toMatch(/secret|127|invalid|somebody/);
    }
  });
});

// Needs the right to mount.
const disk = SmallDisk.mount();
if (disk !== undefined) {
  describeWithPostgres('a table on a disk that is really full', () => {
    const { prepared } = scratchTargets();
    it('keeps the day, and is written again once there is room', async () => {
      const folder = path.join(disk.folder, 'tables');
      mkdirSync(folder);
      for (const its of [disk.folder, folder]) await chown(its, SERVER_USER, SERVER_USER);
      const server = await startPostgres();
      await server.execute(`create tablespace small location '${folder}'`);
      const url = await server.createDatabase();
      await server.execute(
        `alter database ${new URL(url).pathname.slice(1)} set default_tablespace = small`,
      );
      const scratch = await prepared(url);
      await scratch.write([[1]]);
      disk.fill();
      const many = Array.from({ length: 50_000 }, (_, n) => [n]);
      const failure = await scratch.failure(many, { token: 2 });
      expect(failure).toBeInstanceOf(TargetUnavailableError);
      expect(failure).toMatchObject({
        code: 'TARGET_FULL',
        message: 'expected readings in ${TARGET} to have room for the rows, got a full disk',
      });
      expect(await scratch.numbers()).toEqual([1]);
      disk.clear();
      await scratch.write(many.slice(0, 10_000), { token: 2 });
      expect(await scratch.numbers()).toHaveLength(10_000);
    });
  });
}

/**
 * Of the table of the tokens: the deferred triggers of the target itself run before the commit of a write.
 * @param ending what a commit does at its end
 */
async function slowDownCommits(server: PostgresServer, url: string, ending: string): Promise<void> {
  await server.execute(
    `create function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.5); ${ending}; end $$;
    create constraint trigger slow after insert or update on daysync_day deferrable initially deferred
      for each row when (new.written = new.token) execute function slow()`,
    url,
  );
}

/** Waits until a commit is under way. */
async function untilCommit(server: PostgresServer): Promise<void> {
  const commits = `select from pg_stat_activity where query like '%commit' and state = 'active'`;
  await vi.waitUntil(async () => (await server.execute(commits)).length > 0, WAIT);
}

async function numbersAt(server: PostgresServer, url: string): Promise<readonly number[]> {
  const rows = await server.execute('select celsius from readings order by 1', url);
  return rows.map(({ celsius }) => Number(celsius));
}
