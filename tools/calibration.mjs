// A fixed piece of work, like that of the tests: a start of Node, text, objects, hashes, a database in a file. It prints
// the processor time that it took. `npm test` compares it with that of the machine on which the budget was measured.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const ROUNDS = 12;
const ROWS = 2_000;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'daysync-calibration-'));
const database = new DatabaseSync(path.join(folder, 'calibration.db'));
database.exec('create table rows (day text, value text, hash text)');
const insert = database.prepare('insert into rows values (?, ?, ?)');
let length = 0;
for (let round = 0; round < ROUNDS; round++) {
  database.exec('begin');
  for (let row = 0; row < ROWS; row++) {
    const value = JSON.stringify({ row, round, name: `row ${row * round}`, list: [row, round] });
    const copy = JSON.parse(value);
    insert.run(`2025-10-${round + 10}`, copy.name, createHash('md5').update(value).digest('hex'));
    length += value.length;
  }
  database.exec('commit');
  const rows = database.prepare('select * from rows order by hash').all();
  length += rows.map(({ value }) => value.toUpperCase()).sort().length;
}
database.close();
fs.rmSync(folder, { recursive: true });
const { user, system } = process.cpuUsage();
if (length === 0) throw new Error('expected some work, got none');
process.stdout.write(`${(user + system) / 1e6}\n`);
