import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from './environment.js';

describe('readEnvironment', () => {
  it('fills in every default', () => {
    expect(readEnvironment({})).toEqual({
      ok: true,
      config: {
        port: 8_000,
        host: '127.0.0.1',
        dataDir: 'var',
        datasetsFile: 'datasets.yaml',
        logFile: 'logs/app.log',
        logLevel: 'info',
        progressTtlSeconds: 3_600,
        historyDays: 90,
        maxRangeDays: 3_660,
        maxActiveBatches: 1,
        limitPolls: 3_000,
        maxEventStreams: 5_000,
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
      LIMIT_POLLS: '100',
      MAX_EVENT_STREAMS: '20',
    });
    expect(result).toEqual({
      ok: true,
      config: {
        port: 0,
        host: '::1',
        dataDir: '/srv/daysync',
        datasetsFile: 'other.yaml',
        logFile: '/var/log/daysync.log',
        logLevel: 'silent',
        progressTtlSeconds: 5,
        historyDays: 7,
        maxRangeDays: 31,
        maxActiveBatches: 4,
        limitPolls: 100,
        maxEventStreams: 20,
      },
    });
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

  it.each(['0.0.0.0', '::', '192.168.1.2', 'example.com', '127.evil.example', '127.0.0.1.nip.io'])(
    'does not listen on %s',
    (host) => {
      expect(readEnvironment({ HOST: host })).toEqual({
        ok: false,
        errors: [
          {
            name: 'HOST',
            expected:
              'a loopback address: 127.0.0.1, ::1 or localhost (listening beyond loopback needs tokens, which this version does not have)',
            received: `"${host}" (text)`,
          },
        ],
      });
    },
  );

  it.each([
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '80a', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '8e3', 'a whole number from 0 to 65535'],
    ['PORT', '0x50', 'a whole number from 0 to 65535'],
    ['PORT', ' 80', 'a whole number from 0 to 65535'],
    ['PROGRESS_TTL_SECONDS', '1.5', 'a whole number from 0 to 31536000'],
    ['HISTORY_DAYS', '0', 'a whole number from 1 to 36500'],
    ['MAX_RANGE_DAYS', '36601', 'a whole number from 1 to 36600'],
    ['MAX_ACTIVE_BATCHES', '0', 'a whole number from 1 to 100'],
    ['LOG_LEVEL', 'INFO', 'one of trace, debug, info, warn, error, fatal, silent'],
    ['DATA_DIR', 'a\0b', 'text of 1 to 4096 characters'],
  ])('refuses %s=%j', (name, value, expected) => {
    expect(readEnvironment({ [name]: value })).toEqual({
      ok: false,
      errors: [{ name, expected, received: `${JSON.stringify(value)} (text)` }],
    });
  });

  it('tells all errors at once', () => {
    const result = readEnvironment({ PORT: 'x', HOST: '0.0.0.0', LOG_LEVEL: 'loud' });
    expect(result.ok ? [] : result.errors.map(({ name }) => name)).toEqual([
      'PORT',
      'HOST',
      'LOG_LEVEL',
    ]);
  });
});
