import { describe, expect, it } from 'vitest';
import { defaultNodeName, readEnvironment } from './environment.js';

const TOKEN = 'a'.repeat(32);
const HOSTS = 'hosts such as sync.example.com or 10.0.0.7:8000, with commas between';
const PROXIES =
  'a number of proxies up to 10, or their addresses or ranges such as 10.0.0.0/8, with commas between';
const BEYOND = [
  ...['0.0.0.0', '::', '192.168.1.2', 'example.com', '127.evil.example', '127.0.0.1.nip.io'],
];

const refused = (name: string, expected: unknown, received: string): object => ({
  ok: false,
  errors: [{ name, expected, received }],
});

describe('readEnvironment', () => {
  it('fills in every default', () => {
    expect(readEnvironment({})).toEqual({
      ok: true,
      warnings: [],
      config: {
        port: 8_000,
        host: '127.0.0.1',
        tokens: [],
        allowedHosts: [],
        trustProxy: 0,
        databaseUrl: null,
        role: 'all',
        nodeName: defaultNodeName(),
        workerConcurrency: 8,
        dataDir: 'var',
        datasetsFile: 'datasets.yaml',
        logFile: 'logs/app.log',
        logLevel: 'info',
        progressTtlSeconds: 3_600,
        historyDays: 90,
        maxRangeDays: 3_660,
        maxActiveBatches: 1,
        limitStarts: 600,
        limitLogins: 10,
        limitPolls: 3_000,
        limitStreams: 500,
        maxEventStreams: 5_000,
        exportsTraces: false,
      },
    });
  });

  it('takes what is set', () => {
    const result = readEnvironment({
      PORT: '0',
      HOST: '::1',
      DATA_DIR: '/srv/daysync',
      DATASETS_FILE: 'other.yaml',
      LOG_FILE: '/var/log/daysync.log',
      LOG_LEVEL: 'silent',
      PROGRESS_TTL_SECONDS: '5',
      HISTORY_DAYS: '7',
      MAX_RANGE_DAYS: '31',
      MAX_ACTIVE_BATCHES: '4',
      AUTH_TOKENS: `ana:operator:${TOKEN}`,
      ALLOWED_HOSTS: 'Sync.example.com, [fd00::7]:8443',
      TRUST_PROXY: 'loopback, 10.0.0.0/8',
      LIMIT_STARTS: '60',
      LIMIT_LOGINS: '0',
      LIMIT_POLLS: '100',
      LIMIT_STREAMS: '0',
      MAX_EVENT_STREAMS: '20',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      DATABASE_URL: 'postgres://daysync@db.example/sync',
      ROLE: 'worker',
      NODE_NAME: 'worker-1',
      WORKER_CONCURRENCY: '3',
    });
    expect(result).toEqual({
      ok: true,
      warnings: [],
      config: {
        port: 0,
        host: '::1',
        tokens: [{ name: 'ana', role: 'operator', hash: expect.any(Buffer) as unknown }],
        allowedHosts: ['sync.example.com', '[fd00::7]:8443'],
        trustProxy: ['loopback', '10.0.0.0/8'],
        databaseUrl: 'postgres://daysync@db.example/sync',
        role: 'worker',
        nodeName: 'worker-1',
        workerConcurrency: 3,
        dataDir: '/srv/daysync',
        datasetsFile: 'other.yaml',
        logFile: '/var/log/daysync.log',
        logLevel: 'silent',
        progressTtlSeconds: 5,
        historyDays: 7,
        maxRangeDays: 31,
        maxActiveBatches: 4,
        limitStarts: 60,
        limitLogins: 0,
        limitPolls: 100,
        limitStreams: 0,
        maxEventStreams: 20,
        exportsTraces: true,
      },
    });
  });

  it('has a log of its own for each node of an installation', () => {
    const env = { DATABASE_URL: 'postgres://db.example/sync', NODE_NAME: 'worker-1' };
    expect(readEnvironment(env)).toMatchObject({ config: { logFile: 'logs/worker-1.log' } });
  });

  it.each(['api', 'worker'])('refuses the role %s without a database that others reach', (ROLE) => {
    const expected = 'all as long as DATABASE_URL is not set: with SQLite there is one process';
    expect(readEnvironment({ ROLE })).toEqual(refused('ROLE', expected, `"${ROLE}" (text)`));
  });

  it('reports a database address that it cannot read, and shows nothing of it', () => {
    const env = { DATABASE_URL: 'mysql://root:secret@db/x', ROLE: 'worker' };
    expect(readEnvironment(env)).toEqual(
      refused('DATABASE_URL', expect.any(String), 'an address that begins with mysql:'),
    );
  });

  it('freezes the configuration', () => {
    const result = readEnvironment({});
    expect(result.ok && Object.isFrozen(result.config)).toBe(true);
  });

  it('counts an empty variable as unset', () => {
    const result = readEnvironment({ PORT: '', HOST: '', LOG_LEVEL: '' });
    expect(result.ok && result.config.port).toBe(8_000);
  });

  it('leaves other variables alone', () => {
    expect(readEnvironment({ PATH: '/bin', port: 'x', constructor: 'x' }).ok).toBe(true);
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost', 'LOCALHOST'])('listens on %s', (host) => {
    expect(readEnvironment({ HOST: host }).ok).toBe(true);
  });

  it.each(BEYOND)('listens on %s with tokens alone, and says how to set them', (host) => {
    const howToSet = expect.stringContaining('set AUTH_TOKENS=name:operator:token') as unknown;
    expect(readEnvironment({ HOST: host })).toEqual(refused('HOST', howToSet, `"${host}" (text)`));
    const result = readEnvironment({ HOST: host, AUTH_TOKENS: `ana:viewer:${TOKEN}` });
    expect(result).toMatchObject({ ok: true, config: { host } });
  });

  it.each([
    ['ALLOWED_HOSTS', 'sync.example.com', 'loopback hosts'],
    ['ALLOWED_HOSTS', 'localhost:8000,10.0.0.7', 'loopback hosts'],
    ['TRUST_PROXY', '1', '0'],
    ['TRUST_PROXY', 'loopback', '0'],
  ])('does not take %s=%s without tokens, and says how to set them', (name, value, expected) => {
    const howToSet = `^${expected} as long .*set AUTH_TOKENS=name:operator:`;
    expect(readEnvironment({ [name]: value })).toEqual(
      refused(name, expect.stringMatching(howToSet), `"${value}" (text)`),
    );
    expect(readEnvironment({ [name]: value, AUTH_TOKENS: `ana:viewer:${TOKEN}` }).ok).toBe(true);
  });

  it('takes names of this machine without tokens, and no proxy', () => {
    const env = { ALLOWED_HOSTS: 'localhost:8000,127.0.0.1,[::1]:9000', TRUST_PROXY: '0' };
    expect(readEnvironment(env).ok).toBe(true);
  });

  it('reports invalid tokens by position, and shows none', () => {
    expect(readEnvironment({ HOST: '0.0.0.0', AUTH_TOKENS: `ana:admin:${TOKEN}` })).toEqual(
      refused('AUTH_TOKENS', 'a role viewer or operator in entry 1', 'another text'),
    );
  });

  it.each(['0', '2', '127.0.0.1', 'Loopback,fd00::/8'])('trusts the proxies %s', (proxies) => {
    const env = { TRUST_PROXY: proxies, AUTH_TOKENS: `ana:viewer:${TOKEN}` };
    expect(readEnvironment(env).ok).toBe(true);
  });

  it.each([
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '8e3', 'a whole number from 0 to 65535'],
    ['PORT', '0x50', 'a whole number from 0 to 65535'],
    ['PROGRESS_TTL_SECONDS', '1.5', 'a whole number from 0 to 31536000'],
    ['HISTORY_DAYS', '0', 'a whole number from 1 to 36500'],
    ['MAX_RANGE_DAYS', '36601', 'a whole number from 1 to 36600'],
    ['MAX_ACTIVE_BATCHES', '0', 'a whole number from 1 to 100'],
    ['HOST', '-a.example', 'an IP address or a host name'],
    ['HOST', 'a host', 'an IP address or a host name'],
    ['HOST', 'a.example:80', 'an IP address or a host name'],
    ['ALLOWED_HOSTS', 'a.example,http://b.example', HOSTS],
    ['ALLOWED_HOSTS', 'a.example:65536', HOSTS],
    ['ALLOWED_HOSTS', '[127.0.0.1]', HOSTS],
    ['ALLOWED_HOSTS', 'fd00::7', HOSTS],
    ['ALLOWED_HOSTS', '*', HOSTS],
    ['TRUST_PROXY', 'true', PROXIES],
    ['TRUST_PROXY', '11', PROXIES],
    ['TRUST_PROXY', '10.0.0.0/33', PROXIES],
    ['LOG_LEVEL', 'INFO', 'one of trace, debug, info, warn, error, fatal, silent'],
    ['DATA_DIR', 'a\0b', 'text of 1 to 4096 characters'],
  ])('refuses %s=%j', (name, value, expected) => {
    const received = `${JSON.stringify(value)} (text)`;
    expect(readEnvironment({ [name]: value })).toEqual(refused(name, expected, received));
  });

  it('reports all errors at once', () => {
    const result = readEnvironment({ PORT: 'x', HOST: ' ', LOG_LEVEL: 'loud' });
    const names = result.ok ? [] : result.errors.map(({ name }) => name);
    expect(names).toEqual(['PORT', 'HOST', 'LOG_LEVEL']);
  });
});

describe('defaultNodeName', () => {
  it('is a name that may stand in a file name, and is of this process alone', () => {
    expect(defaultNodeName()).toMatch(/^[\w.-]{1,60}$/);
    expect(defaultNodeName()).toContain(String(process.pid));
  });
});
