import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { scratchFolder, TOP, type DatasetYaml } from '../scratch.js';
import { dumpTable, rowsByDay } from '../target-table.js';
import type { Progress } from '../wire.js';

const CANARY = 'Canary-7F3a';
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };

/** The answers to each dataset's requests, by the first part of their path. */
const ANSWERS: Readonly<
  Record<string, (url: URL, response: ServerResponse, times: number, sent: string) => unknown>
> = {
  /** Two pages a day, none on the second; one request in three fails at first. */
  v1: (url, response, times) => {
    const day = url.searchParams.get('day') ?? '';
    if (times % 3 === 1) return response.writeHead(503).end();
    if (day === '2025-10-02') return response.writeHead(404).end();
    const isLast = url.searchParams.has('cursor');
    const items = [{ at: { day }, id: isLast ? 2 : 1 }].map(({ at, id }) => ({ day: at.day, id }));
    return response.end(JSON.stringify({ data: { items }, next: isLast ? null : 'c2' }));
  },
  locked: (_url, response) => response.writeHead(401).end(),
  away: (_url, response) =>
    response.writeHead(302, { location: `https://${CANARY}.example/?key=${CANARY}` }).end(),
  // Answers with the secret: as a value that does not fit, in a broken row, in a line that is not JSON, as a column.
  echo_value: (_url, response, _times, sent) =>
    response.end(JSON.stringify([{ id: sent, day: 'x' }])),
  echo_csv: (_url, response, _times, sent) => response.end(`id,day\n${sent} "x",x\n`),
  echo_ndjson: (_url, response, _times, sent) => response.end(`${sent}\n`),
  echo_header: (_url, response, _times, sent) => response.end(`${sent},${'k'.repeat(900_000)}\n`),
};

/** With every optional part of an address. */
const LOCKED = {
  method: 'POST',
  body: { day: '{day}', key: '${TRADES_TOKEN}' },
  page: { kind: 'number', parameter: 'page', size: 100, size_parameter: 'per_page' },
};

let daysync: DaysyncApp;
const requests: IncomingMessage[] = [];
beforeAll(async () => {
  const server = await startHttpServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const [, name = ''] = url.pathname.split('/');
    const times = requests.filter((earlier) => earlier.url?.startsWith(`/${name}`)).length;
    requests.push(request);
    ANSWERS[name]?.(url, response, times, request.headers.authorization ?? '');
  });
  const site = urlOf(server);
  const dataset = (name: string, source: Record<string, unknown> = {}): DatasetYaml => ({
    name,
    source: {
      kind: 'http',
      url: `${site}/${name}?day={day}&key=\${TRADES_TOKEN}`,
      headers: { authorization: 'Bearer ${TRADES_TOKEN}' },
      ...source,
    },
    target: { table: name, columns: { id: 'integer', day: 'text' } },
  });
  daysync = await startApp({
    folder: await scratchFolder(),
    datasets: [
      await documented(site),
      dataset('locked', LOCKED),
      dataset('away'),
      dataset('echo_value'),
      dataset('echo_csv', { format: 'csv' }),
      dataset('echo_ndjson', { format: 'ndjson' }),
      dataset('echo_header', { format: 'csv' }),
    ],
    env: { TRADES_TOKEN: CANARY },
  });
});

/** The dataset of docs/sources/http.md, from this server. */
async function documented(site: string): Promise<DatasetYaml> {
  const page = await readFile(path.join(TOP, 'docs/sources/http.md'), 'utf8');
  const yaml = /```yaml\n(?<yaml>.*?)```/s.exec(page)?.groups?.['yaml'] ?? '';
  const local = yaml.replace('https://api.example.com', site);
  const { datasets } = parse(local) as { readonly datasets: readonly [DatasetYaml] };
  return datasets[0];
}

const sync = (dataset: string): Promise<Progress> => daysync.sync({ dataset, ...RANGE });

describe('an HTTP source', () => {
  it('is read page by page; failed requests are repeated, and days without data skipped', async () => {
    const progress = await sync('trades');
    expect(progress).toMatchObject({ status: 'completed', success: 2, failed: 0, skipped: 1 });
    const days = await daysync.days(progress.task_id);
    // A request that is repeated is an attempt at its day.
    expect(days.map(({ attempts }) => attempts)).toEqual([2, 1, 2]);
    expect(await rowsByDay(daysync.database, 'trades')).toEqual({
      '2025-10-01': 2,
      '2025-10-03': 2,
    });
    expect(await dumpTable(daysync.database, 'trades')).toContain('"id":2,"day":"2025-10-03"');
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
  });

  it('that refuses the credentials, or redirects, fails its days with a code', async () => {
    for (const [dataset, code] of [
      ['locked', 'SOURCE_UNAUTHORIZED'],
      ['away', 'SOURCE_BLOCKED'],
    ] as const) {
      const progress = await sync(dataset);
      expect(progress).toMatchObject({ status: 'completed', success: 0, failed: 3 });
      const days = await daysync.days(progress.task_id);
      expect(days.map(({ error }) => error?.code)).toEqual([code, code, code]);
      expect(days[0]?.error?.text).toContain(
        `/${dataset}?day=${days[0]?.day ?? ''}&key=\${TRADES_TOKEN}`,
      );
      if (dataset === 'away') {
        // A host is shown in lower case.
        expect(days[0]?.error?.text).toContain('a redirect to https://${TRADES_TOKEN}.example');
      }
    }
  });

  it('that repeats a secret fails its days with a short text without the secret', async () => {
    for (const [dataset, code, text] of [
      ['echo_value', 'VALUE_INVALID', 'got "Bearer ${TRADES_TOKEN}" (text)'],
      ['echo_csv', 'SOURCE_UNREADABLE', 'got INVALID_OPENING_QUOTE at line 2'],
      ['echo_ndjson', 'SOURCE_UNREADABLE', 'line 1: expected JSON, got something else at byte 0'],
      ['echo_header', 'SOURCE_COLUMN_MISSING', 'the columns "Bearer ${TRADES_TOKEN}", "kkk'],
    ] as const) {
      const { task_id } = await sync(dataset);
      const [first] = await daysync.days(task_id);
      expect(first?.error).toMatchObject({ code, text: expect.stringContaining(text) as unknown });
      expect(first?.error?.text.length).toBeLessThan(1_100);
    }
  });

  it('is shown as in the datasets file, and its secret nowhere', async () => {
    const { items } = (await daysync.data('datasets')) as {
      readonly items: readonly { readonly name: string; readonly source: unknown }[];
    };
    expect(items[0]?.source).toMatchObject({
      kind: 'http',
      method: 'GET',
      headers: { authorization: 'Bearer ${TRADES_TOKEN}' },
      body: null,
      rows: '/data/items',
      page: { kind: 'cursor', pointer: '/next', parameter: 'cursor' },
      requests_per_second: 5,
      no_data_status: [404],
    });
    expect(items[1]?.source).toMatchObject({
      method: 'POST',
      body: { day: '{day}', key: '${TRADES_TOKEN}' },
      page: {
        kind: 'number',
        parameter: 'page',
        first: 1,
        size: 100,
        size_parameter: 'per_page',
      },
      no_data_status: [],
    });
    const shown = [
      items,
      await daysync.batches(),
      await daysync.records(),
      await daysync.logLines(),
      ...(await Promise.all(
        (await daysync.batches()).items.map(({ task_id }) => daysync.days(task_id)),
      )),
    ];
    expect(JSON.stringify(shown).toLowerCase()).not.toContain(CANARY.toLowerCase());
  });
});
