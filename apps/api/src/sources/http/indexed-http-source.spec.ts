import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import { openFiles } from '../file/open-files.fixture.js';
import { AttemptBudget } from '../attempt-budget.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { zipOf } from '../formats/zip.fixture.js';
import { httpConfig, HttpServerFixture, NEVER } from './http-server.fixture.js';
import { IndexedHttpSource } from './indexed-http-source.js';

let server: HttpServerFixture;
let sources: IndexedHttpSource[];
beforeEach(async () => {
  server = await HttpServerFixture.start();
  sources = [];
});
afterEach(async () => {
  await Promise.all(sources.map((source) => source.close()));
  await server.close();
});

function open(changes: Readonly<Record<string, unknown>> = {}, attempts = 3): IndexedHttpSource {
  const { url = '/rates', ...others } = changes;
  const config = httpConfig({ url: `${server.url}${String(url)}`, day_column: 'day', ...others });
  if (config.dayColumn === null) throw new Error('expected a day_column');
  const source = new IndexedHttpSource(config, config.dayColumn, attempts, { backoffMs: () => 1 });
  sources.push(source);
  return source;
}

async function rowsOfDay(
  source: IndexedHttpSource,
  day: string,
  batch: string | null = 'b1',
  signal = NEVER,
): Promise<string[]> {
  const fetched = source.fetchDay(
    calendarDay(day),
    signal,
    undefined,
    undefined,
    batch ?? undefined,
  );
  return (await listOf(rowsOf(fetched))).map(({ row, values }) => `${row}:${String(values['id'])}`);
}

const body = (...rows: readonly (readonly [day: string, id: number])[]): string =>
  JSON.stringify(rows.map(([day, id]) => ({ day, id })));

const THREE = body(['2025-01-01', 1], ['2025-01-02', 2], ['2025-01-01', 3]);

describe('an answer with many days', () => {
  it('is fetched once a batch, whoever asks, and anew for the next one', async () => {
    server.always(THREE);
    const source = open();
    const days = ['2025-01-01', '2025-01-02', '2025-01-03'];
    expect(await Promise.all(days.map((day) => rowsOfDay(source, day)))).toEqual([
      ['1:1', '3:3'],
      ['2:2'],
      [],
    ]);
    expect(server.urls).toHaveLength(1);
    server.always(body(['2025-01-02', 9]));
    expect(await rowsOfDay(source, '2025-01-02', 'b2')).toEqual(['1:9']);
    expect(await rowsOfDay(source, '2025-01-01', 'b2')).toEqual([]);
    expect(server.urls).toHaveLength(2);
    // Without a batch, each time.
    await rowsOfDay(source, '2025-01-02', null);
    await rowsOfDay(source, '2025-01-02', null);
    expect(server.urls).toHaveLength(4);
  });

  it.each([
    ['etag', '"v1"', 'if-none-match'],
    ['last-modified', 'Fri, 03 Oct 2025 10:00:00 GMT', 'if-modified-since'],
  ])(
    'is not fetched again where its %s says that it is the same',
    async (name, value, condition) => {
      let version = value;
      server.answering = (request, response) => {
        if (request.headers[condition] === version) response.writeHead(304).end();
        else response.setHeader(name, version).end(THREE);
      };
      const source = open();
      expect(await rowsOfDay(source, '2025-01-01', 'b1')).toHaveLength(2);
      const list = source.unreadableRows()?.lists[0];
      expect(await rowsOfDay(source, '2025-01-01', 'b2')).toHaveLength(2);
      expect(await rowsOfDay(source, '2025-01-02', 'b3')).toHaveLength(1);
      expect(source.unreadableRows()?.lists).toEqual([list]);
      version = 'Fri, 03 Oct 2025 11:00:00 GMT';
      server.answering = (request, response) => {
        expect(request.headers[condition]).toBe(value);
        response.end(body(['2025-01-01', 7]));
      };
      expect(await rowsOfDay(source, '2025-01-01', 'b4')).toEqual(['1:7']);
      expect(server.heads.map((head) => head[condition])).toEqual([undefined, value, value, value]);
    },
  );

  it('has all its pages, each with its name and rows of its own', async () => {
    const pages = [THREE, body(['2025-01-02', 4], ['2025-01-01', 5]), '[]'];
    server.answering = (request, response) => {
      const page = Number(new URL(request.url ?? '', server.url).searchParams.get('page'));
      response.setHeader('etag', `"${page}"`).end(pages[page - 1]);
    };
    const source = open({ page: { kind: 'number', parameter: 'page' } });
    expect(await rowsOfDay(source, '2025-01-01')).toEqual(['1:1', '3:3', '2:5']);
    expect(server.urls).toEqual(['/rates?page=1', '/rates?page=2', '/rates?page=3']);
    // A page that is the same says nothing of the others.
    await rowsOfDay(source, '2025-01-01', 'b2');
    expect(server.heads.map((head) => head['if-none-match'])).toEqual(Array(6).fill(undefined));
  });

  it('has pages of CSV that may be empty', async () => {
    server.answering = (request, response) => {
      const page = Number(new URL(request.url ?? '', server.url).searchParams.get('p'));
      response.end(page < 3 ? `day,id\n2025-01-01,${page}\n` : '');
    };
    const csv = open({ format: 'csv', page: { kind: 'number', parameter: 'p' } });
    expect(await rowsOfDay(csv, '2025-01-01')).toEqual(['1:1', '1:2']);
    expect(await csv.knownColumns()).toEqual(['day', 'id']);
  });

  it.each([
    ['utf-8', (text: string) => text],
    ['utf-8', (text: string) => `\uFEFF${text}`],
    ['utf-16le', (text: string) => Buffer.from(text, 'utf16le')],
    ['gb18030', (text: string) => Buffer.from(text.replace('c2', '\xA8\xB9'), 'latin1')],
  ])('has pages by a cursor in %s', async (encoding, encode) => {
    server.answering = (request, response) => {
      const isLast = request.url?.includes('cursor=') === true;
      const rows = body(['2025-01-01', isLast ? 2 : 1]);
      response.end(encode(`{"rows":${rows},"next":${isLast ? 'null' : '"c2"'}}`));
    };
    const cursor = { kind: 'cursor', pointer: '/next', parameter: 'cursor' };
    const source = open({ rows: '/rows', page: cursor, encoding });
    expect(await rowsOfDay(source, '2025-01-01')).toEqual(['1:1', '1:2']);
    expect(decodeURIComponent(server.urls[1] ?? '')).toContain(
      encoding === 'gb18030' ? 'cursor=ü' : 'cursor=c2',
    );
  });

  it.runIf(process.platform === 'linux')(
    'keeps its pages in two files, however many they are',
    async () => {
      const folder = await scratchFolder();
      vi.stubEnv('TMPDIR', folder);
      try {
        server.answering = (request, response) => {
          const page = Number(new URL(request.url ?? '', server.url).searchParams.get('p'));
          const rows = page <= 20 ? [['2025-01-01', page] as const] : [];
          response.end(Buffer.from(body(...rows), 'utf16le'));
        };
        const page = { kind: 'number', parameter: 'p' };
        const source = open({ page, encoding: 'utf-16le' });
        const ids = Array.from({ length: 20 }, (_, at) => `1:${at + 1}`);
        expect(await rowsOfDay(source, '2025-01-01')).toEqual(ids);
        expect(openFiles(folder)).toHaveLength(2);
        await source.close();
        expect(openFiles(folder)).toEqual([]);
      } finally {
        vi.unstubAllEnvs();
        await rm(folder, { recursive: true });
      }
    },
  );

  it('may be packed, have another day for each zone, and be empty', async () => {
    server.always(
      zipOf({ 'a.ndjson': '{"t":1735686000000,"id":1}\n{"t":1735689600000,"id":2}\n' }),
    );
    const column = { from: 't', format: 'epoch_ms', time_zone: 'Europe/Berlin' };
    const source = open({ format: 'ndjson', day_column: column });
    expect(await rowsOfDay(source, '2025-01-01')).toEqual(['1:1', '2:2']);
    server.always('', {}, 204);
    expect(await rowsOfDay(source, '2025-01-01', 'b2')).toEqual([]);
  });

  it('is another one for each request', async () => {
    server.answering = (request, response) => {
      const year = request.url?.slice(-4) ?? '';
      response.end(body([`${year}-01-01`, Number(year)]));
    };
    const source = open({ url: '/rates/{yyyy}' });
    for (const year of [2020, 2021, 2022, 2023, 2024, 2025, 2020, 2025]) {
      expect(await rowsOfDay(source, `${year}-01-01`)).toEqual([`1:${year}`]);
    }
    // Four are kept: 2020 had to be fetched again, and 2025 was there.
    expect(server.urls.map((url) => url.slice(-4)).join(' ')).toBe(
      '2020 2021 2022 2023 2024 2025 2020',
    );
  });

  it('lists its rows without a readable day, with their page, and those of another answer beside them', async () => {
    server.answering = (request, response) => {
      const { searchParams } = new URL(request.url ?? '', server.url);
      const [year, page] = [searchParams.get('year') ?? '', Number(searchParams.get('page'))];
      const pages = [
        body([`${year}-01-01`, 1], ['total', 2]),
        body(['mean', 3], [`${year}-01-02`, 4]),
      ];
      response.end(pages[page - 1] ?? '[]');
    };
    const source = open({ url: '/rates?year={yyyy}', page: { kind: 'number', parameter: 'page' } });
    expect(source.unreadableRows()).toBeUndefined();
    await rowsOfDay(source, '2025-01-01');
    await rowsOfDay(source, '2024-01-01');
    const ofYear = (year: number): unknown[] => [
      [`/rates?year=${year} (page 1)`, 2],
      [`/rates?year=${year} (page 2)`, 1],
    ];
    const rowsOf = (day?: string): unknown =>
      source
        .unreadableRows(day === undefined ? undefined : calendarDay(day))
        ?.lists.flatMap(({ rows }) =>
          rows.map((row) => [row.file.replace(server.url, ''), row.row]),
        );
    expect(source.unreadableRows()?.source).toBe(`${server.url}/rates?year={yyyy}`);
    expect(rowsOf()).toEqual([...ofYear(2025), ...ofYear(2024)]);
    // A day has those of its own answer alone.
    expect(rowsOf('2024-07-01')).toEqual(ofYear(2024));
    expect(rowsOf('2023-07-01')).toEqual([]);
  });

  it('distinguishes answers whose requests have the day in their body', async () => {
    server.answering = (_request, response, times) =>
      void response.end(body(['2024-01-01', 1], ...(times === 0 ? [] : [['total', 2] as const])));
    const source = open({ method: 'POST', body: { year: '{yyyy}' } });
    await rowsOfDay(source, '2025-01-01');
    await rowsOfDay(source, '2024-01-01');
    const lists = source.unreadableRows(calendarDay('2024-01-01'))?.lists;
    expect(lists).toMatchObject([{ file: expect.stringContaining('"year":"2024"') as unknown }]);
    expect(source.unreadableRows()?.lists).toHaveLength(2);
  });

  it('counts its times that a clock change skips or shows twice', async () => {
    server.always(body(['2025-11-02T01:30', 1], ['2025-11-02T03:30', 2]));
    const source = open({ day_column: { from: 'day', time_zone: 'America/New_York' } });
    expect(await rowsOfDay(source, '2025-11-02')).toHaveLength(2);
    expect(source.unreadableRows()?.lists).toMatchObject([{ count: 0, unclearTimes: 1 }]);
  });
});

it('makes no day wait for the rate of requests', async () => {
  server.answering = (_request, response) => void response.end(THREE);
  const source = open({ requests_per_second: 0.01 });
  expect(await rowsOfDay(source, '2025-01-01')).toHaveLength(2);
  expect(source.waitMs()).toBe(0);
  expect(await rowsOfDay(source, '2025-01-02')).toHaveLength(1);
});

describe('a failure', () => {
  it('is tried again without the pages before it', async () => {
    server.answering = (request, response, times) => {
      const isSecond = request.url?.endsWith('p=2') === true;
      if (times === 1) response.writeHead(503).end();
      else if (times === 2) response.end('[{"day":"2025-01-01","i');
      else if (request.url?.endsWith('p=3') === true) response.end('[]');
      else response.end(body(['2025-01-01', isSecond ? 2 : 1]));
    };
    const source = open({ page: { kind: 'number', parameter: 'p' } });
    expect(await rowsOfDay(source, '2025-01-01')).toHaveLength(2);
    expect(server.urls.map((url) => url.slice(-1))).toEqual(['1', '2', '2', '2', '3']);
  });

  it('uses up the attempts of the day that fetches', async () => {
    server.always('', {}, 503);
    const source = open();
    for (const [first, repeats] of [
      [1, 2],
      [3, 0],
    ] as const) {
      const budget = new AttemptBudget(first, 3);
      const rows = source.fetchDay(calendarDay('2025-01-01'), NEVER, undefined, budget, 'b1');
      await expect(rows.next()).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      expect(budget.repeats).toBe(repeats);
    }
    expect(server.urls).toHaveLength(4);
  });

  it.each([
    [404, 'SOURCE_STATUS_UNEXPECTED', 'source_wide'],
    [401, 'SOURCE_UNAUTHORIZED', 'source_wide'],
    [503, 'SOURCE_UNAVAILABLE', 'passing'],
  ])('with status %i concerns every day, and is forgotten', async (status, code, kind) => {
    server.always('', {}, status);
    const source = open();
    await expect(rowsOfDay(source, '2025-01-01')).rejects.toMatchObject({ code, kind });
    server.always(THREE);
    expect(await rowsOfDay(source, '2025-01-01')).toHaveLength(2);
  });

  it('of the answer has its request, and one of a row fails its day alone', async () => {
    server.always('{"rows":[]}');
    await expect(rowsOfDay(open(), '2025-01-01')).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_ROWS_MISSING',
      message: expect.stringMatching(/^GET http:\S+\/rates: expected a list/) as unknown,
    });
    server.always('day,id\n2025-01-01,1,7\n2025-01-02,2\n');
    const source = open({ format: 'csv' });
    await expect(rowsOfDay(source, '2025-01-01')).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_ROW_RAGGED',
    });
    expect(await rowsOfDay(source, '2025-01-02')).toEqual(['2:2']);
  });

  it('of a wrong byte names the page and the row in it', async () => {
    const pages = ['day,id\n2025-01-01,1\n', 'day,id\n2025-01-01,2\n2025-01-02,\xff\n'];
    server.answering = (request, response) => {
      const page = Number(new URL(request.url ?? '', server.url).searchParams.get('p'));
      response.end(Buffer.from(pages[page - 1] ?? '', 'latin1'));
    };
    const source = open({ format: 'csv', page: { kind: 'number', parameter: 'p' } });
    expect(await rowsOfDay(source, '2025-01-01')).toHaveLength(2);
    await expect(rowsOfDay(source, '2025-01-02')).rejects.toMatchObject({
      ...{ kind: 'lasting', code: 'SOURCE_ENCODING_INVALID', place: { row: 2 } },
      message: expect.stringContaining('/rates (page 2): row 2') as unknown,
    });
  });

  it('keeps a requested delay, for all days', async () => {
    server.answering = (_request, response) =>
      void response.writeHead(429, { 'retry-after': '30' }).end();
    const source = open();
    const failure = await rowsOfDay(source, '2025-01-01').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SOURCE_RATE_LIMITED', retryAfterMs: 30_000 });
    expect(source.waitMs()).toBeGreaterThan(25_000);
  });

  it('for too many bytes counts all pages together', async () => {
    server.answering = (_request, response, times) =>
      void response.end(body(['2025-01-01', times]).padEnd(600));
    const paged = { page: { kind: 'number', parameter: 'p' }, max_bytes: 1_000 };
    await expect(rowsOfDay(open(paged), '2025-01-01')).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_TOO_LARGE',
      message: expect.stringContaining(
        'page 2: expected pages of at most 1000 bytes in all (max_bytes), got more',
      ) as unknown,
    });
  });
});

it('goes on fetching for the others when a day gives up, and stops when it is closed', async () => {
  let release: () => void = () => undefined;
  server.answering = (_request, response) => {
    response.write('[');
    release = () => void response.end(THREE.slice(1));
  };
  const source = open();
  const leaving = new AbortController();
  const left = rowsOfDay(source, '2025-01-01', 'b1', leaving.signal);
  while (server.urls.length === 0) await sleep(5);
  const reason = new Error('stop');
  leaving.abort(reason);
  await expect(left).rejects.toBe(reason);
  release();
  expect(await rowsOfDay(source, '2025-01-01')).toHaveLength(2);
  expect(server.urls).toHaveLength(1);

  const closed = rowsOfDay(source, '2025-01-01', 'b2');
  while (server.urls.length === 1) await sleep(5);
  await source.close();
  await expect(closed).rejects.toThrow();
});

it('drops a stored answer only when no day reads it any more', async () => {
  server.always(THREE);
  const source = open();
  const rows = source.fetchDay(calendarDay('2025-01-01'), NEVER, undefined, undefined, 'b1');
  const reading = rows.next();
  await reading;
  expect(await rowsOfDay(source, '2025-01-01', 'b2')).toHaveLength(2);
  expect((await rows.next()).done).toBe(true);
});
