import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StartResult } from './batch-creation.js';
import { startKey, type StartKey } from './start-key.js';
import { AT, D1, D2, D3, failedWith, rowsOf, ScratchSync } from './sync.fixture.js';

const HOUR = 3_600_000;
const KEY = keyOf('k');

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open();
});
afterEach(() => sync.close());

describe('startKey', () => {
  it('tells requests apart by method, path and body', () => {
    const request = { method: 'POST', path: 'a', body: { x: 1 } };
    const requests = [
      request,
      { ...request, method: 'PUT' },
      { ...request, path: 'b' },
      { ...request, body: { x: 2 } },
      { ...request, body: { x: 1, y: 1 } },
      { ...request, body: {} },
    ];
    const hashes = requests.map((other) => startKey('k', other)?.requestHash);
    expect(new Set(hashes).size).toBe(requests.length);
  });

  it('does not mind the order of the fields', () => {
    expect(keyOf('k', { x: 1, y: 2 })).toEqual(keyOf('k', { y: 2, x: 1 }));
  });

  it('is none for a request without a key', () => {
    expect(startKey(null, { method: 'POST', path: 'a', body: {} })).toBeNull();
  });
});

describe('a start with a key', () => {
  it('leads to the batch that the key has led to, as it is now', async () => {
    const taskId = created(await start(KEY));
    await sync.runAll(taskId, () => rowsOf(1));
    expect(await start(KEY)).toMatchObject({
      kind: 'replayed',
      batch: { task_id: taskId, status: 'completed', success: 2 },
    });
    expect(await sync.creation.earlier(KEY, AT)).toMatchObject({ kind: 'replayed' });
  });

  it('of two at once, the second waits for the first', async () => {
    const results = await Promise.all([start(KEY), start(KEY), start(keyOf('other'))]);
    expect(results.map(({ kind }) => kind)).toEqual(['created', 'replayed', 'overlaps']);
  });

  it('is refused where the key came with another request', async () => {
    await start(KEY);
    expect(await start(keyOf('k', { other: true }))).toEqual({ kind: 'key_reused' });
  });

  it('that is refused keeps nothing', async () => {
    const taskId = created(await start(null));
    expect(await start(KEY)).toMatchObject({ kind: 'overlaps' });
    await sync.runAll(taskId, () => rowsOf(1));
    expect(await sync.creation.earlier(KEY, AT)).toBeNull();
    expect(await start(KEY)).toMatchObject({ kind: 'created' });
  });

  it('is new again 25 hours later: 24 hours, and one for a clock that is set forward', async () => {
    const taskId = created(await start(KEY));
    await sync.runAll(taskId, () => rowsOf(1));
    const replayed = { kind: 'replayed', batch: { task_id: taskId } };
    expect(await start(KEY, 24 * HOUR)).toMatchObject(replayed);
    expect(await start(KEY, 25 * HOUR - 1)).toMatchObject(replayed);
    const next = created(await start(KEY, 25 * HOUR));
    expect(next).not.toBe(taskId);
    // The key is the new batch's now, for its own 25 hours.
    expect(await start(KEY, 50 * HOUR - 1)).toMatchObject({ batch: { task_id: next } });
  });

  it('keeps keys of a retry as well', async () => {
    const { task_id } = await sync.start(D3, D3);
    await sync.runAll(task_id, () => failedWith('lasting'));
    const request = { parent: task_id, codes: null, at: AT, unixSeconds: 1, key: KEY };
    const child = await sync.creation.retry(request, () => 'f1');
    expect(child).toMatchObject({ kind: 'created', batch: { retry_of: task_id } });
    // Before anything else can refuse it: here the dataset is gone.
    expect(await sync.creation.retry(request, () => undefined)).toMatchObject({
      kind: 'replayed',
      batch: { retry_of: task_id },
    });
  });
});

function keyOf(key: string, body: object = {}): StartKey {
  const known = startKey(key, { method: 'POST', path: 'sync/batch', body });
  if (known === null) throw new Error('expected a key');
  return known;
}

function start(key: StartKey | null, afterMs = 0): Promise<StartResult> {
  const at = new Date(Date.parse(AT) + afterMs).toISOString();
  const request = { at, unixSeconds: Date.parse(at) / 1_000, key };
  const { name: dataset, fingerprint } = sync.dataset;
  return sync.creation.start(
    { dataset, fingerprint, start: D1, end: D2, mode: 'all', order: 'asc', ...request },
    () => [
      { day: D1, action: 'run', reason: 'missing' },
      { day: D2, action: 'run', reason: 'missing' },
    ],
  );
}

function created(result: StartResult): string {
  if (result.kind !== 'created') throw new Error(`expected a batch, got ${result.kind}`);
  return result.batch.task_id;
}
