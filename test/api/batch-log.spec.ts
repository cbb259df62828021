import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readEvents } from '../event-stream.js';
import { weather } from '../scratch.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-03' };

interface LogAnswer {
  readonly items: readonly { day: string | null; kind: string; rows: number | null }[];
  readonly truncated: boolean;
  readonly cursor: string;
}

describe('the log of a batch', () => {
  let daysync: DaysyncApp;
  let id: string;
  beforeAll(async () => {
    daysync = await startApp({ datasets: [weather()] });
    ({ task_id: id } = await daysync.sync(RANGE));
  });

  const read = async (path: string): Promise<LogAnswer> =>
    dataOf(await daysync.api(path)) as LogAnswer;

  it('has its days and itself', async () => {
    const { items, truncated } = await read(`sync/batch/${id}/log`);
    expect(items.map(({ day, kind }) => `${day ?? 'batch'} ${kind}`).sort()).toEqual([
      ...['2012-01-01 started', '2012-01-01 succeeded'],
      ...['2012-01-02 started', '2012-01-02 succeeded'],
      ...['2012-01-03 started', '2012-01-03 succeeded'],
      ...['batch created', 'batch ended', 'batch started'],
    ]);
    expect(items[0]).toMatchObject({ kind: 'created' });
    expect(items.at(-1)).toMatchObject({ kind: 'ended', code: 'completed' });
    expect(truncated).toBe(false);
  });

  it('can be limited, filtered by kind, and asked for what has changed', async () => {
    const { cursor, items } = await read(`sync/batch/${id}/log?limit=1`);
    expect(items).toMatchObject([{ kind: 'ended' }]);
    const some = await read(`sync/batch/${id}/log?kinds=succeeded,ended`);
    expect(some.items.map(({ kind }) => kind)).toEqual([
      ...['succeeded', 'succeeded', 'succeeded', 'ended'],
    ]);
    const later = await read(`sync/batch/${id}/log?since=${cursor}`);
    expect(later.items.every(({ day }) => day === null)).toBe(true);
  });

  it('is a CSV file as a whole', async () => {
    const response = await fetch(`${daysync.url}/api/v1/sync-status/sync/batch/${id}/log/export`);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="log-${id}.csv"`,
    );
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines[0]).toBe('at,day,kind,attempt,code,text,until,by,rows');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toMatch(/^2.*Z,,ended,,completed,,,,$/);
    expect(await daysync.api('sync/batch/none/log/export')).toMatchObject({ status: 404 });
  });

  it('comes as events until the batch has ended', async () => {
    const started = await daysync.api('sync/batch', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ start_date: '2012-02-01', end_date: '2012-02-20' }),
    });
    const { task_id: batch } = dataOf(started) as { task_id: string };
    const url = `${daysync.url}/api/v1/sync-status/sync/batch/${batch}/log/events`;
    const days = new Map<string, readonly string[]>();
    let last = '';
    let event = '';
    for await (const one of readEvents(await fetch(url))) {
      ({ id: last, event } = one);
      const { items } = one.data as LogAnswer;
      for (const [day, entries] of Map.groupBy(items, (entry) => entry.day ?? 'batch')) {
        days.set(
          day,
          entries.map(({ kind }) => kind),
        );
      }
    }
    expect(event).toBe('end');
    expect(days.get('batch')).toEqual(['created', 'started', 'ended']);
    expect(days.size).toBe(21);
    expect(days.get('2012-02-20')).toEqual(['started', 'succeeded']);
    const again = await fetch(url, { headers: { 'last-event-id': last } });
    expect(again.status).toBe(204);
  });

  it('refuses kinds and cursors that are none, and an unknown batch', async () => {
    for (const query of ['kinds=done', 'kinds=', 'limit=0', 'limit=10001', 'since=x']) {
      const { status, body } = await daysync.api(`sync/batch/${id}/log?${query}`);
      expect([query, status, body]).toMatchObject([query, 400, { code: 'VALIDATION_FAILED' }]);
    }
    expect(await daysync.api('sync/batch/none/log')).toMatchObject({ status: 404 });
  });

  it('is there for a day, with its batch', async () => {
    const { items } = await read('records/weather/2012-01-02/log');
    expect(items).toMatchObject([
      { task_id: id, day: '2012-01-02', kind: 'started', attempt: 1 },
      { task_id: id, day: '2012-01-02', kind: 'succeeded', rows: 2 },
    ]);
    expect(await daysync.api('records/none/2012-01-02/log')).toMatchObject({ status: 404 });
  });
});
