import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readEvents, type ServerEvent } from '../event-stream.js';
import { scratchFolder, weather } from '../scratch.js';
import type { Progress } from '../wire.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-05' };
const slow = weather({ name: 'slow', throttle: { days_per_minute: 300 } });
const DATASETS = [slow, weather({ target: { ...weather().target, table: 'other' } })];

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp({ datasets: DATASETS, env: { MAX_EVENT_STREAMS: '2' } });
});

const pathOf = (taskId: string): string => `sync/batch/progress/${taskId}`;

async function watch(taskId: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${daysync.url}/api/v1/sync-status/${pathOf(taskId)}/events`, { headers });
}

async function allOf(response: Response): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(response)) events.push(event);
  return events;
}

describe('a poll with the newest ETag', () => {
  it('is answered 304, also from the database and after a restart', async () => {
    const folder = await scratchFolder();
    const env = { PROGRESS_TTL_SECONDS: '1' };
    let own = await startApp({ folder, datasets: [weather()], env });
    const { task_id } = await own.sync(RANGE);
    const first = await own.api(pathOf(task_id));
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const conditional = { headers: { 'if-none-match': etag } };
    const unchanged = await own.api(pathOf(task_id), conditional);
    expect(unchanged).toMatchObject({ status: 304, body: '' });
    expect(unchanged.headers.get('etag')).toBe(etag);
    const english = { headers: { ...conditional.headers, 'accept-language': 'en' } };
    expect(await own.api(pathOf(task_id), english)).toMatchObject({ status: 200 });

    // First the batch leaves memory, then the process restarts.
    await sleep(1_100);
    expect(await own.api(pathOf(task_id), conditional)).toMatchObject({ status: 304 });
    await own.stop();
    own = await startApp({ folder, datasets: [weather()], env });
    expect(await own.api(pathOf(task_id), conditional)).toMatchObject({ status: 304 });
    const { headers, body } = await own.api(pathOf(task_id));
    expect([headers.get('etag'), body]).toEqual([etag, first.body]);
  });

  it.each(['sync/batch', 'records', 'datasets'])('works for %s as well', async (path) => {
    const { headers } = await daysync.api(path);
    const conditional = { headers: { 'if-none-match': headers.get('etag') ?? '' } };
    expect(await daysync.api(path, conditional)).toMatchObject({ status: 304, body: '' });
  });
});

describe('an event stream', () => {
  it('shows a batch from its current state to its end, in order, and closes', async () => {
    const { task_id } = await daysync.startBatch({ ...RANGE, dataset: 'slow', mode: 'all' });
    const response = await watch(task_id);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = await allOf(response);
    const last = await daysync.progress(task_id);
    expect(events.at(-1)).toEqual({ event: 'end', id: String(last.rev), data: last });
    expect(events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
    expect(events.map(({ id }) => id)).toEqual(
      events.map(({ data }) => String((data as Progress).rev)),
    );

    // A client that has seen the end gets 204; any other gets the end.
    expect((await watch(task_id, { 'last-event-id': String(last.rev) })).status).toBe(204);
    const again = await allOf(await watch(task_id, { 'last-event-id': '2' }));
    expect(again).toEqual(events.slice(-1));
  });

  it('is refused for an unknown batch, and if too many are open', async () => {
    expect(await daysync.api(`${pathOf('nothing')}/events`)).toMatchObject({
      status: 404,
      body: { code: 'BATCH_NOT_FOUND' },
    });
    // A batch that runs longer than this test.
    const range = { ...RANGE, end_date: '2012-12-31' };
    const { task_id } = await daysync.startBatch({ ...range, dataset: 'slow', mode: 'all' });
    const open = await Promise.all([watch(task_id), watch(task_id)]);
    const refused = await daysync.api(`${pathOf(task_id)}/events`);
    expect(refused).toMatchObject({ status: 503, body: { code: 'STREAMS_EXHAUSTED', limit: 2 } });
    expect(refused.headers.get('retry-after')).toBe('2');
    // A stream that closes frees its place.
    await open[0].body?.cancel();
    while ((await watch(task_id)).status !== 200) await sleep(20);
    await daysync.post(`sync/batch/${task_id}/cancel`, undefined);
    await daysync.ended(task_id);
  });

  it('has its headers in the answer to HEAD, which ends at once and does not count as open', async () => {
    const own = await startApp({ datasets: [slow], env: { MAX_EVENT_STREAMS: '2' } });
    // A batch that runs longer than this test.
    const { task_id } = await own.startBatch({ ...RANGE, end_date: '2012-03-01' });
    const url = `${own.url}/api/v1/sync-status/${pathOf(task_id)}/events`;
    // More than the limit.
    for (let turn = 0; turn < 3; turn += 1) {
      const { headers, status } = await fetch(url, { method: 'HEAD' });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    }
    const response = await fetch(url);
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });
});

describe('a flood of polls', () => {
  it('is answered 429 with Retry-After, and other callers are served', async () => {
    const own = await startApp({ datasets: [weather()], env: { LIMIT_POLLS: '20' } });
    const { task_id } = await own.startBatch(RANGE);
    const flood = (path: string): Promise<Answer[]> =>
      Promise.all(Array.from({ length: 60 }, () => own.api(path)));
    const refused: Answer[] = [];
    // A busy machine may be too slow to exceed the limit.
    while (refused.length === 0) {
      const answers = await flood(pathOf(task_id));
      expect(answers.some(({ status }) => status === 200)).toBe(true);
      refused.push(...answers.filter(({ status }) => status === 429));
    }
    expect(refused[0]).toMatchObject({ body: { code: 'RATE_LIMITED', limit: 20 } });
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    // Also polls that the pre-router does not answer.
    while (!(await flood(pathOf('nothing'))).some(({ status }) => status === 429));
    expect(await own.api('records')).toMatchObject({ status: 200 });
  });
});
