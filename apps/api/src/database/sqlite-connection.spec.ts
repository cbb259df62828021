import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { SqliteConnection } from './sqlite-connection.js';

it('takes a rollback as done where SQLite has ended the transaction by itself', () => {
  const handle = new DatabaseSync(':memory:');
  const connection = new SqliteConnection(handle);
  connection.prepare('begin').run([]);
  // As it does where the disk is full.
  handle.exec('rollback');
  expect(() => connection.prepare('rollback').run([])).not.toThrow();
  connection.prepare('begin').run([]);
  expect(handle.isTransaction).toBe(true);
  connection.prepare('rollback').run([]);
  expect(handle.isTransaction).toBe(false);
  connection.close();
});
