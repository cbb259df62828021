import { afterEach, describe, expect, it } from 'vitest';
import { DigestThread } from './digest-thread.js';
import { Fingerprint } from './fingerprint.js';
import { StreamedFingerprint } from './streamed-fingerprint.js';

const COLUMNS = [
  { name: 'n', type: 'integer' },
  { name: 'note', type: 'text' },
] as const;

const thread = new DigestThread();
afterEach(() => thread.end());

const rowsOf = (count: number): [number, string][] =>
  Array.from({ length: count }, (_, n) => [n, `the 读数 ${n % 7}\t\ud800`]);

async function streamed(rows: readonly (readonly [number, string])[]): Promise<unknown> {
  const fingerprint = new StreamedFingerprint(COLUMNS, thread);
  for (const row of rows) await fingerprint.add(row);
  return fingerprint.finish();
}

function whole(rows: readonly (readonly [number, string])[]): unknown {
  const fingerprint = new Fingerprint(COLUMNS);
  for (const row of rows) void fingerprint.add(row);
  return { rows: fingerprint.count, fingerprint: fingerprint.value };
}

describe('a streamed fingerprint', () => {
  it.each([0, 1, 999, 1_000, 1_001, 12_345])(
    'of %i rows is that of the same rows',
    async (count) => {
      expect(await streamed(rowsOf(count))).toEqual(whole(rowsOf(count)));
    },
  );

  it('of long texts is that of the same rows', async () => {
    const rows = rowsOf(30).map(([n]): [number, string] => [n, `${n}`.repeat(50_000)]);
    expect(await streamed(rows)).toEqual(whole(rows));
  });

  it('of several days at once is each its own', async () => {
    const days = [3_000, 5_000, 4_001].map((count) => rowsOf(count));
    expect(await Promise.all(days.map((rows) => streamed(rows)))).toEqual(days.map(whole));
  });

  it('waits where the thread has too much to do', () => {
    const fingerprint = new StreamedFingerprint(COLUMNS, thread);
    const waits = rowsOf(6_000).map((row) => fingerprint.add(row));
    expect(waits.findIndex((wait) => wait !== undefined)).toBe(4_999);
    return Promise.all(waits.filter((wait) => wait !== undefined));
  });

  it('fails if the thread ends, and the next one is hashed by a new thread', async () => {
    const fingerprint = new StreamedFingerprint(COLUMNS, thread);
    for (const row of rowsOf(1_000)) void fingerprint.add(row);
    await thread.end();
    await expect(fingerprint.finish()).rejects.toThrow('it was ended');
    expect(await streamed(rowsOf(2_000))).toEqual(whole(rowsOf(2_000)));
  });
});
