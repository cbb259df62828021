import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../test/scratch.js';
import { readTokens, type AuthToken } from '../config/auth-tokens.js';
import { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import { Sessions, type LoginSession, sessionSecretOf } from './sessions.js';
import { Tokens } from './tokens.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const BOTH = `ana:operator:${A},ben:viewer:${B}`;
const HOUR = 3_600_000;
const logger = pino({ level: 'silent' });

let folder: string;
let database: SqliteDatabase;
let now: number;
let disk: 'free' | 'full';

function sessionsOn(own: SqliteDatabase, list = BOTH): Sessions {
  return new Sessions(own, new Tokens(readTokens(list)), { steady: () => now }, logger);
}

/** The sessions of a new process with these tokens. */
async function bootWith(list = BOTH): Promise<Sessions> {
  const sessions = sessionsOn(database, list);
  await sessions.onApplicationBootstrap();
  return sessions;
}

/** The database, whose answers come late: each is what it was when it was asked. */
function readingThrough(late: () => Promise<void>): SqliteDatabase {
  const read = database.read.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => late().then(() => result),
  });
  return Object.create(database, { read: { value: read } }) as SqliteDatabase;
}

function tokenOf(name: string): AuthToken {
  const token = readTokens(BOTH).tokens.find((candidate) => candidate.name === name);
  if (token === undefined) throw new Error(`expected a token of ${name}`);
  return token;
}

function found(sessions: Sessions, secret: string): LoginSession {
  const session = sessions.find(secret);
  if (session === null) throw new Error('expected a session');
  return session;
}

describe('Sessions', () => {
  beforeEach(async () => {
    disk = 'free';
    folder = await scratchFolder();
    database = await SqliteDatabase.open(path.join(folder, 'daysync.db'), {
      reach: (point) => {
        if (disk === 'full' && point === 'session:before_commit')
          throw new Error('the disk is full');
      },
    });
    now = Date.parse('2025-10-17T16:00:00.000Z');
  });
  afterEach(async () => {
    await database.close();
  });

  it('begin with a token, and are found by their secret alone', async () => {
    const sessions = await bootWith();
    const { secret } = await sessions.begin(tokenOf('ana'));
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const session = found(sessions, secret);
    expect(session.token).toMatchObject({ name: 'ana', role: 'operator' });
    expect(sessions.find(session.id)).toBeNull();
    expect(sessions.find(A)).toBeNull();
  });

  it('are stored without their secret, and continue in the next process', async () => {
    const { secret } = await (await bootWith()).begin(tokenOf('ben'));
    const rows = await database.read.selectFrom('session').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(B);
    expect(found(await bootWith(), secret).token.name).toBe('ben');
    // With the role that their token has now.
    const promoted = await bootWith(`ben:operator:${B}`);
    expect(found(promoted, secret).token.role).toBe('operator');
  });

  it.each([
    ['is gone', `ana:operator:${A}`],
    ['is another one', `ana:operator:${A},ben:viewer:${'c'.repeat(32)}`],
    ['has another name', `ana:operator:${A},ben2:viewer:${B}`],
  ])('end at boot when their token %s', async (_what, list) => {
    const before = await bootWith();
    const { secret: ana } = await before.begin(tokenOf('ana'));
    const { secret: ben } = await before.begin(tokenOf('ben'));
    const after = await bootWith(list);
    expect(after.find(ben)).toBeNull();
    expect(found(after, ana).token.name).toBe('ana');
    // For good: the token that comes back brings no session with it.
    expect((await bootWith()).find(ben)).toBeNull();
  });

  it('expire after 12 hours', async () => {
    const sessions = await bootWith();
    const { secret } = await sessions.begin(tokenOf('ana'));
    const session = found(sessions, secret);
    now += 12 * HOUR - 1;
    expect(sessions.isActive(session)).toBe(true);
    const restarted = await bootWith();
    expect(restarted.find(secret)).not.toBeNull();
    now += 1;
    expect(sessions.isActive(session)).toBe(false);
    expect([sessions.find(secret), restarted.find(secret)]).toEqual([null, null]);
    expect((await bootWith()).find(secret)).toBeNull();
    expect(await database.read.selectFrom('session').selectAll().execute()).toEqual([]);
  });

  it('that have expired leave the database with the next one that begins', async () => {
    const sessions = await bootWith();
    await sessions.begin(tokenOf('ana'));
    now += 13 * HOUR;
    await sessions.begin(tokenOf('ben'));
    const rows = await database.read.selectFrom('session').select('token_name').execute();
    expect(rows).toEqual([{ token_name: 'ben' }]);
  });

  it('end at once and for good when they are ended, and no other with them', async () => {
    const sessions = await bootWith();
    const { secret } = await sessions.begin(tokenOf('ana'));
    const { secret: other } = await sessions.begin(tokenOf('ana'));
    const session = found(sessions, secret);
    const ending = sessions.end(secret);
    expect(sessions.isActive(session)).toBe(false);
    await ending;
    expect(sessions.find(secret)).toBeNull();
    const restarted = await bootWith();
    expect(restarted.find(secret)).toBeNull();
    expect(restarted.find(other)).not.toBeNull();
  });

  it('whose end was not written stay ended, and are ended for good by the next try', async () => {
    const sessions = await bootWith();
    const { secret } = await sessions.begin(tokenOf('ana'));
    disk = 'full';
    // It needs no write.
    await sessions.end('never begun');
    await expect(sessions.end(secret)).rejects.toThrow('full');
    expect(sessions.find(secret)).toBeNull();
    await sessions.reload();
    expect(sessions.find(secret)).toBeNull();
    await expect(sessions.end(secret)).rejects.toThrow('full');
    disk = 'free';
    await sessions.end(secret);
    expect((await bootWith()).find(secret)).toBeNull();
  });

  it('that start while all are read again stay', async () => {
    const { promise: gate, resolve: letThrough } = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    const sessions = sessionsOn(
      readingThrough(async () => {
        asked.resolve(undefined);
        await gate;
      }),
    );
    const reading = sessions.reload();
    await asked.promise;
    const { secret } = await sessions.begin(tokenOf('ana'));
    letThrough(undefined);
    await reading;
    expect(sessions.find(secret)).not.toBeNull();
  });

  it('of another process are known once all are read again', async () => {
    const [sessions, other] = [await bootWith(), await bootWith()];
    const { secret } = await other.begin(tokenOf('ben'));
    await sessions.reload();
    expect(sessions.find(secret)).not.toBeNull();
    await other.end(secret);
    await sessions.reload();
    expect(sessions.find(secret)).toBeNull();
  });
});

const SECRET = 'A-_z'.repeat(11).slice(0, 43);

describe('sessionSecretOf', () => {
  it.each([
    `daysync_session=${SECRET}`,
    `theme=dark; daysync_session=${SECRET}`,
    `daysync_session=${SECRET}; theme=dark`,
    `daysync_session=short; daysync_session=${SECRET}`,
  ])('finds it in %j', (header) => {
    expect(sessionSecretOf(header)).toBe(SECRET);
  });

  it.each([
    '',
    'daysync_session=',
    `daysync_session=${SECRET}x`,
    `my_daysync_session=${SECRET}`,
    `daysync_session="${SECRET}"`,
  ])('finds none in %j', (header) => {
    expect(sessionSecretOf(header)).toBeNull();
  });
});
