// Sends requests to every operation of the OpenAPI document, generated from the document: valid, nearly valid and
// hostile ones. FUZZ_CASES sets their number, FUZZ_SEED the seed.
import { createHash } from 'node:crypto';
import { Agent, request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import fc from 'fast-check';
import { shippedContract } from '../contract.js';
import { openReader, type DatabaseReader } from '../database-queries.js';
import type { Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { draws } from '../draws.js';
import { expectAtMost, measureFloor, timesFloor } from '../machine-speed.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { Progress, WirePage } from '../wire.js';
import {
  describedRequest,
  wildRequest,
  type FuzzRequest,
  type KnownValues,
} from './schema-arbitrary.js';

/** The maximum of valid requests until one is accepted. */
const MOST_TRIES = 300;
const CASES = Number(process.env['FUZZ_CASES'] ?? draws(12, 60));
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** On the reference machine. */
const SLOWEST_MS = Number(process.env['FUZZ_SLOWEST_MS'] ?? Infinity);
/** How often a slow request is repeated, because the machine may have been busy. */
const SLOW_TIMES = 30;

const contract = shippedContract();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let daysync: DaysyncApp;
let database: DatabaseReader;
let known: KnownValues;
/** The content of the database after the last accepted request. */
let kept: string;

beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = 'day,city,degrees\n2012-01-01,Oslo,3\n2012-01-02,Oslo,x\n2012-01-03,Bern,4\n';
  const file = await writeScratch(folder, 'readings.csv', csv);
  // No rate limit of starts, so that each of them is processed.
  const env = { LIMIT_STARTS: '0', LIMIT_POLLS: '0', WEBHOOK_SECRET: WEBHOOK_SECRET };
  const webhooks = [(await WebhookReceiver.start()).endpoint({ name: 'weather' })];
  daysync = await startApp({
    folder,
    datasets: [readings(file, { name: 'weather' })],
    webhooks,
    env,
  });
  const { task_id } = await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-03' });
  const { items } = (await daysync.data('webhooks')) as WirePage<{ readonly id: string }>;
  const id = items.map((delivery) => delivery.id);
  const { cursor } = (await daysync.data(`sync/batch/${task_id}/days`)) as { cursor: string };
  known = {
    id,
    since: [cursor],
    task_id: [task_id, task_id, 'nothing', '2012-01-01_2012-01-03_1'],
    dataset: ['weather'],
    name: ['weather'],
  };
  database = await openReader(daysync.database);
  kept = await content();
});
afterAll(async () => {
  agent.destroy();
  await database.close();
});

/** A hash of everything that callers can change. */
async function content(): Promise<string> {
  const hash = createHash('sha256');
  for (const table of ['batch', 'batch_day', 'sync_record', 'idempotency_key', 'readings']) {
    for (const row of await database.rows(`select * from ${table} order by 1, 2`)) {
      hash.update(Object.values(row).join('\u0000'));
    }
  }
  return hash.digest('hex');
}

/** Sends exactly these bytes, and checks the answer like the other tests. */
async function ask({ method, path, headers, body }: FuzzRequest): Promise<Answer> {
  const { hostname, port } = new URL(daysync.url);
  // Node omits the length for methods that usually have no body.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const all = { ...headers, ...length };
    const request = send({ agent, hostname, port, method, path, headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject).on('end', () => {
        const given = new Headers();
        for (const [name, value] of Object.entries(response.headers))
          given.set(name, String(value));
        const isJson = given.get('content-type')?.includes('json') === true && text !== '';
        const answer: unknown = isJson ? JSON.parse(text) : text;
        resolve({ status: response.statusCode ?? 0, headers: given, body: answer });
      });
    });
    request.on('error', reject).end(body);
  });
}

async function timed(
  request: FuzzRequest,
): Promise<{ readonly answer: Answer; readonly ms: number }> {
  const begun = performance.now();
  const answer = await ask(request);
  return { answer, ms: performance.now() - begun };
}

/** The errors of a body or a query that was accepted. */
function takenWrongly({ method, path, body }: FuzzRequest): readonly string[] {
  const located = contract.find(method, path);
  if (located === undefined) return [];
  const { requestBody, parameters = [] } = located.operation;
  const media = requestBody?.content['application/json'];
  const inBody =
    media === undefined || body === undefined || body === ''
      ? []
      : contract.errorsOf(media.schema, JSON.parse(body.replace(/^\ufeff/, '')));
  const query = new URL(path, 'http://localhost').searchParams;
  const inQuery = [...query].flatMap(([name, text]) => {
    const known = parameters.find(
      (parameter) => parameter.in === 'query' && parameter.name === name,
    );
    if (known === undefined)
      return parameters.some((one) => one.in === 'query') ? [`${name}?`] : [];
    const value = known.schema['type'] === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
    return contract.errorsOf(known.schema, value);
  });
  return [...inBody, ...inQuery];
}

/**
 * Whether a valid request has an invalid cursor, which a schema can't describe. Valid are the cursors of answers and of
 * the document's examples.
 */
function hasNoCursor({ method, path }: FuzzRequest): boolean {
  const since = new URL(path, 'http://localhost').searchParams.get('since');
  if (since === null) return false;
  const { parameters = [] } = contract.find(method, path)?.operation ?? {};
  const schema = parameters.find(({ name }) => name === 'since')?.schema;
  const cursors = [known['since'], schema?.['examples']].flat();
  return !cursors.includes(since);
}

/** Whether a valid request says what to do with differences, and does not verify: a schema can't describe that. */
function verifiesNothing({ body }: FuzzRequest): boolean {
  const { verify = null, mode } = JSON.parse(body ?? '{}') as Readonly<Record<string, unknown>>;
  return verify !== null && mode !== 'verify';
}

/** The statuses of the operation under test. */
const answered = new Set<number>();

/** Whether one request was accepted. The batches have ended, so none can be controlled. */
const isTaken = (): boolean => [...answered].some((status) => status < 300 || status === 409);

const isRefused = (): boolean => [...answered].some((status) => status >= 400);

/** One request with everything that must hold of its answer. */
async function holds(request: FuzzRequest): Promise<void> {
  const before = await database.version();
  const { answer, ms } = await timed(request);
  const { status, body } = answer;
  answered.add(status);
  expect({ status, body, fine: status < 500 }).toMatchObject({ fine: true });
  expect(contract.drift(request.method, request.path, answer)).toEqual([]);
  let fastest = ms;
  for (let time = 1; time < SLOW_TIMES && fastest >= SLOWEST_MS; time += 1) {
    fastest = Math.min(fastest, (await timed(request)).ms);
  }
  if (fastest >= SLOWEST_MS) {
    expectAtMost(timesFloor(SLOWEST_MS), fastest, (await measureFloor()).ms, 'the request');
  }
  if (request.asDescribed && hasNoCursor(request)) {
    const errors = [expect.objectContaining({ pointer: '/since' })];
    const refused = { status: 400, body: { code: 'VALIDATION_FAILED', errors } };
    expect({ status, body }).toMatchObject(refused);
  } else if (request.asDescribed && status === 400) {
    // A schema can't say that days are in order, or that at least one field is wanted.
    const isInvalid = request.body === '{}' || verifiesNothing(request);
    const codes = ['RANGE_REVERSED', ...(isInvalid ? ['VALIDATION_FAILED'] : [])];
    expect(codes).toContain((body as { readonly code: string }).code);
  }
  if (status >= 400 || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) {
    // A commit alone is no change: the program cleans up its history by itself.
    if ((await database.version()) !== before) expect(await content()).toBe(kept);
    return;
  }
  expect(takenWrongly(request)).toEqual([]);
  if (status === 202) await ended(body as { readonly data: Progress });
  kept = await content();
}

async function ended({ data }: { readonly data: Progress }): Promise<void> {
  while ((await daysync.progress(data.task_id)).finished_at === null) await sleep(2);
}

it.each(contract.operations.map((located) => [located.operation.operationId, located] as const))(
  `%s is never broken, slow or changed by a request that is refused, seed ${SEED}`,
  async (_, { method, template, operation }) => {
    const target = { method: method.toUpperCase(), template, operation, known };
    const described = describedRequest(contract, target);
    const wild = wildRequest(contract, target);
    const requests = fc.oneof({ weight: 1, arbitrary: described }, { weight: 2, arbitrary: wild });
    answered.clear();
    await fc.assert(fc.asyncProperty(requests, holds), { numRuns: CASES, seed: SEED });
    // With few requests, all of them may be refused or taken by chance.
    for (const [isSeen, more] of [
      [isTaken, described],
      [isRefused, wild],
    ] as const) {
      for (const request of fc.sample(more, { numRuns: MOST_TRIES, seed: SEED })) {
        if (isSeen()) break;
        await holds(request);
      }
      expect(isSeen()).toBe(true);
    }
    expect(daysync.isRunning).toBe(true);
  },
);
