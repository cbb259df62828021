import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startApp } from '../daysync-app.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { weather } from '../scratch.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-04' };
/** A second signal within this time belongs to the same Ctrl-C. */
const SAME_SIGNAL_MS = 1_000;

async function inMidDay(server: DayServer, options = {}): Promise<[DaysyncProcess, string]> {
  const daysync = await startDaysync({ datasets: [server.dataset({ attempts: 1 })], ...options });
  const { task_id } = await daysync.startBatch(RANGE);
  await asked(server, 1);
  return [daysync, task_id];
}

async function asked(server: DayServer, times: number): Promise<void> {
  while (server.requests.length < times) await sleep(10);
}

/** Waits until the program has handled a signal. */
async function begunToStop(daysync: DaysyncProcess): Promise<void> {
  const isReady = (): Promise<boolean> =>
    daysync.call('/health/ready').then(
      ({ status }) => status === 200,
      () => false,
    );
  while (await isReady()) await sleep(10);
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s in mid-day', (signal) => {
  it('lets the day in flight finish, begins no other, and ends with 0', async () => {
    const release = Promise.withResolvers<void>();
    const server = await DayServer.start(() => ({ until: release.promise }));
    const [daysync, taskId] = await inMidDay(server);
    daysync.signal(signal);
    await begunToStop(daysync);
    release.resolve();
    expect(await daysync.died()).toBe(0);
    expect(server.requests).toHaveLength(1);
    const again = await startApp({
      folder: daysync.folder,
      datasets: [server.dataset({ attempts: 1 })],
    });
    expect(await again.ended(taskId)).toMatchObject({ status: 'completed', success: 4 });
    expect(server.requests).toHaveLength(4);
  });
});

describe('a stop with a source that hangs', () => {
  it('requeues the day in time, fails no day, and costs no attempt', async () => {
    const server = await DayServer.start(() => 'hang');
    const daysync = await startApp({ datasets: [server.dataset({ attempts: 1 })] });
    const { task_id: taskId } = await daysync.startBatch(RANGE);
    await asked(server, 1);
    await daysync.stop();
    expect(server.abandoned).toHaveLength(1);
    server.answering = () => 'row';
    const again = await startApp({
      folder: daysync.folder,
      datasets: [server.dataset({ attempts: 1 })],
    });
    expect(await again.ended(taskId)).toMatchObject({ status: 'completed', success: 4 });
    const days = await again.days(taskId);
    expect(days.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    const warnings = (await again.logLines()).filter(({ level }) => Number(level) >= 40);
    expect(warnings).toEqual([]);
  });
});

describe('a second signal', () => {
  it('stops at once, and even twice it fails no day', async () => {
    const server = await DayServer.start(() => 'hang');
    const [first, taskId] = await inMidDay(server);
    let daysync = first;
    for (let stops = 1; stops <= 2; stops++) {
      daysync.signal('SIGTERM');
      daysync.signal('SIGINT');
      await begunToStop(daysync);
      await sleep(SAME_SIGNAL_MS + 500);
      expect(daysync.isRunning).toBe(true);
      expect((await daysync.call('/health/live').catch(() => null))?.status ?? 0).not.toBe(500);
      daysync.signal('SIGTERM');
      expect(await daysync.died()).toBe(1);
      if (stops === 2) break;
      daysync = await startDaysync({
        folder: daysync.folder,
        datasets: [server.dataset({ attempts: 1 })],
      });
      await asked(server, stops + 1);
    }
    server.answering = () => 'row';
    const again = await startApp({
      folder: daysync.folder,
      datasets: [server.dataset({ attempts: 1 })],
    });
    expect(await again.ended(taskId)).toMatchObject({
      status: 'completed',
      success: 4,
      failed: 0,
    });
  });
});

describe('open requests at a stop', () => {
  it('are answered to the end', async () => {
    const daysync = await startDaysync({ datasets: [weather()] });
    const body = JSON.stringify({ start_date: '2012-01-01', end_date: '2015-12-31' });
    const requests = Array.from({ length: 5 }, () => openPreview(daysync, body));
    // The server has received their heads, and waits for their bodies.
    await Promise.all(requests.map((request) => once(request, 'continue')));
    daysync.signal('SIGTERM');
    const [lengths] = await Promise.all([
      Promise.all(requests.map(previewedDays)),
      refusesConnections(daysync).then(() => {
        for (const request of requests) request.end(body);
      }),
    ]);
    expect(lengths).toEqual([1_461, 1_461, 1_461, 1_461, 1_461]);
    expect(await daysync.died()).toBe(0);
  });
});

/** Sends the head of a request for a preview, without its body. */
function openPreview({ url }: DaysyncProcess, body: string): ClientRequest {
  const request = httpRequest(`${url}/api/v1/sync-status/sync/batch/preview`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  });
  request.flushHeaders();
  return request;
}

/** The number of days in the answer, which must be complete. */
async function previewedDays(request: ClientRequest): Promise<number> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { data } = (await json(response)) as { data: { days: readonly unknown[] } };
  return data.days.length;
}

/** Waits until the program does not listen any more. */
async function refusesConnections({ url }: DaysyncProcess): Promise<void> {
  for (;;) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const refused = await once(socket, 'connect').then(
      () => false,
      () => true,
    );
    socket.destroy();
    if (refused) return;
    await sleep(10);
  }
}
