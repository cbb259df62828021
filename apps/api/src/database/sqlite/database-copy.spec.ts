import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { copyDatabase, CopyExistsError } from './database-copy.js';

let folder: string;
let copy: string;
let handle: DatabaseSync;
beforeEach(async () => {
  folder = await scratchFolder();
  copy = path.join(folder, 'copy.db');
  handle = new DatabaseSync(path.join(folder, 'd.db'));
  handle.exec('create table one (n integer)');
});
afterEach(() => {
  handle.close();
});

function countIn(table: string): unknown {
  const copied = new DatabaseSync(copy, { readOnly: true });
  try {
    return copied.prepare(`select count(*) as n from ${table}`).get()?.['n'];
  } finally {
    copied.close();
  }
}

/** The database, with something that happens before and after it is copied. */
function around(before: () => void, after: () => void): DatabaseSync {
  const prepare = (sql: string): object => ({
    run(file: string) {
      before();
      handle.prepare(sql).run(file);
      after();
    },
  });
  return { prepare } as unknown as DatabaseSync;
}

describe('a copy', () => {
  it('overwrites nothing, and leaves nothing behind where it can not be made', () => {
    writeFileSync(copy, 'mine');
    expect(() => copyDatabase(handle, copy)).toThrow(CopyExistsError);
    expect(readFileSync(copy, 'utf8')).toBe('mine');
    rmSync(copy);
    handle.exec('begin');
    expect(() => copyDatabase(handle, copy)).toThrow();
    handle.exec('rollback');
    expect(readdirSync(folder)).toEqual(['d.db']);
    expect(copyDatabase(handle, copy)).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual(['copy.db', 'd.db']);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
  });

  it('has its name once it is whole, and is its owner’s from its first byte', () => {
    const seen: unknown[] = [];
    const look = (): void => {
      const parts = readdirSync(folder).filter((name) => name.endsWith('.part'));
      const modes = parts.map((name) => statSync(path.join(folder, name)).mode & 0o777);
      seen.push({ there: existsSync(copy), modes });
    };
    copyDatabase(around(look, look), copy);
    const before = { there: false, modes: [0o600] };
    expect(seen).toEqual([before, before]);
  });

  it('takes no name that another has taken meanwhile', () => {
    const slow = around(
      () => undefined,
      () => {
        writeFileSync(copy, 'mine');
      },
    );
    expect(() => copyDatabase(slow, copy)).toThrow(CopyExistsError);
    expect(readFileSync(copy, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['copy.db', 'd.db']);
  });

  it('has no sessions, and all of a table that only has their name', () => {
    handle.exec(
      `create table session (secret_hash text); insert into session values ('hash-of-it')`,
    );
    copyDatabase(handle, copy);
    expect(countIn('session')).toBe(0);
    expect(readFileSync(copy).includes('hash-of-it')).toBe(false);
    rmSync(copy);
    handle.exec(
      'drop table session; create table session (n integer); insert into session values (1)',
    );
    copyDatabase(handle, copy);
    expect(countIn('session')).toBe(1);
  });
});
