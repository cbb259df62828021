import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { progressOfRow } from '../batch-progress.js';
import type { Database, DatabaseEvent } from '../../database/database.js';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { EndedBatches } from './ended-batches.js';
import { D1, D2 } from '../../sync/sync.fixture.js';

let sync: ScratchInstallation;
let batches: EndedBatches;
let reads: number;
let hear: (event: DatabaseEvent) => void;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
  reads = 0;
  batches = new EndedBatches(countingReads(sync.database));
});
afterEach(() => sync.close());

/** The database, whose reads are counted, and whose events the spec sends. */
function countingReads(database: Database): Database {
  const read = database.read.withPlugin({
    transformQuery: ({ node }) => {
      reads += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const onEvent = (listener: typeof hear): void => {
    hear = listener;
  };
  return Object.create(database, {
    read: { value: read },
    onEvent: { value: onEvent },
  }) as Database;
}

async function endedBatch(): Promise<string> {
  const { batch_id } = await sync.start(D1, D2, { mode: 'all' });
  await sync.runQueued();
  return batch_id;
}

describe('EndedBatches', () => {
  it('reads a batch that has ended once', async () => {
    const batchId = await endedBatch();
    const expected = progressOfRow(await sync.batch(batchId));
    expect(await batches.find(batchId)).toEqual(expected);
    expect(await batches.find(batchId)).toEqual(expected);
    expect(reads).toBe(1);
  });

  it('reads a batch that has not ended each time', async () => {
    const { batch_id } = await sync.start(D1, D2);
    expect(await batches.find(batch_id)).toMatchObject({ status: 'queued' });
    await sync.admission.admit();
    expect(await batches.find(batch_id)).toMatchObject({ status: 'running', rev: 2 });
    await sync.begin();
    expect(await batches.find(batch_id)).toMatchObject({ status: 'running', rev: 3, running: 1 });
  });

  it('holds nothing of what was forgotten, be it while it was read', async () => {
    const batchId = await endedBatch();
    await batches.find(batchId);
    const forgotten: DatabaseEvent = { kind: 'batches_forgotten', batch_ids: [batchId] };
    hear(forgotten);
    const reading = batches.find(batchId);
    hear(forgotten);
    await reading;
    await batches.find(batchId);
    expect(reads).toBe(3);
  });

  it('reads a batch again that has changed: another one has repaired its failed days', async () => {
    const batchId = await endedBatch();
    await batches.find(batchId);
    hear({ kind: 'batch_changed', batch_id: batchId });
    await batches.find(batchId);
    expect(reads).toBe(2);
  });

  it('holds nothing once it may have missed what was forgotten', async () => {
    const batchId = await endedBatch();
    await batches.find(batchId);
    hear({ kind: 'reconnected' });
    await batches.find(batchId);
    expect(reads).toBe(2);
  });

  it('holds at most a thousand, those asked for last', async () => {
    await endedBatch();
    const { seq: _seq, ...row } = await sync.database.read
      .selectFrom('batch')
      .selectAll()
      .executeTakeFirstOrThrow();
    const rows = Array.from({ length: 1_001 }, (_, index) => ({ ...row, batch_id: String(index) }));
    await sync.database.write('probe', async ({ db }) => {
      for (let first = 0; first < rows.length; first += 500) {
        await db
          .insertInto('batch')
          .values(rows.slice(first, first + 500))
          .execute();
      }
    });
    for (const { batch_id } of rows) await batches.find(batch_id);
    const before = reads;
    await batches.find('1');
    await batches.find('1000');
    expect(reads).toBe(before);
    await batches.find('0');
    expect(reads).toBe(before + 1);
  });

  it('knows nothing of an unknown batch', async () => {
    expect(await batches.find('nothing')).toBeUndefined();
  });
});
