import { describe, expect, it } from 'vitest';
import type { RowChunk } from '../day-source.js';
import { ProviderRows } from './provider-rows.js';

const signal = new AbortController().signal;

const valuesOf = (chunk: RowChunk | undefined): string | undefined =>
  chunk?.map(({ row, values }) => `${row}:${String(values['n'])}`).join(' ');

const rowsOf = (rows: () => AsyncIterator<unknown>): ProviderRows =>
  new ProviderRows(rows(), signal);

/** The chunks of a provider up to its end. */
async function chunksOf(rows: () => AsyncIterator<unknown>): Promise<RowChunk[]> {
  const provider = rowsOf(rows);
  const chunks: RowChunk[] = [];
  for (;;) {
    const chunk = await provider.nextChunk();
    if (chunk === undefined) return chunks;
    chunks.push(chunk);
  }
}

async function gather(rows: () => AsyncIterator<unknown>): Promise<unknown[]> {
  return (await chunksOf(rows)).map(valuesOf);
}

describe('the rows of a provider', () => {
  it('come together where none of them is waited for', async () => {
    const chunks = await gather(async function* () {
      yield { n: 'a' };
      await Promise.resolve();
      yield { n: 'b' };
    });
    expect(chunks).toEqual(['1:a 2:b']);
  });

  it('come in chunks of at most 200', async () => {
    const chunks = await gather(async function* () {
      for (let n = 1; n <= 450; n += 1) yield { n };
    });
    expect(chunks).toEqual(
      [200, 200, 50].map((length, at) =>
        Array.from({ length }, (_, n) => `${at * 200 + n + 1}:${at * 200 + n + 1}`).join(' '),
      ),
    );
  });

  it('come in chunks of few where they are large', async () => {
    const chunks = await chunksOf(async function* () {
      for (let n = 1; n <= 12; n += 1) yield { n: 'x'.repeat(60_000) };
    });
    expect(chunks.map(({ length }) => length)).toEqual([5, 5, 2]);
  });

  it('do not wait for those that are yet to come, and none is lost', async () => {
    const { promise: second, resolve: giveSecond } = Promise.withResolvers<void>();
    const rows = rowsOf(async function* () {
      yield { n: 1 };
      await second;
      yield { n: 2 };
      yield { n: 3 };
    });
    expect(valuesOf(await rows.nextChunk())).toBe('1:1');
    expect(rows.areAwaited).toBe(true);
    const next = rows.nextChunk();
    // The chunk is complete now, with one row.
    await new Promise((turn) => setImmediate(() => setImmediate(turn)));
    giveSecond();
    expect(valuesOf(await next)).toBe('2:2');
    expect(valuesOf(await rows.nextChunk())).toBe('3:3');
    expect(await rows.nextChunk()).toBeUndefined();
    expect([rows.areAwaited, rows.haveEnded]).toEqual([false, true]);
  });

  it('come before the failure that follows them, which ends the provider', async () => {
    const failure = new Error('broken');
    const rows = rowsOf(async function* () {
      yield { n: 1 };
      throw failure;
    });
    expect(valuesOf(await rows.nextChunk())).toBe('1:1');
    await expect(rows.nextChunk()).rejects.toBe(failure);
    expect(rows.haveEnded).toBe(true);
  });

  it.each<[unknown, string]>([
    [7, '7 (number)'],
    [[1, 2], 'a list of 2'],
    [null, 'null'],
    [undefined, 'nothing'],
    [new Map([['a', 1]]), 'a Map'],
    [new Date(0), '1970-01-01T00:00:00.000Z (Date)'],
    [() => 1, 'a function'],
  ])('go on after one that is no mapping: %o', async (other, received) => {
    const [chunk] = await chunksOf(async function* () {
      yield { n: 1 };
      yield other;
      yield { n: 3 };
    });
    expect(valuesOf(chunk)).toBe('1:1 2:undefined 3:3');
    expect(chunk?.[1]?.bad?.failure()).toMatchObject({
      ...{ kind: 'lasting', code: 'PROVIDER_ROW_INVALID', place: { row: 2 } },
      message: `row 2: expected a mapping of columns to values, got ${received}`,
    });
    expect(chunk?.[1]?.bad?.text()).toBe(received);
  });

  it('are asked for no more once the signal is aborted', async () => {
    const abort = new AbortController();
    let asked = 0;
    const rows = new ProviderRows(
      {
        next: async () => {
          asked += 1;
          if (asked === 3) abort.abort();
          return { done: false, value: { n: asked } };
        },
      },
      abort.signal,
    );
    await rows.nextChunk();
    await rows.nextChunk();
    expect(asked).toBe(3);
  });
});
