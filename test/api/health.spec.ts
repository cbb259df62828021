import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DayServer } from '../day-server.js';
import { dataOf } from '../daysync.js';
import { startApp } from '../daysync-app.js';
import { weather } from '../scratch.js';

const OK = { ok: true, detail: expect.any(String) as unknown };

describe('/health/ready', () => {
  it('has the state of each part', async () => {
    const daysync = await startApp({ datasets: [weather()] });
    const answer = await daysync.call('/health/ready');
    expect(answer.status).toBe(200);
    expect(dataOf(answer)).toEqual({
      state: 'ready',
      checks: ['database', 'loop', 'disk'].map((name) => ({ name, ...OK })),
      datasets: {
        version: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
        newer_version: null,
      },
    });
  });

  it('is 503 while the program stops, which still answers', async () => {
    const gate = Promise.withResolvers<undefined>();
    const server = await DayServer.start(() => ({ until: gate.promise }));
    const daysync = await startApp({ datasets: [server.dataset()] });
    await daysync.startBatch({ start_date: '2025-01-01', end_date: '2025-01-02' });
    while (server.requests.length === 0) await sleep(10);
    const stopped = daysync.stop();
    // The result of a check is valid for a second.
    await sleep(1_100);
    expect(await daysync.call('/health/ready')).toMatchObject({
      status: 503,
      body: { checks: [{ ok: true }, { name: 'loop', ok: false }, { ok: true }] },
    });
    expect(await daysync.call('/health/live')).toMatchObject({ status: 200 });
    gate.resolve(undefined);
    await stopped;
  });
});
