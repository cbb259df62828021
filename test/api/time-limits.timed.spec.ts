// Time limits of the program are kept, whatever the other side does. The floor of such a time is the limit itself: what
// the program adds to it is small on any machine.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { startEndlessQuery } from '../endless-query.js';
import { expectAtMost } from '../machine-speed.js';
import { sendRaw } from '../raw-request.js';
import { weather } from '../scratch.js';

/** How long the program waits for the headers of a request, and how long it may stop. */
const HEADERS_MS = 10_000;
const STOP_MS = 10_000;
const DAY_TIMEOUT_MS = 2_000;
/** Connections are checked every two seconds, which a busy machine delays. */
const LATE = 1.5;
/** A short limit, to which a busy machine adds most. */
const LATE_DAY = 2.5;
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-04' };

it('slow headers: the connection is closed', async () => {
  const daysync = await startDaysync({ datasets: [weather()] });
  const begun = performance.now();
  expect(await sendRaw(daysync, 'GET / HTTP/1.1\r\nhost: localhost\r\nx: ')).toMatch(
    /^HTTP\/1\.1 408 [^]*"REQUEST_TIMEOUT"/,
  );
  expectAtMost(LATE, performance.now() - begun, HEADERS_MS);
});

async function hanging(): Promise<DaysyncProcess> {
  const server = await DayServer.start(() => 'hang');
  const daysync = await startDaysync({ datasets: [server.dataset({ attempts: 1 })] });
  await daysync.startBatch(RANGE);
  while (server.requests.length === 0) await sleep(10);
  return daysync;
}

it.each<[string, () => Promise<DaysyncProcess>]>([
  ['a source that hangs', hanging],
  ['a query that gives no row', async () => (await startEndlessQuery(3_600)).daysync],
])('a stop with %s ends in time', async (_, start) => {
  const daysync = await start();
  const begun = performance.now();
  expect(await daysync.stop()).toBe(0);
  expectAtMost(LATE, performance.now() - begun, STOP_MS);
});

it.each(['hang', 'drip'] as const)(
  'a source that answers with %s is abandoned at the timeout',
  async (how) => {
    const server = await DayServer.start(() => how);
    const timeout_seconds = DAY_TIMEOUT_MS / 1_000;
    const dataset = server.dataset({ attempts: 1, timeout_seconds });
    const daysync = await startDaysync({ datasets: [dataset] });
    const { task_id } = await daysync.sync({ ...RANGE, end_date: RANGE.start_date });
    const [day] = await daysync.days(task_id);
    expect(day).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
    expect(day?.duration_ms).toBeGreaterThanOrEqual(DAY_TIMEOUT_MS);
    expectAtMost(LATE_DAY, day?.duration_ms ?? Infinity, DAY_TIMEOUT_MS);
  },
);
