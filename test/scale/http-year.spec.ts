import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { startHttpServer } from '../http-server.js';
import { rowsByDay } from '../target-table.js';

const DAYS = 365;
const YEAR = { start_date: '2025-01-01', end_date: '2025-12-31' };
const REQUESTS_PER_SECOND = 5;
const SPACING_MS = 1_000 / REQUESTS_PER_SECOND;
const CONCURRENCY = 4;
/** Longer than the spacing, so that two or three requests run at a time. */
const ANSWER_MS = 500;
/** How far the rate over the whole year may be off. */
const TOLERANCE = 0.05;

const times: number[] = [];
const sockets = new Set<Socket>();
let underWay = 0;
let mostUnderWay = 0;
let server: Server;
beforeAll(async () => {
  server = await startHttpServer(({ url = '' }, response) => {
    times.push(performance.now());
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    setTimeout(() => {
      underWay -= 1;
      response.end(`[{"asked":"${url.slice(1)}"}]`);
    }, ANSWER_MS);
  });
  server.on('connection', (socket) => sockets.add(socket));
});

it('a year of days over HTTP has an even rate, over one pool of connections', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{day}`;
  const daysync = await startDaysync({
    datasets: [
      {
        name: 'year',
        source: { kind: 'http', url, requests_per_second: REQUESTS_PER_SECOND },
        target: { table: 'year', columns: { asked: 'date' } },
        concurrency: CONCURRENCY,
      },
    ],
  });
  expect(await daysync.sync({ ...YEAR, dataset: 'year' })).toMatchObject({ success: DAYS });

  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const whole = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const byDeviation = gaps.map((gap) => Math.abs(gap - SPACING_MS)).toSorted((a, b) => a - b);
  const figures = {
    requests: times.length,
    requests_per_second: Number(((gaps.length * 1_000) / whole).toFixed(3)),
    off_spacing_ms_p95: Math.round(byDeviation[Math.floor(gaps.length * 0.95)] ?? Infinity),
    most_under_way: mostUnderWay,
    connections: sockets.size,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(Object.values(await rowsByDay(daysync.database, 'year'))).toEqual(
    Array.from({ length: DAYS }, () => 1),
  );
  expect(figures.requests).toBe(DAYS);
  expect(Math.abs(figures.requests_per_second / REQUESTS_PER_SECOND - 1)).toBeLessThan(TOLERANCE);
  // One in twenty may be late on a busy machine, without a shift of the next ones.
  expect(figures.off_spacing_ms_p95).toBeLessThan(SPACING_MS / 4);
  // Parallel requests reuse the connections.
  expect(figures.most_under_way).toBeGreaterThan(1);
  expect(figures.connections).toBeGreaterThan(1);
  expect(figures.connections).toBeLessThanOrEqual(CONCURRENCY);
});
