import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { HttpServerFixture } from '../http/http-server.fixture.js';
import {
  asJson,
  byDay,
  testSource,
  type ContractRow,
  type SourcePlace,
} from './source-contract.fixture.js';

const csvField = (value: bigint | number | string | null): string =>
  value === null ? '' : `"${String(value).replaceAll('"', '""')}"`;
const csvOf = (rows: readonly ContractRow[]): string =>
  [
    'day,id,price,note',
    ...rows.map(({ day, id, price, note }) => [day, id, price, note].map(csvField).join(',')),
    '',
  ].join('\n');
const jsonOf = (rows: readonly ContractRow[]): string => `[${rows.map(asJson).join(',\n')}]`;
const linesOf = (rows: readonly ContractRow[]): string =>
  rows.map((row) => `${asJson(row)}\n`).join('');

/** A place that is one path: it breaks by another name. */
function atPath(path: string, source: SourcePlace['source']): SourcePlace {
  const away = `${path}.away`;
  return { source, break: () => rename(path, away), repair: () => rename(away, path) };
}

testSource('a CSV file with all days', async (rows, folder) => {
  const path = join(folder, 'rows.csv');
  await writeFile(path, csvOf(rows));
  return atPath(path, { kind: 'csv', path: 'rows.csv', day_column: 'day' });
});

testSource('an NDJSON file with all days, packed', async (rows, folder) => {
  const path = join(folder, 'rows.ndjson.gz');
  await writeFile(path, gzipSync(linesOf(rows)));
  return atPath(path, { kind: 'ndjson', path: 'rows.ndjson.gz', day_column: 'day' });
});

testSource('a JSON file a day', async (rows, folder) => {
  const days = join(folder, 'days');
  await mkdir(days);
  for (const [day, its] of byDay(rows)) await writeFile(join(days, `${day}.json`), jsonOf(its));
  return atPath(days, { kind: 'json', path: 'days/{day}.json' });
});

testSource('a query to SQLite', (rows, folder) => {
  const path = join(folder, 'rows.db');
  const database = new DatabaseSync(path);
  database.exec('create table rows (day text, id integer, price real, note text); begin');
  const insert = database.prepare('insert into rows values (?, ?, ?, ?)');
  for (const { day, id, price, note } of rows) insert.run(day, id, price, note);
  database.exec('commit');
  database.close();
  const query = 'select * from rows where day = :day order by rowid';
  return atPath(path, { kind: 'sql', url: 'sqlite:rows.db', query });
});

/** A server that answers with the rows of the day that the address ends with. */
async function serve(rows: readonly ContractRow[]): Promise<HttpServerFixture> {
  const server = await HttpServerFixture.start();
  const days = byDay(rows);
  server.answering = (request, response) => {
    const day = /\d{4}-\d\d-\d\d$/.exec(request.url ?? '')?.[0];
    response.setHeader('content-type', 'application/json');
    response.end(jsonOf(day === undefined ? rows : (days.get(day) ?? [])));
  };
  return server;
}

function atServer(server: HttpServerFixture, source: SourcePlace['source']): SourcePlace {
  const { answering } = server;
  return {
    source: { kind: 'http', ...source },
    break: () => void (server.answering = (request) => void request.socket.destroy()),
    repair: () => void (server.answering = answering),
    close: () => server.close(),
  };
}

testSource('an HTTP request a day', async (rows) => {
  const server = await serve(rows);
  return atServer(server, { url: `${server.url}/rows?day={day}` });
});

testSource('an HTTP answer with all days', async (rows) => {
  const server = await serve(rows);
  return atServer(server, { url: `${server.url}/rows`, day_column: 'day' });
});

testSource('a provider', (rows) => {
  const days = byDay(rows);
  let isBroken = false;
  const provider = {
    async *fetchDay(day: string) {
      if (isBroken) throw new Error('out of reach');
      for (const { id, price, note } of days.get(day) ?? []) yield { id, price, note };
    },
  };
  return {
    source: { kind: 'provider', provider: 'it' },
    providers: new Map([['it', provider]]),
    break: () => void (isBroken = true),
    repair: () => void (isBroken = false),
  };
});
