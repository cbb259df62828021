// What a hostile source delivers ends in rows or in an error with a code, by every kind of source, and no poll waits for
// it longer than 250 ms. test/fuzz has thousands of damaged files, slices.timed.spec.ts the parsers alone.
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { startHttpServer } from '../http-server.js';
import { pollUntil } from '../held-poller.js';
import { besideFloor, MOST_HELD } from '../machine-speed.js';
import { residentMb } from '../resident.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';

const DAY = '2025-10-01';
const ROW_BYTES = 16_777_216;

const items = (count: number, item: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => item(at)).join();
const keys = (count: number): string => `{${items(count, (at) => `"k${at}":1.10`)}}`;
const LEVELS = '['.repeat(200_000) + ']'.repeat(200_000);
const TEXT = `"${'x'.repeat(ROW_BYTES - 100)}"`;
const escaped = (json: string): string => `"${json.replaceAll('"', '""')}"`;

/** The JSON of a row's `data`, and what its day comes to. */
const VALUES = {
  keys: [keys(1_000_000), 'SOURCE_TOO_MANY_VALUES'],
  most_keys: [keys(99_000), 'success'],
  levels: [LEVELS, 'SOURCE_TOO_DEEP'],
  line: [`[${TEXT}]`, 'success'],
} as const;
type ValueName = keyof typeof VALUES;
const VALUE_NAMES = Object.keys(VALUES) as ValueName[];

interface HostileDay {
  readonly name: string;
  readonly source: Readonly<Record<string, unknown>>;
  readonly expected: string;
}

const bodies: Record<string, Buffer> = {};
const days: HostileDay[] = [];
let folder: string;
let daysync: DaysyncProcess;

/** The same body by a file, a packed file and HTTP. */
async function serve(
  name: string,
  format: 'csv' | 'json' | 'ndjson',
  body: string,
  expected: string,
  port: number,
): Promise<void> {
  const packed = gzipSync(body);
  bodies[name] = packed;
  await writeFile(path.join(folder, name, `${DAY}.plain`), body);
  await writeFile(path.join(folder, name, `${DAY}.packed`), packed);
  for (const how of ['plain', 'packed']) {
    const source = { kind: format, path: `${name}/{day}.${how}` };
    days.push({ name: `${name}_${how}`, source, expected });
  }
  const url = `http://127.0.0.1:${port}/${name}/{day}`;
  const source = { kind: 'http', url, format, max_row_bytes: ROW_BYTES };
  days.push({ name: `${name}_http`, source, expected });
}

beforeAll(async () => {
  folder = await scratchFolder();
  const server = await startHttpServer((request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(bodies[request.url?.split('/')[1] ?? '']);
  });
  // A body is read as slowly as it is parsed, and the server must not take that for an idle connection.
  server.keepAliveTimeout = 0;
  const { port } = server.address() as AddressInfo;
  const names = ['csv', 'json', 'ndjson'].flatMap((format) =>
    [...VALUE_NAMES, 'header'].map((value) => `${format}_${value}`),
  );
  for (const name of names) await mkdir(path.join(folder, name));
  for (const value of VALUE_NAMES) {
    const [json, expected] = VALUES[value];
    await serve(`json_${value}`, 'json', `[{"data":${json}}]`, expected, port);
    await serve(`ndjson_${value}`, 'ndjson', `{"data":${json}}\n`, expected, port);
    const ofCsv = json.length > ROW_BYTES ? 'SOURCE_ROW_TOO_LARGE' : expected;
    await serve(`csv_${value}`, 'csv', `data\n${escaped(json)}\n`, ofCsv, port);
  }
  const header = items(150_000, (at) => `c${at}`);
  await serve('csv_header', 'csv', `data,${header}\n`, 'SOURCE_TOO_MANY_COLUMNS', port);
  await writeFile(path.join(folder, 'all.csv'), `day,data,${header}\n${DAY},1\n`);
  const all = { kind: 'csv', path: 'all.csv', day_column: 'day' };
  days.push({ name: 'csv_all_header', source: all, expected: 'SOURCE_TOO_MANY_COLUMNS' });
  const ragged = `day,data\n${`${DAY}\n`.repeat(300_000)}`;
  await writeFile(path.join(folder, 'ragged.csv'), ragged);
  const raggedSource = { kind: 'csv', path: 'ragged.csv', day_column: 'day' };
  days.push({ name: 'csv_all_ragged', source: raggedSource, expected: 'SOURCE_ROW_RAGGED' });

  const database = new DatabaseSync(path.join(folder, 'rows.db'));
  database.exec('create table value (name text, data text)');
  const insert = database.prepare('insert into value values (?, ?)');
  for (const value of VALUE_NAMES) {
    const count = value === 'most_keys' ? 20 : 1;
    for (let row = 0; row < count; row += 1) insert.run(value, VALUES[value][0]);
    const query = `select data from value where name = '${value}' and :day <> ''`;
    const source = { kind: 'sql', url: 'sqlite:rows.db', query };
    days.push({ name: `sql_${value}`, source, expected: VALUES[value][1] });
  }
  database.close();

  const datasets = days.map(({ name, source }): DatasetYaml => ({
    name,
    source,
    target: { table: name, columns: { data: { type: 'json', nullable: true } } },
    attempts: 1,
    timeout_seconds: 300,
  }));
  const env = { LIMIT_STARTS: '0', LIMIT_POLLS: '0' };
  daysync = await startDaysync({ folder, datasets, env });
});

const HOUR_MS = 3_600_000;

it(
  'each hostile day ends with its code or its rows, and holds no poll',
  { timeout: HOUR_MS },
  async () => {
    const [wrong, slow]: [string[], string[]] = [[], []];
    let isDone = false;
    const held: Record<string, number> = {};
    let name = '';
    const polling = pollUntil(daysync, () => isDone, {
      polls: 0,
      ms: 0,
      set heldMs(ms: number) {
        held[name] = Math.max(held[name] ?? 0, ms);
      },
      get heldMs() {
        return held[name] ?? 0;
      },
    });
    for (const day of days) {
      name = day.name;
      const [ended, floor] = await besideFloor(async () => {
        const { task_id } = await daysync.sync({ dataset: name, start_date: DAY, end_date: DAY });
        return (await daysync.days(task_id))[0];
      });
      const heldMs = held[name] ?? 0;
      const figure = `${name} ${heldMs.toFixed(0)} ms, with a floor of ${floor.cpuMs.toFixed(1)} ms`;
      process.stdout.write(`${figure}\n`);
      if (heldMs / floor.cpuMs > MOST_HELD) slow.push(figure);
      const came = ended?.state === 'failed' ? ended.error?.code : ended?.state;
      if (came !== day.expected) {
        wrong.push(
          `${name}: expected ${day.expected}, got ${String(came)}: ${ended?.error?.text ?? ''}`,
        );
      }
    }
    isDone = true;
    await polling;
    process.stdout.write(`at most ${Math.round(await residentMb(daysync, 'VmHWM'))} MB resident\n`);
    expect(wrong).toEqual([]);
    expect(slow).toEqual([]);
  },
);
