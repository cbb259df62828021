import { describe, expect, it } from 'vitest';
import { NOTICE_SECRET, NoticeReceiver } from '../notice-receiver.js';
import { day, startWithNotices, triedNotices, type Notice } from './notice-program.js';

describe('a notice', () => {
  it('is tried again by the rules, with the same id and a time of its own', async () => {
    const receiver = await NoticeReceiver.start((response, _notice, times) => {
      response.writeHead(times === 0 ? 500 : 204).end('no');
    });
    const daysync = await startWithNotices([receiver.endpoint()]);
    await daysync.sync(day(1));
    const [first, second] = await receiver.come(2);
    if (first === undefined || second === undefined) throw new Error('expected two attempts');
    expect(second.id).toBe(first.id);
    expect(second.body).toEqual(first.body);
    expect([first.isSigned, second.isSigned]).toEqual([true, true]);
    expect(second.at - first.at).toBeGreaterThanOrEqual(5_000);
    expect(second.timestamp - first.timestamp).toBeGreaterThanOrEqual(4);
    expect(await triedNotices(daysync)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
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
    const daysync = await startWithNotices([
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
    const notices = await triedNotices(daysync);
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
    await daysync.stop();
    const lines = await daysync.logLines();
    expect(JSON.stringify(lines)).not.toContain(NOTICE_SECRET);
    expect(lines).toContainEqual(
      expect.objectContaining({ endpoint: 'gone', code: 'NOTICE_ENDPOINT_GONE', level: 50 }),
    );
  });
});
