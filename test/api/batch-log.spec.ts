import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readEvents, type ServerEvent } from '../event-stream.js';
import { weather } from '../scratch.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-03' };

interface LogAnswer {
  readonly items: readonly { readonly day: string | null; readonly kind: string }[];
  readonly cursor: string;
}

describe('the log of a batch', () => {
  let daysync: DaysyncApp;
  let id: string;
  beforeAll(async () => {
    daysync = await startApp({ datasets: [weather()] });
    ({ task_id: id } = await daysync.sync(RANGE));
  });

  it('can be limited, filtered by kind, and asked for what has changed', async () => {
    const read = (query: string): Promise<LogAnswer> =>
      daysync.data(`sync/batch/${id}/log?${query}`) as Promise<LogAnswer>;
    const { cursor, items } = await read('limit=1');
    expect(items).toMatchObject([{ kind: 'ended' }]);
    const some = await read('kinds=succeeded,ended');
    expect(some.items.map(({ kind }) => kind)).toEqual([
      ...['succeeded', 'succeeded', 'succeeded', 'ended'],
    ]);
    const later = await read(`since=${cursor}`);
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

  it('comes as events, of which a client that has seen the end gets no more', async () => {
    const url = `${daysync.url}/api/v1/sync-status/sync/batch/${id}/log/events`;
    let last: ServerEvent | undefined;
    for await (const event of readEvents(await fetch(url))) last = event;
    expect(last).toMatchObject({ event: 'end', data: { truncated: false } });
    const again = await fetch(url, { headers: { 'last-event-id': last?.id ?? '' } });
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
    expect(await daysync.data('records/weather/2012-01-02/log')).toMatchObject({
      items: [
        { task_id: id, kind: 'started' },
        { task_id: id, kind: 'succeeded', rows: 2 },
      ],
    });
    expect(await daysync.api('records/none/2012-01-02/log')).toMatchObject({ status: 404 });
  });
});
