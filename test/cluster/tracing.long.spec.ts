import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DayServer } from '../day-server.js';
import { OtlpReceiver } from '../otlp-receiver.js';
import { describeWithPostgres } from '../postgres.js';
import type { Progress } from '../wire.js';
import { Cluster } from './cluster.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const DAYS = 60;

describeWithPostgres('two workers with traces', () => {
  it('write one trace, also when one of them is killed', async () => {
    const receiver = await OtlpReceiver.start();
    const server = await DayServer.start(() => ({ until: sleep(50) }));
    const cluster = await Cluster.start({
      ...{ api: 1, workers: 2, workerConcurrency: 2, env: receiver.env },
      datasets: [server.httpDataset({ concurrency: 4 })],
    });
    const api = cluster.node('api-1').daysync;
    const { body } = await api.api('sync/batch', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${TRACE}-${CALLER}-01`,
      },
      body: JSON.stringify({ start_date: '2025-01-01', end_date: '2025-03-01' }),
    });
    const { task_id } = (body as { readonly data: Progress }).data;
    await receiver.come('day ', 10);
    await cluster.node('worker-1').kill();
    expect(await api.ended(task_id)).toMatchObject({ success: DAYS });
    const [batch] = await receiver.come('batch ', 1);
    await cluster.stop();
    expect(batch?.parentSpanId).toBe(CALLER);
    const { spans } = receiver;
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    const of = (kind: string): typeof spans => spans.filter(({ name }) => name.startsWith(kind));
    const workers = new Set(of('day ').map(({ resource }) => resource['service.instance.id']));
    expect(workers).toEqual(new Set(['worker-1', 'worker-2']));
    for (const day of of('day ')) expect(day.parentSpanId).toBe(batch?.spanId);
    // The days that the killed worker had not exported yet are missing, and nothing else.
    const days = new Set(of('day ').map(({ spanId }) => spanId));
    expect(days.size).toBeGreaterThan(DAYS - 10);
    const orphans = of('attempt ').filter(({ parentSpanId }) => !days.has(parentSpanId));
    expect(orphans.length).toBeLessThan(10);
    const sent = server.headers.map(({ traceparent }) => String(traceparent).split('-')[1]);
    expect(new Set(sent)).toEqual(new Set([TRACE]));
    expect(cluster.deaths).toEqual([]);
  });
});
