import { describe, expect, it } from 'vitest';
import { readDatabaseAddress } from './database-address.js';

const address = 'postgres://daysync:p%40ss@db.example:5432/sync?sslmode=require';

describe('readDatabaseAddress', () => {
  it('returns the address unchanged, and reports its password in both forms', () => {
    const secrets: string[] = [];
    const read = readDatabaseAddress(address, (secret) => secrets.push(secret));
    expect(read).toEqual({ url: address, error: null });
    expect(secrets).toEqual([address, 'p%40ss', 'p@ss']);
  });

  it.each([undefined, ''])('is none where it is %j', (value) => {
    expect(readDatabaseAddress(value, () => undefined)).toEqual({ url: null, error: null });
  });

  it.each([
    ['db.example/sync', 'no address'],
    ['mysql://db.example/sync', 'an address that begins with mysql:'],
    ['postgres://db.example', 'an address without the name of a database'],
    ['postgresql://db.example/', 'an address without the name of a database'],
  ])('refuses %s, and does not show it', (value, received) => {
    expect(readDatabaseAddress(value, () => undefined)).toEqual({
      url: null,
      error: {
        expected:
          'the address of a database in PostgreSQL, such as postgres://user:password@host:5432/daysync',
        received,
      },
    });
  });

  it('takes a password with a percent sign that stands for itself', () => {
    const secrets: string[] = [];
    readDatabaseAddress('postgres://u:100%@db/sync', (secret) => secrets.push(secret));
    expect(secrets).toContain('100%');
  });
});
