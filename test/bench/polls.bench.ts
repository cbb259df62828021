// The speed of polls of a batch, compared with other servers of the same answer, and with polls without changes.
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { atLeast, figureBeside, keep, type Figure } from './figures.js';
import { measureInTurn, type Measurement } from './in-turn.js';
import { startPollPeer } from './poll-peers.js';
import { runProgram } from './programs.js';

const ROUNDS = 4;
const ROUND_SECONDS = 3;
const CONNECTIONS = 50;
const AUTOCANNON = 'node_modules/autocannon/autocannon.js';
/** Ten changes a second, for longer than the whole benchmark. */
const CHANGING = { start_date: '2012-01-01', end_date: '2015-12-31', mode: 'all' };
const CHANGES = { throttle: { days_per_minute: 600 } };
const SAMPLE_MS = 20;
const LEAST_SAMPLES = 20;

/** The servers of the same answer, and the share of their requests a second that Daysync aims at. */
const PEERS = {
  raw: { name: 'node:http alone', aim: 0.7 },
  fastify: { name: 'Fastify', aim: 1 },
  express: { name: 'Express', aim: undefined },
  nest: { name: 'a plain Nest', aim: 4 },
} as const;
const LEAST_GAIN_OF_304 = 1.2;

const figures: Figure[] = [];
let daysync: DaysyncProcess;
/** That of the batch which changes, and where its progress is. */
let [taskId, url]: [string, string] = ['', ''];
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather(CHANGES)], env: { LIMIT_POLLS: '0' } });
  taskId = (await daysync.startBatch(CHANGING)).task_id;
  url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${taskId}`;
});

/** Requests a second; every answer must have `status`. */
async function load(address: string, status = 200, ...options: string[]): Promise<number> {
  const given = ['-c', CONNECTIONS, '-d', ROUND_SECONDS, '-j', ...options, address];
  const result = JSON.parse(await runProgram(AUTOCANNON, ...given)) as {
    readonly errors: number;
    readonly statusCodeStats: Readonly<Record<string, unknown>>;
    readonly requests: { readonly average: number };
  };
  expect([result.errors, Object.keys(result.statusCodeStats)]).toEqual([0, [String(status)]]);
  return result.requests.average;
}

it('requests a second, beside others', async () => {
  const kinds = Object.keys(PEERS) as (keyof typeof PEERS)[];
  const contestants: Record<string, Measurement> = { daysync: () => load(url) };
  for (const kind of kinds) {
    const { address } = await startPollPeer(kind, url);
    contestants[kind] = () => load(address);
  }
  const { daysync: own = [], ...rates } = await measureInTurn(ROUNDS, contestants);
  expect(await daysync.progress(taskId)).toMatchObject({ status: 'running' });
  for (const kind of kinds) {
    const { aim, name } = PEERS[kind];
    const peer = [name, rates[kind] ?? []] as const;
    const more = aim === undefined ? {} : { aim: atLeast(aim, 'ratio') };
    figures.push(figureBeside('polls of a changing batch', 'requests/s', own, peer, more));
  }
});

it('no stale answers under that load', async () => {
  const loaded = load(url);
  const samples = await samplePolls(loaded);
  await loaded;
  expect(samples.filter(({ shown, stored }) => shown < stored)).toEqual([]);
  expect(samples.length).toBeGreaterThan(LEAST_SAMPLES);
});

/** Until `done`. @returns each `rev` in the database, and the one that the next poll shows */
async function samplePolls(done: Promise<unknown>) {
  const database = new DatabaseSync(daysync.databaseFile, { readOnly: true });
  const rev = database.prepare('select rev from batch where batch_id = ?');
  const ended = new AbortController();
  void done.finally(() => {
    ended.abort();
  });
  const samples: { readonly stored: number; readonly shown: number }[] = [];
  while (!ended.signal.aborted) {
    const { rev: stored } = rev.get(taskId) as { readonly rev: number };
    samples.push({ stored, shown: (await daysync.progress(taskId)).rev });
    await sleep(SAMPLE_MS);
  }
  database.close();
  return samples;
}

it('polls without changes', async () => {
  // A paused batch does not change, so each answer is 304.
  await daysync.post(`sync/batch/${taskId}/pause`, {});
  while ((await daysync.progress(taskId)).running > 0) await sleep(SAMPLE_MS);
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  const rates = await measureInTurn(ROUNDS, {
    unchanged: () => load(url, 304, '-H', `If-None-Match=${etag}`),
    whole: () => load(url),
  });
  expect(await daysync.progress(taskId)).toMatchObject({ status: 'paused' });
  const what = 'polls with the tag of what is there, answered 304';
  const whole = ['the same with the whole body', rates.whole] as const;
  const aim = atLeast(LEAST_GAIN_OF_304, 'ratio');
  figures.push(figureBeside(what, 'requests/s', rates.unchanged, whole, { aim }));
  await keep('polls', figures);
});
