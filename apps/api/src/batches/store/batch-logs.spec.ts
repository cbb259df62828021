import { addDays } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { D1 } from '../../sync/sync.fixture.js';
import { BatchLogs, type BatchLogPage } from './batch-logs.js';
import { decodeDaysCursor, START, type DaysCursor } from './days-cursor.js';

const DAYS = 10;

describe('BatchLogs', () => {
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await ScratchInstallation.open();
  });
  afterEach(() => sync.close());

  async function read(batchId: string, known: DaysCursor, limit: number): Promise<BatchLogPage> {
    const page = await new BatchLogs(sync.database).ofBatch(batchId, { known, kinds: null, limit });
    if (page === undefined) throw new Error('expected the batch');
    return page;
  }

  it('has the latest entries, and of what has changed whole days', async () => {
    const { batch_id } = await sync.startRunning(D1, addDays(D1, DAYS - 1));
    const { cursor } = await read(batch_id, START, 100);
    const known = decodeDaysCursor(cursor) ?? START;
    await sync.runAll();
    const latest = await read(batch_id, START, 4);
    expect([latest.items.length, latest.truncated]).toEqual([4, true]);

    const all = await read(batch_id, known, 100);
    expect([all.items.length, all.truncated]).toEqual([3 + 2 * DAYS, false]);
    for (const limit of [1, 4, 6, 7, 8, 22]) {
      const { items, truncated } = await read(batch_id, known, limit);
      const counts = new Map<string | null, number>();
      for (const { day } of items) counts.set(day, (counts.get(day) ?? 0) + 1);
      expect(truncated).toBe(true);
      expect(counts.get(null)).toBe(3);
      const days = [...counts.keys()].filter((day) => day !== null);
      // The last ones, each with all that it has, and always one.
      const count = Math.max(1, Math.floor((limit - 3) / 2));
      expect(days).toEqual(Array.from({ length: count }, (_, n) => addDays(D1, DAYS - count + n)));
      expect(days.map((day) => counts.get(day))).toEqual(days.map(() => 2));
    }
  });
});
