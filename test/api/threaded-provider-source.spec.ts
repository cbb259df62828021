// The threads of a provider, of the built program: how they are used again, end, and bound what waits in memory.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { calendarDay } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ThreadedProviderSource } from '../../apps/api/src/sources/provider/threaded-provider-source.js';
import { rowsOf } from '../../apps/api/src/sources/day-source.fixture.js';
import type { RowReading } from '../../apps/api/src/sources/rows/row-reader.js';
import { ENDLESS_LOOP } from '../endless-loop.js';
import { scratchFolder, TOP, writeScratch } from '../scratch.js';

const BUILT = 'dist/api/apps/api/src/sources/provider/threaded-provider-source.js';
const DAY = calendarDay('2025-10-01');
const NEXT = calendarDay('2025-10-02');
const NEVER = new AbortController().signal;
const IMPORTS = `import { appendFileSync } from 'node:fs';
  import { parentPort, threadId } from 'node:worker_threads';
  import { setTimeout as sleep } from 'node:timers/promises';`;

let folder: string;
let source: ThreadedProviderSource;
let strays: string[];
beforeEach(async () => {
  folder = await scratchFolder();
  strays = [];
});
afterEach(async () => {
  await source.close().catch(() => undefined);
});

/** A source whose provider has these members, and can write lines with `log`. */
async function provide(members: string, where: RowReading['where'] = []): Promise<void> {
  const log = JSON.stringify(path.join(folder, 'log'));
  const text = `${IMPORTS} const log = (line) => appendFileSync(${log}, line + '\\n');
    export default class { ${members} }`;
  await writeScratch(folder, 'provider.mjs', text);
  const built = (await import(pathToFileURL(path.join(TOP, BUILT)).href)) as {
    readonly ThreadedProviderSource: typeof ThreadedProviderSource;
  };
  const config = {
    kind: 'provider' as const,
    module: path.join(folder, 'provider.mjs'),
    writtenModule: './provider.mjs',
    ...{ options: {}, writtenOptions: {}, thread: true },
  };
  const columns = [{ name: 'value', from: 'value', type: 'json' as const, nullable: false }];
  const reading = { columns, where, dialect: null };
  source = new built.ThreadedProviderSource(config, reading, (what, error) => {
    strays.push(`${what}: ${String(error)}`);
  });
}

const log = (): readonly string[] => {
  const file = path.join(folder, 'log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

async function fetchAll(day = DAY, signal = NEVER): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { converted } of rowsOf(source.fetchDay(day, signal))) {
    values.push(JSON.parse(String(converted?.[0])));
  }
  return values;
}

describe('a thread', () => {
  it('sends the rows that the dataset keeps', async () => {
    await provide(
      `async *fetchDay() {
         for (const value of [1, 2, 3]) yield { value, kind: value === 2 ? 'test' : 'real' };
       }`,
      [{ from: 'kind', test: 'not_in', values: ['test'] }],
    );
    expect(await fetchAll()).toEqual([1, 3]);
  });

  it('is used again for the next day, beside another one for days at the same time', async () => {
    await provide('async *fetchDay() { await sleep(100); yield { value: threadId }; }');
    const [first, second] = await Promise.all([fetchAll(), fetchAll(NEXT)]);
    expect(first).not.toEqual(second);
    expect([first, second]).toContainEqual(await fetchAll());
  });

  it.each([
    ['after a day that failed', 'is used again', ''],
    ['while the cleanup of a day goes on', 'is not used again', 'await sleep(60_000);'],
  ])('%s %s', async (_, verdict, cleanup) => {
    await provide(`async *fetchDay(day) {
      try { yield { value: day === '${DAY}' ? () => 1 : threadId }; await sleep(50); }
      finally { log(threadId); if (day === '${DAY}') { ${cleanup} } }
    }`);
    await expect(fetchAll()).rejects.toMatchObject({ code: 'VALUE_INVALID', place: { row: 1 } });
    const [next] = await fetchAll(NEXT);
    expect(String(next) === log()[0]).toBe(verdict === 'is used again');
  });

  it('is used again after an error of the provider itself', async () => {
    await provide(`async *fetchDay(day) {
      if (day === '${DAY}') throw new Error(String(threadId)); yield { value: threadId };
    }`);
    const thrown = await fetchAll().catch((error: unknown) => error);
    expect(await fetchAll(NEXT)).toEqual([Number((thrown as Error).message)]);
  });

  it('has messages of its own: those of a library do not count', async () => {
    await provide(`async *fetchDay() {
      for (const each of [null, 'ready', { kind: 'end' }]) parentPort.postMessage(each);
      await sleep(50); yield { value: 1 };
    }`);
    expect(await fetchAll()).toEqual([1]);
  });

  it('that ends between two days is replaced, and reported', async () => {
    await provide(`async *fetchDay() {
      yield { value: threadId };
      setTimeout(() => { throw new Error('late'); }, 50);
    }`);
    const first = await fetchAll();
    while (strays.length === 0) await sleep(10);
    expect(strays).toEqual(['a thread of a provider ended between two days: Error: late']);
    expect(await fetchAll()).not.toEqual(first);
  });

  it('reports an unhandled rejection with its cause', async () => {
    await provide(`async *fetchDay() {
      void Promise.reject(new Error('fetch failed', { cause: new Error('refused') }));
      await sleep(50); yield { value: 1 };
    }`);
    expect(await fetchAll()).toEqual([1]);
    expect(strays).toHaveLength(1);
    expect(strays[0]).toMatch(/^unhandled rejection: .*fetch failed[^]*refused/);
  });
});

describe('rows', () => {
  const COUNT = 200;
  const MEGABYTES = 1;

  it('of a megabyte each wait in the thread, one a message, until they are read', async () => {
    await provide(`async *fetchDay() {
      for (let n = 0; n < ${COUNT}; n += 1) { log(n); yield { value: ['x'.repeat(${MEGABYTES * 1e6})] }; }
    }`);
    const chunks = source.fetchDay(DAY, NEVER);
    expect((await chunks.next()).value).toHaveLength(1);
    for (let before = -1; before !== log().length;) {
      before = log().length;
      await sleep(500);
    }
    // It waits: ahead are 2 MiB of messages, and the chunk that is converted.
    expect(log().length).toBeLessThan(COUNT);
    let rows = 1;
    for await (const chunk of chunks) {
      expect(chunk).toHaveLength(1);
      rows += 1;
    }
    expect(rows).toBe(COUNT);
  });

  it('of many small ones come in few messages', async () => {
    await provide('async *fetchDay() { for (let n = 0; n < 1_000; n += 1) yield { value: n }; }');
    let messages = 0;
    for await (const chunk of source.fetchDay(DAY, NEVER)) messages += Math.min(1, chunk.length);
    expect(messages).toBeLessThan(20);
  });
});

describe('an aborted day', () => {
  const SLOW_CLEANUP = `async *fetchDay(day, signal) {
      log('begins');
      try { await sleep(60_000, undefined, { signal }); yield { value: 1 }; }
      finally { log('cleanup begins'); await sleep(300); log('cleanup ends'); }
    }
    close() { log('close'); }`;

  async function abortSoon(): Promise<void> {
    const abort = new AbortController();
    const fetched = fetchAll(DAY, abort.signal);
    setTimeout(() => {
      abort.abort(new Error('too late'));
    }, 500);
    await expect(fetched).rejects.toThrow('too late');
  }

  it('lets its provider clean up before it closes, also if the source closes meanwhile', async () => {
    await provide(SLOW_CLEANUP);
    const abort = new AbortController();
    const fetched = fetchAll(DAY, abort.signal);
    const isAborted = expect(fetched).rejects.toThrow('too late');
    while (!log().includes('begins')) await sleep(20);
    abort.abort(new Error('too late'));
    await isAborted;
    await source.close();
    expect(log()).toEqual(['begins', 'cleanup begins', 'cleanup ends', 'close']);
    expect(strays).toEqual([]);
  });

  it('ends its thread after two seconds, whatever its code does, and that is no failure', async () => {
    await provide(`async *fetchDay() { ${ENDLESS_LOOP} }`);
    await abortSoon();
    const begun = performance.now();
    await source.close();
    expect(performance.now() - begun).toBeGreaterThan(1_500);
    expect(strays).toEqual([]);
  });
});

it('a provider that does not close is an error of the close', async () => {
  await provide(
    `async *fetchDay() { yield { value: 1 }; } close() { return new Promise(() => setInterval(() => {}, 99)); }`,
  );
  await fetchAll();
  // Both its thread and the process wait for two seconds, and either may say so first.
  await expect(source.close()).rejects.toThrow(/provider\.mjs.* to close within 2000 ms/);
});
