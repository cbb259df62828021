// Every way to write a day, and every way to write a file, for each kind of source that has them.
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryRows } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { IS_LONG } from '../draws.js';
import { startHttpServer } from '../http-server.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { rowsByDay } from '../target-table.js';

const DAYS = ['2025-10-01', '2025-10-02'] as const;
const NAMES = ['DAX', 'a, "b"; \'c\'\t|d', 'é'] as const;

type Written = string | number;

/** A way to write a day: for two days, the key `format` and the texts or numbers, a list of them for several columns. */
interface DayFormat {
  readonly format?: string;
  readonly time_zone?: string;
  readonly written: readonly [Written | readonly Written[], Written | readonly Written[]];
  /** @default {@link DAYS} */
  readonly days?: readonly [string, string];
}

const DAY_FORMATS: Readonly<Record<string, DayFormat>> = {
  iso: { written: DAYS },
  iso_time: { format: 'iso', written: ['2025-10-01T23:00:00', '2025-10-02 00:00'] },
  iso_offset: {
    time_zone: 'America/New_York',
    written: ['2025-10-02T03:59:59Z', '2025-10-02T06:00:00+02:00'],
  },
  epoch_s: { format: 'epoch_s', written: [1_759_363_199, 1_759_363_200] },
  epoch_ms: {
    format: 'epoch_ms',
    time_zone: 'Asia/Tokyo',
    written: [1_759_330_799_999, 1_759_330_800_000],
  },
  year: { format: 'year', written: [2024, 2025], days: ['2024-01-01', '2025-01-01'] },
  month: {
    format: 'year_month',
    written: ['2025-09', '2025-10'],
    days: ['2025-09-01', '2025-10-01'],
  },
  parts: {
    written: [
      [2025, 10, 1],
      ['2025', ' 10', '02'],
    ],
  },
  parts_month: {
    format: 'year_month',
    written: [
      [2025, 9],
      ['2025', '10'],
    ],
    days: ['2025-09-01', '2025-10-01'],
  },
  parts_hour: {
    format: "d-MMM-yyyy-'h'H",
    written: [
      ['1', 'Oct', 2025, 'h0'],
      ['2', 'oct', 2025, 'h23'],
    ],
  },
  dots: { format: 'dd.MM.yyyy', written: ['01.10.2025', '02.10.2025'] },
  digits: { format: 'yyyyMMdd', written: [20_251_001, 20_251_002] },
  names: { format: 'MMM d yyyy', written: ['Oct 1 2025', 'Oct 2 2025'] },
  slashes: {
    format: 'yyyy/MM/dd HH:mm:ss',
    written: ['2025/10/01 01:00:00', '2025/10/02 23:59:59'],
  },
};

/** A way to write text: the keys of the source, and how rows of CSV become bytes. */
interface WrittenDialect {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly delimiter?: string;
  readonly quote?: string;
  /** Lines before the header. */
  readonly before?: string;
  /** A line between two rows. */
  readonly between?: string;
  readonly encode?: (text: string) => Buffer;
}

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
const ENCODINGS: Readonly<Record<string, WrittenDialect>> = {
  utf16: { keys: { encoding: 'utf-16le' }, encode: utf16 },
  utf16_be: { keys: { encoding: 'UTF-16BE' }, encode: (text) => utf16(text).swap16() },
  latin1: { keys: { encoding: 'latin1' }, encode: (text) => Buffer.from(text, 'latin1') },
  // Bytes beyond ASCII are those of é alone.
  gb18030: {
    keys: { encoding: 'gb18030' },
    encode: (text) => Buffer.from(text.replaceAll('é', '\xA8\xA6'), 'latin1'),
  },
};
const DIALECTS: Readonly<Record<string, WrittenDialect>> = {
  plain: { keys: {} },
  semicolon: { keys: { delimiter: ';' }, delimiter: ';' },
  tab: { keys: { delimiter: '\t' }, delimiter: '\t' },
  automatic: { keys: { delimiter: 'auto' }, delimiter: '|' },
  quote: { keys: { quote: "'" }, quote: "'" },
  comment: { keys: { comment: '#' }, between: '# it is "so\n' },
  skipped: { keys: { skip_lines: 2 }, before: 'a "title\n\n' },
  ...ENCODINGS,
};

type Row = Readonly<Record<string, unknown>>;

function writeCsv(
  rows: readonly Row[],
  { delimiter = ',', quote = '"', ...dialect }: WrittenDialect,
): string {
  const cell = (value: unknown): string =>
    `${quote}${String(value).replaceAll(quote, quote + quote)}${quote}`;
  const lines = rows.map((row) => `${Object.values(row).map(cell).join(delimiter)}\r\n`);
  const header = Object.keys(rows[0] ?? {}).join(delimiter);
  return `${dialect.before ?? ''}${header}\r\n${lines.join(dialect.between ?? '')}`;
}

const KINDS = ['csv', 'json', 'ndjson'] as const;
type Kind = (typeof KINDS)[number];

function writeRows(
  kind: Kind,
  rows: readonly Row[],
  dialect: WrittenDialect = { keys: {} },
): Buffer {
  const text = {
    csv: () => writeCsv(rows, dialect),
    json: () => JSON.stringify({ rows }),
    ndjson: () => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  }[kind]();
  return (dialect.encode ?? Buffer.from)(text);
}

/** A dataset, the range that has its rows, and the rows of each day. */
interface FileCase {
  readonly dataset: DatasetYaml;
  readonly range: readonly [string, string];
}

const cases = new Map<string, FileCase>();
const files = new Map<string, Buffer>();
const bodies = new Map<string, Buffer>();
let daysync: DaysyncApp;

function add(
  name: string,
  source: DatasetYaml['source'],
  range: readonly [string, string] = DAYS,
): void {
  const target = { table: name, columns: { name: 'text' } };
  cases.set(name, { dataset: { name, source, target, attempts: 1 }, range });
}

/** A written day as the columns of a row. */
const dayCells = (written: Written | readonly Written[]): Row =>
  typeof written === 'object'
    ? Object.fromEntries(written.map((part, place) => [`day_${place}`, part]))
    : { day: written };

/** The first day has one row, the second one the others. */
const dayRows = (day: number): readonly Row[] =>
  NAMES.slice(day, day === 0 ? 1 : undefined).map((name) => ({ name }));

beforeAll(async () => {
  const folder = await scratchFolder();
  const server = await startHttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.end(bodies.get(pathname) ?? bodies.get(request.url ?? ''));
  });
  const { port } = server.address() as AddressInfo;
  const site = `http://127.0.0.1:${port}`;
  for (const kind of KINDS) {
    const rows = kind === 'json' ? { rows: '/rows' } : {};
    for (const [name, { written, days, ...keys }] of Object.entries(DAY_FORMATS)) {
      const file = `${kind}-${name}`;
      const all = NAMES.map((text, at): Row => ({
        ...dayCells(written[at === 0 ? 0 : 1]),
        name: text,
      }));
      files.set(file, writeRows(kind, all));
      const columns = Object.keys(dayCells(written[0]));
      const isName = columns.length === 1 && Object.keys(keys).length === 0;
      const dayColumn = isName ? 'day' : { from: columns.length === 1 ? 'day' : columns, ...keys };
      add(`${kind}_${name}`, { kind, path: file, ...rows, day_column: dayColumn }, days);
      bodies.set(`/${file}`, writeRows(kind, all));
      const ofHttp = { kind: 'http', url: `${site}/${file}`, format: kind, ...rows };
      add(`answer_${kind}_${name}`, { ...ofHttp, day_column: dayColumn }, days);
    }
    for (const [at, day] of DAYS.entries()) {
      const packed = gzipSync(writeRows(kind, dayRows(at)));
      files.set(`parts-${kind}/${day.replaceAll('-', '/')}.gz`, packed);
      const [year = '', month = ''] = day.split('-');
      const all = dayRows(at).map((row): Row => ({ day, ...row }));
      files.set(`months-${kind}/${year}-${month}/${at}`, writeRows(kind, all));
      bodies.set(`/${kind}?from=${day}T00:00:00Z`, writeRows(kind, dayRows(at)));
    }
    add(`parts_${kind}`, { kind, path: `parts-${kind}/{yyyy}/{mm}/**/{dd}*`, ...rows });
    const months = `months-${kind}/{yyyy}-{mm}/*`;
    add(`months_${kind}`, { kind, path: months, ...rows, day_column: 'day' });
    add(`files_${kind}`, { kind, path: `months-${kind}/**`, ...rows, day_column: 'day' });
    const from = `${site}/${kind}?from={day_start}`;
    add(`start_${kind}`, { kind: 'http', url: from, format: kind, ...rows });
    for (const [name, dialect] of Object.entries(kind === 'csv' ? DIALECTS : ENCODINGS)) {
      const { keys } = dialect;
      const all = NAMES.map((text, at): Row => ({ day: DAYS[at === 0 ? 0 : 1], name: text }));
      files.set(`all-${kind}-${name}`, writeRows(kind, all, dialect));
      bodies.set(`/all-${kind}-${name}`, writeRows(kind, all, dialect));
      const answer = { kind: 'http', url: `${site}/all-${kind}-${name}`, format: kind, ...rows };
      add(`answer_${kind}_${name}`, { ...answer, day_column: 'day', ...keys });
      add(`all_${kind}_${name}`, {
        kind,
        path: `all-${kind}-${name}`,
        ...rows,
        day_column: 'day',
        ...keys,
      });
      for (const [at, day] of DAYS.entries()) {
        const body = writeRows(kind, dayRows(at), dialect);
        files.set(`${kind}-${name}-${day}`, body);
        bodies.set(`/${kind}/${name}/${day}`, body);
      }
      add(`day_${kind}_${name}`, { kind, path: `${kind}-${name}-{day}`, ...rows, ...keys });
      const url = `${site}/${kind}/${name}/{day}`;
      add(`http_${kind}_${name}`, { kind: 'http', url, format: kind, ...rows, ...keys });
    }
  }
  for (const [name, body] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, body);
  }
  daysync = await startApp({ folder, datasets: [...cases.values()].map((one) => one.dataset) });
});

async function syncedRows(name: string): Promise<unknown> {
  const { range: [start_date, end_date] = DAYS } = cases.get(name) ?? {};
  const { failed, message } = await daysync.sync({ dataset: name, start_date, end_date });
  expect(failed, message).toBe(0);
  const names = await queryRows(
    daysync.database,
    `SELECT name FROM ${name} ORDER BY sync_day, name`,
  );
  return { days: await rowsByDay(daysync.database, name), names: names.map((row) => row['name']) };
}

let turn = 0;
/** All ways where LONG_TESTS is 1, else one after the other. */
const chosenWays = (kind: Kind, ways: readonly string[]): readonly string[] =>
  IS_LONG ? ways : [ways[(turn++ + KINDS.indexOf(kind)) % ways.length] ?? ''];

const expectedRows = (days: readonly [string, string] = DAYS): unknown => ({
  days: { [days[0]]: 1, [days[1]]: 2 },
  names: NAMES,
});

describe.each(KINDS)('%s with all days', (kind) => {
  it.each(Object.entries(DAY_FORMATS))('has its days written as %s', async (name, { days }) => {
    for (const way of chosenWays(kind, ['', 'answer_'])) {
      expect(await syncedRows(`${way}${kind}_${name}`), way).toEqual(expectedRows(days));
    }
  });
});

describe('a day in several columns', () => {
  it('is listed with the names of all of them, and how they are read', async () => {
    const { items } = (await daysync.data('datasets')) as {
      readonly items: readonly { readonly name: string; readonly source: unknown }[];
    };
    for (const dataset of ['csv_parts', 'answer_json_parts']) {
      expect(items.find(({ name }) => name === dataset)?.source, dataset).toMatchObject({
        day_column: 'day_0, day_1, day_2',
        day_format: 'yyyy-M-d',
      });
    }
  });
});

describe.each(KINDS)('%s', (kind) => {
  it.each(Object.keys(kind === 'csv' ? DIALECTS : ENCODINGS))('is written as %s', async (name) => {
    for (const way of chosenWays(kind, ['all', 'day', 'answer', 'http'])) {
      expect(await syncedRows(`${way}_${kind}_${name}`), way).toEqual(expectedRows());
    }
  });
});

describe.each(KINDS)('%s', (kind) => {
  it.each([
    ['packed, one or more a day', 'parts'],
    ['by month, with the days of their rows', 'months'],
    ['all of a folder', 'files'],
    ['an answer from the instant at which the day begins', 'start'],
  ])('is read from several places: %s', async (_, way) => {
    expect(await syncedRows(`${way}_${kind}`)).toEqual(expectedRows());
  });
});
