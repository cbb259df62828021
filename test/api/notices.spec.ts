import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess, type StartOptions } from '../daysync-process.js';
import { NOTICE_SECRET, NoticeReceiver } from '../notice-receiver.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { Page } from '../wire.js';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,mild
2025-10-03,Oslo,8
2025-10-04,Oslo,7
`;
const env = { WEBHOOK_SECRET: NOTICE_SECRET };

interface Notice {
  readonly id: string;
  readonly endpoint: string;
  readonly event: string;
  readonly task_id: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly next_attempt_at: string | null;
  readonly error: { readonly code: string; readonly text: string } | null;
}

async function start(
  notices: readonly Readonly<Record<string, unknown>>[],
  options: StartOptions = {},
): Promise<DaysyncProcess> {
  const folder = options.folder ?? (await scratchFolder());
  const datasets = [readings(await writeScratch(folder, 'readings.csv', CSV))];
  return startDaysync({ datasets, notices, ...options, folder, env: { ...env, ...options.env } });
}

const day = (number: number): Readonly<Record<string, string>> => {
  const date = `2025-10-0${number}`;
  return { start_date: date, end_date: date };
};
const list = async (daysync: DaysyncProcess, query = ''): Promise<Page<Notice>> =>
  (await daysync.data(`notices?${query}`)) as Page<Notice>;

/** The notices, once each of them is in another state than `waiting`, or has been tried. */
async function tried(daysync: DaysyncProcess, attempts = 1): Promise<readonly Notice[]> {
  for (;;) {
    const { items } = await list(daysync);
    const isTried = (notice: Notice): boolean =>
      notice.state !== 'waiting' ||
      (notice.attempts >= attempts && notice.next_attempt_at !== null);
    if (items.length > 0 && items.every(isTried)) return items;
    await sleep(50);
  }
}

describe('a notice', () => {
  it('tells the end of a batch, signed, to whom it is for', async () => {
    const receiver = await NoticeReceiver.start();
    const daysync = await start([
      receiver.endpoint(),
      receiver.endpoint({ name: 'failures', on: ['failed_days'] }),
    ]);
    const good = await daysync.sync(day(1));
    await receiver.come(1);
    const bad = await daysync.sync({ start_date: '2025-10-02', end_date: '2025-10-03' });
    const [first, ...others] = await receiver.come(3);
    expect(first?.body).toEqual({
      type: 'batch.completed',
      timestamp: good.finished_at,
      data: await daysync.progress(good.task_id),
    });
    for (const other of others) {
      expect(other).toMatchObject({ isSigned: true, type: 'batch.failed_days' });
      expect(other.body.data).toMatchObject({ task_id: bad.task_id, failed: 1, success: 1 });
    }
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(3);
    const told = await list(daysync, `task_id=${bad.task_id}&endpoint=failures`);
    expect(told).toMatchObject({ total: 1, items: [{ event: 'failed_days' }] });
    const { items, endpoints } = (await list(daysync)) as Page<Notice> & { endpoints: unknown };
    expect(items).toHaveLength(3);
    expect(endpoints).toMatchObject([{ name: 'receiver', gone: false }, { on: ['failed_days'] }]);
  });

  it('tells that a batch was cancelled, and not that somebody paused it', async () => {
    const receiver = await NoticeReceiver.start();
    const slow = { throttle: { days_per_minute: 1 } };
    const folder = await scratchFolder();
    const csv = await writeScratch(folder, 'slow.csv', CSV);
    const daysync = await start([receiver.endpoint()], {
      folder,
      datasets: [readings(csv, slow)],
    });
    const range = { start_date: '2025-10-01', end_date: '2025-10-04' };
    const { task_id } = await daysync.startBatch(range);
    await daysync.post(`sync/batch/${task_id}/pause`, null);
    await daysync.post(`sync/batch/${task_id}/cancel`, null);
    await daysync.ended(task_id);
    const [notice, ...others] = await receiver.come(1);
    expect(notice).toMatchObject({
      ...{ isSigned: true, type: 'batch.cancelled' },
      body: { data: { task_id, status: 'cancelled', last_control: { verb: 'cancel' } } },
    });
    expect(others).toEqual([]);
  });

  it('tells that a batch paused itself, and why', async () => {
    const receiver = await NoticeReceiver.start();
    const source = { kind: 'http', url: 'http://127.0.0.1:1/{day}' };
    const down = { ...readings(''), source, attempts: 1 };
    const daysync = await start([receiver.endpoint()], { datasets: [down] });
    await daysync.startBatch({ start_date: '2025-10-01', end_date: '2025-10-20' });
    const [notice] = await receiver.come(1);
    expect(notice).toMatchObject({
      ...{ isSigned: true, type: 'batch.paused_by_itself' },
      body: { data: { status: 'paused', error: { code: 'SOURCE_UNREACHABLE' } } },
    });
  });

  it('is tried again by the rules, with the same id and a time of its own', async () => {
    const receiver = await NoticeReceiver.start((response, _notice, times) => {
      response.writeHead(times === 0 ? 500 : 204).end('no');
    });
    const daysync = await start([receiver.endpoint()]);
    await daysync.sync(day(1));
    const [first, second] = await receiver.come(2);
    if (first === undefined || second === undefined) throw new Error('expected two attempts');
    expect(second.id).toBe(first.id);
    expect(second.body).toEqual(first.body);
    expect([first.isSigned, second.isSigned]).toEqual([true, true]);
    expect(second.at - first.at).toBeGreaterThanOrEqual(5_000);
    expect(second.timestamp - first.timestamp).toBeGreaterThanOrEqual(4);
    expect(await tried(daysync)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
    const { body } = await daysync.call('/metrics');
    expect(body).toMatch(/^daysync_notices_total\{outcome="retried".*\} 1$/m);
    expect(body).toMatch(/^daysync_notices_total\{outcome="delivered".*\} 1$/m);
  });

  it('meets receivers that lie, hang, break off and redirect, each by the rules', async () => {
    const stray = await NoticeReceiver.start();
    const receivers = {
      breaks: await NoticeReceiver.start((response) => void response.destroy()),
      busy: await NoticeReceiver.start((response) => {
        response.writeHead(429, { 'retry-after': '3600' }).end();
      }),
      gone: await NoticeReceiver.start((response) => void response.writeHead(410).end()),
      hangs: await NoticeReceiver.start(() => undefined),
      huge: await NoticeReceiver.start((response) => {
        response.writeHead(200);
        response.write(Buffer.alloc(50_000_000), () => response.destroy());
      }),
      redirects: await NoticeReceiver.start((response) => {
        response.writeHead(302, { location: stray.url }).end();
      }),
    };
    const endpoints = Object.entries(receivers).map(([name, receiver]) =>
      receiver.endpoint({ name }),
    );
    const daysync = await start([
      ...endpoints,
      receivers.gone.endpoint({
        name: 'internal',
        url: 'https://localhost/',
        allow_private: false,
      }),
    ]);
    const asked = Date.now();
    await daysync.sync(day(1));
    // The first attempts alone: the second come within seconds.
    const notices = await tried(daysync);
    const of = (name: string): Notice | undefined =>
      notices.find(({ endpoint }) => endpoint === name);
    expect(of('breaks')).toMatchObject({
      ...{ state: 'waiting', last_status: null, error: { code: 'NOTICE_UNREACHABLE' } },
    });
    expect(of('busy')).toMatchObject({ state: 'waiting', last_status: 429, attempts: 1 });
    expect(Date.parse(of('busy')?.next_attempt_at ?? '') - asked).toBeGreaterThan(3_590_000);
    expect(of('gone')).toMatchObject({
      ...{ state: 'given_up', last_status: 410, error: { code: 'NOTICE_ENDPOINT_GONE' } },
    });
    expect(of('hangs')).toMatchObject({
      ...{ state: 'waiting', attempts: 1, error: { code: 'NOTICE_TIMEOUT' } },
    });
    expect(of('huge')).toMatchObject({ state: 'delivered', last_status: 200 });
    expect(of('redirects')).toMatchObject({
      ...{ state: 'waiting', last_status: 302, error: { code: 'NOTICE_REFUSED' } },
    });
    expect(of('internal')).toMatchObject({
      ...{ state: 'given_up', attempts: 1, error: { code: 'NOTICE_BLOCKED' } },
    });
    expect(receivers.busy.received).toHaveLength(1);
    expect(stray.received).toEqual([]);
    const lines = await daysync.logLines();
    expect(JSON.stringify(lines)).not.toContain(NOTICE_SECRET);
    expect(lines).toContainEqual(
      expect.objectContaining({ endpoint: 'gone', code: 'NOTICE_ENDPOINT_GONE', level: 50 }),
    );
  });

  it('is sent again by hand, with its id', async () => {
    let status = 410;
    const receiver = await NoticeReceiver.start((response) => {
      response.writeHead(status).end();
    });
    const daysync = await start([receiver.endpoint()]);
    await daysync.sync(day(1));
    const [notice] = await tried(daysync);
    status = 204;
    const answer = await daysync.post(`notices/${notice?.id ?? ''}/redeliver`, null);
    expect(answer).toMatchObject({ status: 200, body: { data: { state: 'waiting' } } });
    const [first, second] = await receiver.come(2);
    expect(second?.id).toBe(first?.id);
    expect(await tried(daysync)).toMatchObject([{ state: 'delivered', error: null }]);
    expect(await daysync.post('notices/msg_none/redeliver', null)).toMatchObject({
      ...{ status: 404, body: { code: 'NOTICE_NOT_FOUND' } },
    });
  });

  it('may be read by a viewer, and sent again by an operator alone', async () => {
    const viewer = 'viewer-0123456789-abcdefghijklmnop';
    const operator = 'operator-0123456789-abcdefghijklmn';
    const AUTH_TOKENS = `ann:viewer:${viewer},ben:operator:${operator}`;
    const daysync = await start([], { env: { AUTH_TOKENS }, token: viewer });
    expect(await list(daysync)).toMatchObject({ items: [], endpoints: [] });
    expect(await daysync.post('notices/msg_a/redeliver', null)).toMatchObject({ status: 403 });
    const headers = { authorization: `Bearer ${operator}` };
    const asked = await daysync.api('notices/msg_a/redeliver', { method: 'POST', headers });
    expect(asked).toMatchObject({ status: 404 });
  });

  it('is sent by a stop that comes right after the end of its batch', async () => {
    const receiver = await NoticeReceiver.start();
    const daysync = await start([receiver.endpoint()]);
    const { task_id } = await daysync.sync(day(1));
    expect(await daysync.stop()).toBe(0);
    expect(receiver.received).toMatchObject([
      { isSigned: true, type: 'batch.completed', body: { data: { task_id } } },
    ]);
  });

  it('outlives a kill between the end of its batch and its sending', async () => {
    const receiver = await NoticeReceiver.start();
    const folder = await scratchFolder();
    // The first is the boot's; the second would take the notice, which the end of its batch has left.
    const fault = { DAYSYNC_FAULT: 'notice:before_commit@2=kill' };
    const daysync = await start([receiver.endpoint()], { folder, env: fault });
    const { task_id } = await daysync.startBatch(day(1));
    expect(await daysync.died()).toBeNull();
    expect(receiver.received).toEqual([]);
    const again = await start([receiver.endpoint()], { folder });
    expect(await again.progress(task_id)).toMatchObject({ status: 'completed' });
    const [notice] = await receiver.come(1);
    expect(notice).toMatchObject({ type: 'batch.completed', body: { data: { task_id } } });
    expect(await tried(again)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  it('is sent again where a kill left nobody who knows that it was taken', async () => {
    const receiver = await NoticeReceiver.start();
    const folder = await scratchFolder();
    // The first is the boot's, the second takes it; the third would say that it was delivered.
    const fault = { DAYSYNC_FAULT: 'notice:before_commit@3=kill' };
    const daysync = await start([receiver.endpoint()], { folder, env: fault });
    await daysync.startBatch(day(1));
    expect(await daysync.died()).toBeNull();
    expect(receiver.received).toHaveLength(1);
    const again = await start([receiver.endpoint()], { folder });
    const [first, second] = await receiver.come(2);
    expect(second?.id).toBe(first?.id);
    expect(await tried(again)).toMatchObject([{ state: 'delivered' }]);
  });
});
