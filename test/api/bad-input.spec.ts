import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { birdstrikes, weather } from '../scratch.js';
import { dumpTable } from '../target-table.js';
import type { WireProblem } from '../wire.js';

const GOOD = { start_date: '2012-01-01', end_date: '2012-01-03' };
const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT_TYPE = { 'content-type': 'text/plain;charset=UTF-8' };

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp({ datasets: [weather(), birdstrikes()] });
  await daysync.sync(GOOD);
});

/** The state that a refused call must not change. */
async function everything(): Promise<unknown> {
  return {
    batches: await daysync.batches(),
    records: await daysync.records('page_size=100'),
    weather: await dumpTable(daysync.database, 'weather_daily'),
    birdstrikes: await dumpTable(daysync.database, 'birdstrikes'),
  };
}

async function expectRefused(
  call: () => Promise<Answer>,
  status: number,
  code: string,
): Promise<WireProblem> {
  const before = await everything();
  const answer = await call();
  expect(answer).toMatchObject({ status, body: { status, code } });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = answer.body as WireProblem;
  for (const member of ['type', 'title', 'detail', 'instance', 'request_id'] as const) {
    expect([member, typeof problem[member]]).toEqual([member, 'string']);
  }
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.js:\d|\bat [A-Z]\w+\./);
  expect(await everything()).toEqual(before);
  return problem;
}

const post = (body: string, headers: Readonly<Record<string, string>>) => (): Promise<Answer> =>
  daysync.api('sync/batch', { method: 'POST', headers, body });

describe('a start whose body is wrong', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing in it', '{}', ['/end_date', '/start_date']],
    ['an unknown field', JSON.stringify({ ...GOOD, speed: 'fast' }), ['/speed']],
    ['a number for a date', JSON.stringify({ ...GOOD, start_date: 20120101 }), ['/start_date']],
    ['null for a date', JSON.stringify({ ...GOOD, start_date: null }), ['/start_date']],
    [
      'null for what may be left out',
      JSON.stringify({ ...GOOD, dataset: null, mode: null, order: null }),
      ['/dataset', '/mode', '/order'],
    ],
    ['no such day', JSON.stringify({ ...GOOD, start_date: '2025-02-30' }), ['/start_date']],
    ['a datetime', JSON.stringify({ ...GOOD, end_date: '2012-01-03T00:00:00Z' }), ['/end_date']],
    ['the year 0000', JSON.stringify({ ...GOOD, start_date: '0000-01-01' }), ['/start_date']],
    ['an unknown action', JSON.stringify({ ...GOOD, mode: 'verify', verify: 'fix' }), ['/verify']],
    ['an unknown order', JSON.stringify({ ...GOOD, order: 'random' }), ['/order']],
    ['a number for a dataset', JSON.stringify({ ...GOOD, dataset: 7 }), ['/dataset']],
    [
      'several things wrong',
      JSON.stringify({ start_date: 'x', end_date: 1, mode: 2, extra: true }),
      ['/end_date', '/extra', '/mode', '/start_date'],
    ],
    [
      '__proto__ and constructor',
      '{"start_date":"2012-01-01","end_date":"2012-01-03","__proto__":{},"constructor":{"prototype":{}}}',
      ['/__proto__', '/constructor'],
    ],
    ['a list', JSON.stringify([GOOD]), ['']],
    ['null', 'null', ['']],
  ])('%s: 400 with the place', async (_, body, pointers) => {
    const { errors = [] } = await expectRefused(post(body, JSON_TYPE), 400, 'VALIDATION_FAILED');
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(pointers);
    for (const { expected, received } of errors) {
      expect(expected).toMatch(/\S/);
      expect(received).toMatch(/\S/);
    }
  });

  it.each(['{"start_date":', ''])('that is no JSON (%j): 400', async (body) => {
    await expectRefused(post(body, JSON_TYPE), 400, 'VALIDATION_FAILED');
  });

  it.each([
    ['mappings', '{"a":'.repeat(2_700) + '1' + '}'.repeat(2_700)],
    ['lists, up to the limit of a body', '['.repeat(8_150) + ']'.repeat(8_150)],
  ])('with thousands of nested %s: 400 and no bug in the log', async (_, nested) => {
    const fields = [`{"mode":${nested}}`, `{"other":${nested}}`, nested];
    for (const body of fields) {
      await expectRefused(post(body, JSON_TYPE), 400, 'VALIDATION_FAILED');
    }
    const retry = { method: 'POST', headers: JSON_TYPE, body: `{"codes":${nested}}` };
    await expectRefused(
      () => daysync.api('sync/batch/none/retry', retry),
      400,
      'VALIDATION_FAILED',
    );
    const login = { method: 'POST', headers: JSON_TYPE, body: `{"token":${nested}}` };
    await expectRefused(() => daysync.api('session', login), 400, 'VALIDATION_FAILED');
    const lines = await daysync.logLines();
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it('that is no UTF-8: 400', async () => {
    const body = Buffer.concat([
      Buffer.from('{"start_date":"2012-01-01","end_date":"2012-01-03","dataset":"'),
      Buffer.from([0xe9]),
      Buffer.from('"}'),
    ]);
    const call = (): Promise<Answer> =>
      daysync.api('sync/batch', { method: 'POST', headers: JSON_TYPE, body });
    const { errors } = await expectRefused(call, 400, 'VALIDATION_FAILED');
    expect(errors).toEqual([
      { pointer: '', expected: 'JSON', received: 'bytes that are not UTF-8' },
    ]);
  });

  it('whose range is too long: 422 RANGE_TOO_LARGE with the limit', async () => {
    const body = { start_date: '0001-01-01', end_date: '9999-12-31' };
    const call = (): Promise<Answer> => daysync.post('sync/batch', body);
    expect(await expectRefused(call, 422, 'RANGE_TOO_LARGE')).toMatchObject({ limit: 3_660 });
  });

  it.each([
    ['whose end is before its start', 400, 'RANGE_REVERSED', { end_date: '2011-12-31' }],
    ['of an unknown dataset', 404, 'DATASET_NOT_FOUND', { dataset: 'tides' }],
  ])('%s: %i %s', async (_, status, code, wrong) => {
    const body = { ...GOOD, ...wrong };
    await expectRefused(() => daysync.post('sync/batch', body), status, code);
  });

  it('that is larger than 16 kB: 413', async () => {
    const body = JSON.stringify({ ...GOOD, dataset: 'x'.repeat(17_000) });
    const answer = await post(body, JSON_TYPE)();
    expect(answer).toMatchObject({ status: 413, body: { status: 413 } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('a start whose media type is not JSON', () => {
  it.each([
    ['text/plain', TEXT_TYPE],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('%s: 415', async (_, headers) => {
    const before = await everything();
    const answer = await post(JSON.stringify(GOOD), headers)();
    expect(answer).toMatchObject({ status: 415, body: { status: 415 } });
    expect(await everything()).toEqual(before);
  });

  it('is accepted as text/plain from the same origin, as the note’s client sends it', async () => {
    const bySite = { ...TEXT_TYPE, 'sec-fetch-site': 'same-origin' };
    const byOrigin = { ...TEXT_TYPE, origin: daysync.url };
    for (const headers of [bySite, byOrigin]) {
      const answer = await post(JSON.stringify(GOOD), headers)();
      expect(answer).toMatchObject({ status: 202, body: { status: 'success' } });
      const { data } = answer.body as { data: { task_id: string } };
      await daysync.ended(data.task_id);
    }
  });
});

describe('an unknown resource', () => {
  it.each([
    ['sync/batch/progress/2025-10-01_2025-10-09_1697587200', 'BATCH_NOT_FOUND'],
    ['sync/batch/2025-10-01_2025-10-09_1697587200/days', 'BATCH_NOT_FOUND'],
    ['sync/batch/progress/..%2F..%2Fetc%2Fpasswd', 'BATCH_NOT_FOUND'],
  ])('%s: 404 %s', async (path, code) => {
    await expectRefused(() => daysync.api(path), 404, code);
  });

  it.each(['nothing', 'sync', 'sync/batch/progress'])('%s: 404', async (path) => {
    const answer = await daysync.api(path);
    expect(answer).toMatchObject({ status: 404, body: { status: 404 } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('a list with a wrong query', () => {
  it.each([
    ['records?page=one', '/page'],
    ['records?page_size=100000', '/page_size'],
    ['records?status=done', '/status'],
    ['records?start_date=2025-02-30', '/start_date'],
    ['records?sort=password', '/sort'],
    ['records?__proto__=1', '/__proto__'],
    ['records?%63onstructor=1', '/constructor'],
    ['records/export?page=1', '/page'],
    ['records/export?sort=error_text', '/sort'],
    ['records/calendar?constructor=1', '/constructor'],
    ['sync/batch?toString=1', '/toString'],
    ['sync/batch?page=-1', '/page'],
  ])('%s: 400 with the place', async (path, pointer) => {
    const call = (): Promise<Answer> => daysync.api(path);
    const { errors } = await expectRefused(call, 400, 'VALIDATION_FAILED');
    expect(errors?.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe('a list whose range ends before it starts', () => {
  it.each(['records', 'records/export', 'records/calendar'])(
    '%s: 400 RANGE_REVERSED',
    async (path) => {
      const query = 'start_date=2012-01-03&end_date=2012-01-02';
      const problem = await expectRefused(
        () => daysync.api(`${path}?${query}`),
        400,
        'RANGE_REVERSED',
      );
      expect(problem.detail).toBe('expected end_date on or after 2012-01-03, got 2012-01-02');
      const head = await daysync.api(`${path}?${query}`, { method: 'HEAD' });
      expect(head.status).toBe(400);
    },
  );

  it('may have one end, or one day', async () => {
    for (const query of [
      'start_date=2012-01-03',
      'end_date=2012-01-01',
      'start_date=2012-01-02&end_date=2012-01-02',
    ]) {
      expect(await daysync.records(query)).toMatchObject({ total: 1 });
    }
  });
});
