// How fast the progress of a running batch is polled, beside others that give the same answer, in the same run.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, weather } from '../scratch.js';

const ROUNDS = 5;
const ROUND_SECONDS = 4;
const CONNECTIONS = 50;
/** Ten changes a second, for longer than this takes. */
const BATCH = { start_date: '2012-01-01', end_date: '2015-12-31', mode: 'all' };
const CHANGES = { throttle: { days_per_minute: 600 } };
/** The shares of the others' requests a second that are aimed at. */
const AIMS = { raw: 0.7, fastify: 0.8, nest: 4 } as const;
/** Those that must be reached: where raw Node is not four times as fast as a plain Nest, nobody is. */
const ASSERTED: readonly string[] = ['raw', 'fastify'];
const POLLERS = { count: 2_000, periodMs: 2_000, seconds: 20 };
const MOST_P99_MS = 20;

const HERE = import.meta.dirname;
const AUTOCANNON = path.join(HERE, 'peers/node_modules/autocannon/autocannon.js');
/** Of one connection, or of one answer. */
const NOT_COPIED = new Set(['connection', 'date', 'keep-alive', 'content-length']);

let daysync: DaysyncProcess;
let taskId: string;
let url: string;
const peers: ChildProcess[] = [];

beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather(CHANGES)], env: { LIMIT_POLLS: '0' } });
  taskId = (await daysync.startBatch(BATCH)).task_id;
  url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${taskId}`;
});
afterAll(() => {
  for (const peer of peers) peer.kill();
});

/** A server in a process of its own that answers what Daysync has just answered. */
async function startPeer(kind: string): Promise<string> {
  const response = await fetch(url);
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !NOT_COPIED.has(name)),
  );
  const body = await response.text();
  headers['content-length'] = String(Buffer.byteLength(body));
  const file = path.join(await scratchFolder(), 'answer.json');
  await writeFile(file, JSON.stringify({ headers, body }));
  const peer = spawn(process.execPath, [path.join(HERE, 'poll-peer.ts'), kind, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  peers.push(peer);
  const [port] = (await once(peer.stdout, 'data')) as [Buffer];
  const address = `http://127.0.0.1:${port.toString().trim()}${new URL(url).pathname}`;
  const own = await fetch(address);
  expect([own.status, await own.text()]).toEqual([200, body]);
  return address;
}

/** Requests a second; every answer must be a 200. */
async function load(address: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [AUTOCANNON, '-c', String(CONNECTIONS), '-d', String(ROUND_SECONDS), '-j', address],
    { maxBuffer: 10_000_000 },
  );
  const result = JSON.parse(stdout) as {
    readonly '2xx': number;
    readonly non2xx: number;
    readonly errors: number;
    readonly requests: { readonly average: number };
  };
  expect(result).toMatchObject({ non2xx: 0, errors: 0 });
  return result.requests.average;
}

/** Polls until `done`: each shows at least what the database had when it was asked. */
async function staleWhile(done: Promise<unknown>): Promise<{ polls: number; stale: number }> {
  const database = new DatabaseSync(daysync.databaseFile, { readOnly: true });
  const rev = database.prepare('select rev from batch where task_id = ?');
  const ended = new AbortController();
  void done.finally(() => {
    ended.abort();
  });
  let [polls, stale] = [0, 0];
  while (!ended.signal.aborted) {
    const kept = rev.get(taskId) as { readonly rev: number };
    const shown = await daysync.progress(taskId);
    polls += 1;
    if (shown.rev < kept.rev) stale += 1;
    await sleep(20);
  }
  database.close();
  return { polls, stale };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

it('requests a second, beside others', async () => {
  const kinds = ['raw', 'fastify', 'nest'] as const;
  const addresses = new Map<string, string>();
  for (const kind of kinds) addresses.set(kind, await startPeer(kind));
  addresses.set('daysync', url);
  const rates: Record<string, number>[] = [];
  let [polls, stale] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const rate: Record<string, number> = {};
    for (const [kind, address] of addresses) {
      const loading = load(address);
      if (kind === 'daysync') {
        const seen = await staleWhile(loading);
        polls += seen.polls;
        stale += seen.stale;
      }
      rate[kind] = await loading;
    }
    rates.push(rate);
  }
  const ratios = kinds.map((kind) => ({
    kind,
    rate: median(rates.map((rate) => rate[kind] ?? NaN)),
    ratio: median(rates.map((rate) => (rate['daysync'] ?? NaN) / (rate[kind] ?? NaN))),
  }));
  process.stdout.write(
    [
      'server    requests/s   daysync beside it   aim',
      ...ratios.map(
        ({ kind, rate, ratio }) =>
          `${kind.padEnd(8)} ${rate.toFixed(0).padStart(11)} ${ratio.toFixed(2).padStart(19)} ${AIMS[kind].toFixed(1).padStart(5)}`,
      ),
      `daysync  ${median(rates.map((rate) => rate['daysync'] ?? NaN))
        .toFixed(0)
        .padStart(11)}`,
      `stale: ${stale} of ${polls} polls\n`,
    ].join('\n'),
  );
  expect(stale).toBe(0);
  expect(polls).toBeGreaterThan(100);
  expect(await daysync.progress(taskId)).toMatchObject({ status: 'running' });
  const missed = ratios.filter(({ kind, ratio }) => ratio < AIMS[kind]).map(({ kind }) => kind);
  expect(missed.filter((kind) => ASSERTED.includes(kind))).toEqual([]);
});

it('two thousand pollers every two seconds while the batch runs', async () => {
  const { count, periodMs, seconds } = POLLERS;
  const { stdout } = await promisify(execFile)(process.execPath, [
    path.join(HERE, 'pollers.ts'),
    url,
    String(count),
    String(periodMs),
    String(seconds),
  ]);
  const result = JSON.parse(stdout) as { readonly p99: number; readonly polls: number };
  process.stdout.write(`${stdout}\n`);
  expect(result).toMatchObject({ wrong: 0 });
  expect(result.polls).toBeGreaterThan(((count * seconds * 1_000) / periodMs) * 0.8);
  expect(await daysync.progress(taskId)).toMatchObject({ status: 'running' });
  expect(result.p99).toBeLessThan(3 * MOST_P99_MS);
});
