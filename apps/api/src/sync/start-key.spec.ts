import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StartResult } from '../batches/store/batch-creation.js';
import { keyOfRetry, keyOfStart } from './start-key.js';
import { type StartKey } from '../batches/store/idempotency-keys.js';
import { StartBatchDto } from './sync.dto.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { AT, D1, D2, D3, failedWith } from './sync.fixture.js';

const HOUR = 3_600_000;
const KEY = keyOf('k');

let sync: ScratchInstallation;

describe('keyOfStart', () => {
  it('differs between requests by what they ask', () => {
    const bodies: readonly Partial<StartBatchDto>[] = [
      {},
      { end_date: D3 },
      { dataset: 'other' },
      { mode: 'all' },
      { order: 'desc' },
      { plan_hash: 'p' },
      { plan_hash: 'q' },
    ];
    const hashes = bodies.map((body) => keyOf('k', body).requestHash);
    expect(new Set(hashes).size).toBe(bodies.length);
  });

  it('does not mind the order of the fields, nor a default that is spelled out', () => {
    const spelledOut = { order: 'asc', mode: 'missing_and_failed', dataset: 'first' } as const;
    expect(keyOf('k', { ...spelledOut, start_date: D1 })).toEqual(keyOf('k'));
  });

  it('stays as it is when a release adds a field: it hashes only what is not as its default', () => {
    const asked = [
      ['dataset', 'first'],
      ['end_date', D2],
      ['start_date', D1],
    ];
    const sha256 = createHash('sha256').update(JSON.stringify(['sync/batch', asked]));
    expect(keyOf('k').requestHash).toBe(sha256.digest('hex'));
  });
});

describe('keyOfRetry', () => {
  const hash = (parent: string, codes?: readonly string[]): string | undefined =>
    keyOfRetry({ key: 'k', by: null }, parent, codes === undefined ? {} : { codes })?.requestHash;

  it('differs between retries by their parent and their codes', () => {
    const hashes = [hash('a'), hash('b'), hash('a', ['A']), hash('a', ['A', 'B'])];
    expect(new Set([...hashes, keyOf('k').requestHash]).size).toBe(5);
  });

  it('does not mind the order of the codes, and leaves them as they are', () => {
    const codes = ['B', 'A'];
    expect(hash('a', codes)).toBe(hash('a', ['A', 'B']));
    expect(codes).toEqual(['B', 'A']);
  });

  it('is none for a request without a key', () => {
    expect(keyOfRetry({ key: null, by: 'ana' }, 'a', {})).toBeNull();
    expect(keyOfStart({ key: null, by: 'ana' }, bodyOf(), 'first')).toBeNull();
  });
});

describe('a start with a key', () => {
  beforeEach(async () => {
    sync = await ScratchInstallation.open();
  });
  afterEach(() => sync.close());

  it('leads to the batch that the key has led to, as it is now', async () => {
    const batchId = created(await start(KEY));
    await sync.runQueued();
    expect(await start(KEY)).toMatchObject({
      kind: 'replayed',
      batch: { batch_id: batchId, status: 'completed', success: 2 },
    });
    expect(await sync.creation.earlier(KEY, AT)).toMatchObject({ kind: 'replayed' });
  });

  it('of two at once, the second waits for the first', async () => {
    const results = await Promise.all([start(KEY), start(KEY), start(keyOf('other'))]);
    expect(results.map(({ kind }) => kind)).toEqual(['created', 'replayed', 'overlaps']);
  });

  it('is refused where the key came with another request', async () => {
    await start(KEY);
    expect(await start(keyOf('k', { mode: 'all' }))).toEqual({ kind: 'key_reused' });
  });

  it('is another one for each caller', async () => {
    const mine = keyOf('k', {}, 'ana');
    const batchId = created(await start(mine));
    await sync.runQueued();
    const theirs = created(await start(keyOf('k', { mode: 'all' }, 'ben')));
    expect(theirs).not.toBe(batchId);
    expect(await start(mine)).toMatchObject({ kind: 'replayed', batch: { batch_id: batchId } });
  });

  it('that is refused keeps nothing', async () => {
    created(await start(null));
    expect(await start(KEY)).toMatchObject({ kind: 'overlaps' });
    await sync.runQueued();
    expect(await sync.creation.earlier(KEY, AT)).toBeNull();
    expect(await start(KEY)).toMatchObject({ kind: 'created' });
  });

  it('is new again 25 hours later: 24 hours, and one for a clock that is set forward', async () => {
    const batchId = created(await start(KEY));
    await sync.runQueued();
    const replayed = { kind: 'replayed', batch: { batch_id: batchId } };
    expect(await start(KEY, 24 * HOUR)).toMatchObject(replayed);
    expect(await start(KEY, 25 * HOUR - 1)).toMatchObject(replayed);
    const next = created(await start(KEY, 25 * HOUR));
    expect(next).not.toBe(batchId);
    // The key is the new batch's now, for its own 25 hours.
    expect(await start(KEY, 50 * HOUR - 1)).toMatchObject({ batch: { batch_id: next } });
  });

  it('keeps keys of a retry as well', async () => {
    const { batch_id: task_id } = await sync.start(D3, D3);
    await sync.runQueued(() => failedWith('lasting'));
    const request = { parent: task_id, codes: null, at: AT, by: 'ana', unixSeconds: 1, key: KEY };
    const child = await sync.creation.retry(request, () => sync.dataset);
    expect(child).toMatchObject({
      kind: 'created',
      batch: { retry_of: task_id, started_by: 'ana' },
    });
    // Before anything else can refuse it: here the dataset is gone.
    expect(await sync.creation.retry(request, () => undefined)).toMatchObject({
      kind: 'replayed',
      batch: { retry_of: task_id },
    });
  });
});

function keyOf(key: string, body: Partial<StartBatchDto> = {}, by: string | null = null): StartKey {
  const known = keyOfStart({ key, by }, bodyOf(body), 'first');
  if (known === null) throw new Error('expected a key');
  return known;
}

/** As the request is read: with the defaults of its fields. */
function bodyOf(body: Partial<StartBatchDto> = {}): StartBatchDto {
  return Object.assign(new StartBatchDto(), { start_date: D1, end_date: D2 }, body);
}

function start(key: StartKey | null, afterMs = 0): Promise<StartResult> {
  const at = new Date(Date.parse(AT) + afterMs).toISOString();
  const request = { at, by: null, unixSeconds: Date.parse(at) / 1_000, key };
  const { name: dataset, fingerprint, target } = sync.dataset;
  return sync.creation.start(
    {
      ...{ dataset, fingerprint, target, expected: null, start: D1, end: D2 },
      ...{ mode: 'all', verify: null, order: 'asc', ...request },
    },
    () => [
      { day: D1, action: 'run', reason: 'missing' },
      { day: D2, action: 'run', reason: 'missing' },
    ],
  );
}

function created(result: StartResult): string {
  if (result.kind !== 'created') throw new Error(`expected a batch, got ${result.kind}`);
  return result.batch.batch_id;
}
