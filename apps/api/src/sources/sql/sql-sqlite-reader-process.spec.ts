import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder, writeScratch } from '../../../../../test/scratch.js';
import { listOf } from '../day-source.fixture.js';
import type { SqliteAnswer, SqliteQuestion } from './sql-sqlite-reader.js';
import { SqliteReader } from './sql-sqlite-reader-process.js';

const signal = new AbortController().signal;

// For SQLite a database without a table.
const path = await writeScratch(await scratchFolder(), 'empty.db', '');
/** A process takes long to begin: one for all tests that leave it free. */
let reader = new SqliteReader();
beforeEach(async () => {
  if (reader.isFree) return;
  await reader.kill();
  reader = new SqliteReader();
});
afterAll(() => reader.kill());

function question(query: string): SqliteQuestion {
  return { path, query, parameters: { ':day': '2025-01-01' }, maxRowBytes: 100_000 };
}

async function answersTo(query: string): Promise<SqliteAnswer[]> {
  return listOf(reader.ask(question(query), signal));
}

const ENDLESS = `with recursive n(id) as (values (1) union all select id + 1 from n)
  select id, :day as day from n`;

describe('SqliteReader', () => {
  it('gives every value as SQLite has it', async () => {
    const query = `select 9223372036854775807 as a, -9223372036854775808 as b, 9e999 as c, 5e-324 as d,
      null as e, '' as f, 'Zürich, 北' || char(0, 128038) as g, x'00ff' as h, :day as i`;
    const [names, rows, end] = await answersTo(query);
    expect(names).toEqual({ kind: 'columns', names: 'a b c d e f g h i'.split(' ') });
    const text = `Zürich, 北\0🐦`;
    const expected = [
      ...[9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n, Infinity, 5e-324],
      ...[null, '', text, new Uint8Array([0, 255]), '2025-01-01'],
    ];
    expect(rows).toEqual({ kind: 'rows', count: 1, columns: expected.map((value) => [value]) });
    expect(end).toEqual({ kind: 'end' });
  });

  it('gives the rows before a failure, and then the failure', async () => {
    const [names, rows, error] = await answersTo(
      `select column1 -> '$' as a from (values ('1'), ('2'), ('{')) where :day <> ''`,
    );
    expect(names).toMatchObject({ kind: 'columns' });
    expect(rows).toEqual({ kind: 'rows', count: 2, columns: [['1', '2']] });
    expect(error).toMatchObject({ kind: 'error', isRunning: true });
  });

  it('refuses a value and a row that are too large, before they come', async () => {
    const [, value] = await answersTo(`select hex(zeroblob(400000000)) as a, :day as day`);
    expect(value).toMatchObject({ kind: 'error', error: { errcode: 18 } });
    const [, rows, row] = await answersTo(
      `select 'x' as a, '' as b where :day <> ''
       union all select hex(zeroblob(30000)), hex(zeroblob(30000))`,
    );
    expect(rows).toMatchObject({ kind: 'rows', count: 1 });
    expect(row).toEqual({ kind: 'row_too_large', row: 2 });
    expect(reader.isFree).toBe(true);
  });

  it('whose process ends in the middle of a day makes it fail, to be tried again', async () => {
    const answers = reader.ask(question(ENDLESS), signal);
    await answers.next();
    await reader.kill();
    await expect(listOf(answers)).rejects.toMatchObject({
      kind: 'passing',
      code: 'SQL_CONNECTION_LOST',
      message: expect.stringContaining('SIGKILL') as unknown,
    });
  });
});
