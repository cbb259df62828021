import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { weather } from '../scratch.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-04' };
/** Three times what a stop may take. */
const MOST_STOP_MS = 30_000;

async function inMidDay(server: DayServer, options = {}): Promise<[DaysyncProcess, string]> {
  const daysync = await startDaysync({ datasets: [server.dataset({ attempts: 1 })], ...options });
  const { task_id } = await daysync.startBatch(RANGE);
  await asked(server, 1);
  return [daysync, task_id];
}

async function asked(server: DayServer, times: number): Promise<void> {
  while (server.requests.length < times) await sleep(10);
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s in mid-day', (signal) => {
  it('lets the day in flight finish, begins no other, and ends with 0', async () => {
    const release = Promise.withResolvers<void>();
    const server = await DayServer.start(() => ({ until: release.promise }));
    const [daysync, taskId] = await inMidDay(server);
    daysync.signal(signal);
    await sleep(300);
    release.resolve();
    expect(await daysync.died()).toBe(0);
    expect(server.requests).toHaveLength(1);
    const again = await startDaysync({
      folder: daysync.folder,
      datasets: [server.dataset({ attempts: 1 })],
    });
    expect(await again.ended(taskId)).toMatchObject({ status: 'completed', success: 4 });
    expect(server.requests).toHaveLength(4);
  });
});

describe('a stop that meets a source that hangs', () => {
  it('gives the day back in time, fails nothing, and costs no attempt', async () => {
    const server = await DayServer.start(() => 'hang');
    const [daysync, taskId] = await inMidDay(server);
    const begun = performance.now();
    expect(await daysync.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(MOST_STOP_MS);
    expect(server.abandoned).toHaveLength(1);
    server.answering = () => 'row';
    const again = await startDaysync({
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
  it('stops at once, and twice over is still no failure of the day', async () => {
    const server = await DayServer.start(() => 'hang');
    const [first, taskId] = await inMidDay(server);
    let daysync = first;
    for (let stops = 1; stops <= 3; stops++) {
      daysync.signal('SIGTERM');
      // What comes within a second is the same Ctrl-C.
      daysync.signal('SIGINT');
      await sleep(1_500);
      expect((await daysync.call('/health/live').catch(() => null))?.status ?? 0).not.toBe(500);
      daysync.signal('SIGTERM');
      expect(await daysync.died()).toBe(1);
      if (stops === 3) server.answering = () => 'row';
      daysync = await startDaysync({
        folder: daysync.folder,
        datasets: [server.dataset({ attempts: 1 })],
      });
      await asked(server, stops + 1);
    }
    expect(await daysync.ended(taskId)).toMatchObject({
      status: 'completed',
      success: 4,
      failed: 0,
    });
  });
});

describe('requests that a stop finds', () => {
  it('are answered to the end', async () => {
    const daysync = await startDaysync({ datasets: [weather()] });
    const { task_id } = await daysync.sync({ start_date: '2012-01-01', end_date: '2015-12-31' });
    const answers = Array.from({ length: 5 }, () => daysync.days(task_id));
    // Long enough to be there, much too short to be answered.
    await sleep(20);
    daysync.signal('SIGTERM');
    const lengths = (await Promise.all(answers)).map(({ length }) => length);
    expect(new Set(lengths)).toEqual(new Set([1_461]));
    expect(await daysync.died()).toBe(0);
  });
});
