import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { VERSION } from '../../apps/api/src/config/version.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import type { StartOptions } from '../daysync.js';
import { SERVER, startDaysync } from '../daysync-process.js';
import { DayServer, type DayHandler } from '../day-server.js';
import { freePort } from '../free-port.js';
import { OtlpReceiver, type ReceivedSpan } from '../otlp-receiver.js';
import { scratchFolder, TOP, weather } from '../scratch.js';
import type { Progress } from '../wire.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

/** Starts it in this process, whose variables OpenTelemetry reads at the start. */
async function start(options: StartOptions): Promise<DaysyncApp> {
  for (const [name, value] of Object.entries(options.env ?? {})) vi.stubEnv(name, value);
  try {
    return await startApp(options);
  } finally {
    vi.unstubAllEnvs();
  }
}

async function startTraced(
  daysync: DaysyncApp,
  body: Readonly<Record<string, unknown>>,
  traceparent = `00-${TRACE}-${CALLER}-01`,
): Promise<string> {
  const { body: answer } = await daysync.api('sync/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify(body),
  });
  return (answer as { readonly data: Progress }).data.task_id;
}

function ofDay(spans: readonly ReceivedSpan[], day: string): readonly ReceivedSpan[] {
  return spans
    .filter(({ attributes }) => attributes['daysync.day'] === day)
    .toSorted((one, other) => one.end - other.end || one.start - other.start);
}

function only<T>(items: readonly T[]): T {
  expect(items).toHaveLength(1);
  return items[0] as T;
}

it('a batch is a trace that continues its caller, with a span for each day and each attempt', async () => {
  const receiver = await OtlpReceiver.start();
  const answering: DayHandler = (day, times) => {
    if (day === '2025-10-02' && times === 0) return { status: 503 };
    if (day === '2025-10-03') return { status: 400 };
    return day === '2025-10-04' && times === 0 ? 'drip' : 'row';
  };
  const server = await DayServer.start(answering);
  const began = Date.now();
  const daysync = await start({
    datasets: [server.httpDataset({ timeout_seconds: 2, attempts: 3 })],
    env: {
      ...receiver.env,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=data',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    },
  });
  const range = { start_date: '2025-10-01', end_date: '2025-10-04' };
  const taskId = await startTraced(daysync, range);
  await daysync.ended(taskId);
  const batch = only(await receiver.come('batch ', 1));
  const days = await receiver.come('day ', 4);
  const attempts = await receiver.come('attempt ', 6);
  await daysync.stop();
  expect(receiver.spans).toHaveLength(11);

  expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(11);
  expect(batch).toMatchObject({
    name: 'batch served',
    parentSpanId: CALLER,
    hasFailed: false,
    attributes: {
      'daysync.dataset': 'served',
      'daysync.task_id': taskId,
      'daysync.outcome': 'completed',
      'daysync.total': 4,
      'daysync.success': 3,
      'daysync.failed': 1,
      'daysync.rows': 3,
    },
    resource: {
      'service.name': 'daysync',
      'service.version': VERSION,
      'deployment.environment.name': 'test',
    },
  });
  for (const day of days)
    expect(day).toMatchObject({ name: 'day served', parentSpanId: batch.spanId });
  const day = (date: string): ReceivedSpan => only(ofDay(days, date));
  const good = { 'daysync.outcome': 'success', 'daysync.rows': 1, 'daysync.task_id': taskId };
  expect(day('2025-10-01')).toMatchObject({
    hasFailed: false,
    attributes: { ...good, 'daysync.attempts': 1 },
  });
  expect(day('2025-10-02').attributes).toMatchObject({ ...good, 'daysync.attempts': 2 });
  expect(day('2025-10-04').attributes).toMatchObject({ ...good, 'daysync.attempts': 2 });
  const failed = day('2025-10-03');
  expect(failed).toMatchObject({
    hasFailed: true,
    attributes: {
      'daysync.outcome': 'failed',
      'daysync.reason': 'SOURCE_STATUS_UNEXPECTED',
      'error.type': 'SOURCE_STATUS_UNEXPECTED',
    },
  });
  expect(failed.message).toContain('400');

  const tried = (date: string): readonly ReceivedSpan[] => {
    const own = ofDay(attempts, date);
    for (const attempt of own) {
      expect(attempt.name).toBe('attempt served');
      expect(attempt.parentSpanId).toBe(day(date).spanId);
      expect(attempt.start).toBeGreaterThanOrEqual(day(date).start);
    }
    return own;
  };
  expect(tried('2025-10-01').map(resultOf)).toEqual([[1, 'success', undefined, false]]);
  expect(tried('2025-10-02').map(resultOf)).toEqual([
    [1, 'retried', 'SOURCE_UNAVAILABLE', true],
    [2, 'success', undefined, false],
  ]);
  expect(tried('2025-10-03').map(resultOf)).toEqual([
    [1, 'failed', 'SOURCE_STATUS_UNEXPECTED', true],
  ]);
  expect(tried('2025-10-03')[0]?.attributes['http.response.status_code']).toBe(400);
  expect(tried('2025-10-04').map(resultOf)).toEqual([
    [1, 'retried', 'TIMEOUT', true],
    [2, 'success', undefined, false],
  ]);
  const [timedOut] = tried('2025-10-04');
  expect((timedOut?.end ?? 0) - (timedOut?.start ?? 0)).toBeGreaterThanOrEqual(2_000);
  for (const span of receiver.spans) {
    expect(span.start).toBeGreaterThanOrEqual(began);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(span.end).toBeLessThanOrEqual(batch.end);
  }

  // A source gets the span of the attempt that asks it.
  const sent = server.headers.map(({ traceparent }, index) => [
    server.requests[index],
    traceparent,
  ]);
  const expected = attempts.map(({ attributes, spanId }) => [
    attributes['daysync.day'],
    `00-${TRACE}-${spanId}-01`,
  ]);
  expect(sent.toSorted()).toEqual(expected.toSorted());
  expect(receiver.strays).toEqual([]);
  expect(receiver.headers[0]).toMatchObject({ 'x-team': 'data' });
});

function resultOf({ attributes, hasFailed }: ReceivedSpan): readonly unknown[] {
  return [
    attributes['daysync.attempt'],
    attributes['daysync.result'],
    attributes['error.type'],
    hasFailed,
  ];
}

it('a trace goes on after a kill, and a day has begun with its first attempt', async () => {
  const receiver = await OtlpReceiver.start();
  const server = await DayServer.start(() => 'row');
  server.pauseDay('2025-10-02');
  const options = {
    datasets: [server.httpDataset()],
    folder: await scratchFolder(),
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'sync-of-orders' },
  };
  const first = await startDaysync(options);
  const range = { start_date: '2025-10-01', end_date: '2025-10-03' };
  const { task_id } = await first.startBatch(range);
  while (server.requests.length < 2) await sleep(10);
  await receiver.come('day ', 1);
  await first.kill();
  const killed = Date.now();
  server.answering = () => 'row';
  const second = await start(options);
  await second.ended(task_id);
  const batch = only(await receiver.come('batch ', 1));
  const days = await receiver.come('day ', 3);
  expect(batch).toMatchObject({ parentSpanId: '', resource: { 'service.name': 'sync-of-orders' } });
  expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
  for (const day of days) expect(day.parentSpanId).toBe(batch.spanId);
  expect(only(ofDay(days, '2025-10-02')).start).toBeLessThan(killed);
  expect(batch.start).toBeLessThanOrEqual(Math.min(...days.map(({ start }) => start)));
  // The attempt that was killed has no span of its own. Its source has got the same trace.
  for (const { traceparent } of server.headers) {
    expect(String(traceparent).split('-')[1]).toBe(batch.traceId);
  }
  expect(new Set(server.headers.map(({ traceparent }) => traceparent)).size).toBe(4);
});

it('a caller that samples nothing is continued without a span, and sources are asked to do the same', async () => {
  const receiver = await OtlpReceiver.start();
  const server = await DayServer.start(() => 'row');
  const daysync = await start({ datasets: [server.httpDataset()], env: receiver.env });
  const day = { start_date: '2025-10-01', end_date: '2025-10-01' };
  await daysync.ended(await startTraced(daysync, day, `00-${TRACE}-${CALLER}-00`));
  await daysync.stop();
  expect(receiver.spans).toEqual([]);
  expect(server.headers[0]?.['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
});

it('days of a cancelled batch that wait for another attempt have their spans', async () => {
  const receiver = await OtlpReceiver.start();
  const server = await DayServer.start(() => ({ status: 503, retryAfter: 600 }));
  const daysync = await start({ datasets: [server.httpDataset()], env: receiver.env });
  const day = { start_date: '2025-10-01', end_date: '2025-10-01' };
  const { task_id } = await daysync.startBatch(day);
  await receiver.come('attempt ', 1);
  while ((await daysync.progress(task_id)).running > 0) await sleep(20);
  await daysync.post(`sync/batch/${task_id}/cancel`, {});
  const { status } = await daysync.ended(task_id);
  const batch = only(await receiver.come('batch ', 1));
  expect([status, batch.attributes['daysync.outcome']]).toEqual(['cancelled', 'cancelled']);
  expect(only(await receiver.come('day ', 1))).toMatchObject({
    parentSpanId: batch.spanId,
    attributes: { 'daysync.outcome': 'skipped', 'daysync.reason': 'cancelled' },
  });
});

it("a dataset's own header wins, and nothing is sent where nothing is traced", async () => {
  const receiver = await OtlpReceiver.start();
  const server = await DayServer.start(() => 'row');
  const own = '00-11111111111111111111111111111111-2222222222222222-01';
  const source = { kind: 'http', url: `${server.url}/{day}`, headers: { Traceparent: own } };
  const traced = await start({ datasets: [server.dataset({ source })], env: receiver.env });
  const day = { start_date: '2025-10-01', end_date: '2025-10-01' };
  await traced.sync(day);
  const untraced = await start({ datasets: [server.httpDataset()] });
  await untraced.ended(await startTraced(untraced, day));
  expect(server.headers.map(({ traceparent }) => traceparent)).toEqual([own, undefined]);
});

it('a collector that is away costs a line of the log, no day, and at most 2 s of the stop', async () => {
  const daysync = await start({
    datasets: [weather()],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    },
  });
  const range = { start_date: '2012-03-01', end_date: '2012-03-20' };
  expect(await daysync.sync({ ...range })).toMatchObject({ success: 20, failed: 0 });
  await sleep(1_000);
  expect(await daysync.sync({ ...range, mode: 'all' })).toMatchObject({ success: 20 });
  const stopped = performance.now();
  await daysync.stop();
  expect(performance.now() - stopped).toBeLessThan(15_000);
  const lines = (await daysync.logLines()).filter(({ level }) => Number(level) >= 40);
  expect(lines).toMatchObject([{ msg: 'traces could not be exported' }]);
  expect(lines[0]?.['problem']).toContain('ECONNREFUSED');
});

it('without the variable nothing of OpenTelemetry is loaded', async () => {
  const receiver = await OtlpReceiver.start();
  const range = { start_date: '2012-03-01', end_date: '2012-03-02' };
  const loaded = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const folder = await scratchFolder();
    const list = path.join(folder, 'modules');
    const hook = path.join(TOP, 'test/loaded-modules.mjs');
    const daysync = await startDaysync({
      ...{ datasets: [weather()], folder },
      env: { ...env, LOADED_MODULES: list, NODE_OPTIONS: `--import=${hook}` },
    });
    await daysync.sync(range);
    expect(await daysync.stop()).toBe(0);
    return (await readFile(list, 'utf8')).split('\n').map((url) => path.basename(url));
  };
  const without = await loaded({});
  expect(without).toContain('daysync.mjs');
  expect(without.filter((file) => /otlp|opentelemetry/i.test(file))).toEqual([]);
  expect(await loaded(receiver.env)).toContain('otlp-tracing.mjs');
  // The bundle itself is in memory: it has neither SDK nor exporter. prom-client brings the interfaces of the API.
  const bundled = async (file: string): Promise<ReadonlySet<string>> => {
    const text = await readFile(path.join(TOP, path.dirname(SERVER), file), 'utf8');
    const names = text.matchAll(/^\/\/ node_modules\/@opentelemetry\/(?<name>[\w-]+)\//gm);
    return new Set([...names].map(({ groups }) => groups?.['name'] ?? ''));
  };
  expect(await bundled('daysync.mjs')).toEqual(new Set(['api']));
  expect(await bundled('otlp-tracing.mjs')).toContain('sdk-trace');
});
