import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { DayServer } from '../day-server.js';
import { readExposition, type Exposition } from '../exposition.js';
import type { Progress } from '../wire.js';

const RANGE = { start_date: '2025-01-01', end_date: '2025-01-10' };

let server: DayServer;
let daysync: DaysyncApp;
let ended: Progress;
beforeAll(async () => {
  server = await DayServer.start((day, times) => {
    if (day === '2025-01-03') return { status: 404 };
    if (day === '2025-01-05' && times === 0) return { status: 500 };
    if (day === '2025-01-07' && times === 0) return { status: 429, retryAfter: 1 };
    return 'row';
  });
  daysync = await startApp({ datasets: [server.dataset({ time_zone: 'UTC' })] });
  // The second batch skips one of the first days.
  await daysync.sync({ start_date: '2025-01-01', end_date: '2025-01-01' });
  ended = await daysync.sync(RANGE);
});

async function scrape(own = daysync): Promise<Exposition> {
  const { status, headers, body } = await own.call('/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  return readExposition(body as string);
}

describe('/metrics after batches with failures', () => {
  it('agree with the records and the batches', async () => {
    const { series, value } = await scrape();
    const days = await daysync.days(ended.task_id);
    const expected = new Map<string, number>([
      ['daysync_days_total{dataset="served",outcome="success",reason=""}', 1],
    ]);
    for (const { state, reason, error } of days) {
      const why = reason ?? error?.code ?? '';
      const key = `daysync_days_total{dataset="served",outcome="${state}",reason="${why}"}`;
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    const counted = [...series].filter(([key]) => key.startsWith('daysync_days_total{'));
    expect(new Map(counted)).toEqual(expected);
    expect(ended).toMatchObject({ success: 8, failed: 1, skipped: 1 });
    const { items } = await daysync.records('status=success&page_size=50');
    const rows = items.reduce((sum, record) => sum + (record.rows ?? 0), 0);
    expect(value('daysync_rows_total{dataset="served"}')).toBe(rows);
    expect(value('daysync_batches_ended_total{dataset="served",state="completed"}')).toBe(2);
  });

  it('follow the naming of Prometheus', async () => {
    const { types } = await scrape();
    for (const [name, type] of types) {
      expect(name).toMatch(/^(daysync|process|nodejs)_/);
      if (name.startsWith('daysync_')) expect(name.endsWith('_total')).toBe(type === 'counter');
    }
  });
});

describe('/metrics while a batch runs', () => {
  it('show running and waiting batches, watchers and polls, and later their end', async () => {
    const gate = Promise.withResolvers<undefined>();
    const held = await DayServer.start(() => ({ until: gate.promise }));
    const datasets = [
      held.dataset({ concurrency: 2 }),
      held.dataset({ name: 'other', target: { table: 'other', columns: { value: 'text' } } }),
    ];
    const own = await startApp({ datasets, env: { LIMIT_POLLS: '2' } });
    const { task_id } = await own.startBatch(RANGE);
    const waiting = await own.startBatch({ ...RANGE, dataset: 'other' });
    while (held.requests.length < 2) await sleep(10);
    const events = `${own.url}/api/v1/sync-status/sync/batch/progress/${task_id}/events`;
    const stream = await fetch(events);
    const now = await scrape(own);
    expect(now.value('daysync_batches_active{dataset="served",state="running"}')).toBe(1);
    expect(now.value('daysync_batches_active{dataset="other",state="queued"}')).toBe(1);
    expect(now.value('daysync_queue_length')).toBe(1);
    expect(now.value('daysync_days_in_flight{dataset="served"}')).toBe(2);
    expect(now.value('daysync_days_open{dataset="served"}')).toBe(10);
    expect(now.value('daysync_watchers')).toBe(1);

    await own.post(`sync/batch/${waiting.task_id}/cancel`, {});
    const path = `/api/v1/sync-status/sync/batch/progress/${task_id}`;
    const statuses = new Set<number>();
    while (!statuses.has(429)) statuses.add((await own.call(path)).status);
    await sleep(1_000);
    await fetch(own.url + path, { method: 'HEAD' });
    await stream.body?.cancel();
    gate.resolve(undefined);
    await sleep(1_100);
    while ((await own.batches()).items.some(({ finished_at }) => finished_at === null)) {
      await sleep(20);
    }
    const later = await scrape(own);
    expect(later.value('daysync_watchers')).toBe(0);
    expect(later.value('daysync_batches_active{dataset="served",state="running"}')).toBe(0);
    expect(later.value('daysync_days_open{dataset="served"}')).toBe(0);
    const cancelled = 'daysync_days_total{dataset="other",outcome="skipped",reason="cancelled"}';
    expect(later.value(cancelled)).toBe(10);
    expect(later.value('daysync_batches_ended_total{dataset="other",state="cancelled"}')).toBe(1);
    expect(later.value('daysync_polls_total{answer="limited"}')).toBe(1);
    // Event streams and HEAD do not count as polls.
    expect(later.value('daysync_polls_total{answer="passed_on"}')).toBe(0);
    expect(later.value('daysync_polls_total{answer="new"}')).toBeGreaterThanOrEqual(1);
  });
});
