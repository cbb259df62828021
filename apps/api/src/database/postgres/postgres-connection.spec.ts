import { describe, expect, it } from 'vitest';
import { connectionOf, withSettings, type PostgresAddress } from './postgres-connection.js';

function settingsOf(address: PostgresAddress): object {
  const { connectionString, host, options } = withSettings(
    connectionOf(address, 'spec'),
    '-c lock_timeout=5',
  );
  return { connectionString, host, options };
}

describe('settings of a session', () => {
  it.each([
    [
      'postgres://ada:p%40ss@db:5432/sync?sslmode=disable&options=-c%20role%3Downer',
      'postgres://ada:p%40ss@db:5432/sync?sslmode=disable',
      '-c role=owner -c lock_timeout=5',
    ],
    ['postgres://ada@db/sync', 'postgres://ada@db/sync', '-c lock_timeout=5'],
    // URL has no such address, and node-postgres has.
    ['/var/run/postgresql sync', '/var/run/postgresql sync', '-c lock_timeout=5'],
  ])('come after those of the address %s', (address, connectionString, options) => {
    expect(settingsOf(address)).toEqual({ connectionString, options });
  });

  it('come after those of a pool', () => {
    const address = { host: 'db', options: '-c search_path=orders' };
    expect(settingsOf(address)).toEqual({
      host: 'db',
      options: '-c search_path=orders -c lock_timeout=5',
    });
  });
});
