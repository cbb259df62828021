// Records without Daysync: `node records-peer.ts <file>` prints its address. A POST of a JSON list of statements runs
// them on the file; the answer has the milliseconds, and the rows of the last statement.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

const [file = ''] = process.argv.slice(2);
const database = new DatabaseSync(file, { readOnly: true });
const prepared = new Map<string, StatementSync>();

function prepare(sql: string): StatementSync {
  const statement = prepared.get(sql) ?? database.prepare(sql);
  prepared.set(sql, statement);
  return statement;
}

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const statements = (JSON.parse(body) as readonly string[]).map(prepare);
    const begun = performance.now();
    const results = statements.map((statement) => statement.all());
    const ms = performance.now() - begun;
    response.end(JSON.stringify({ ms, rows: results.at(-1) }));
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
