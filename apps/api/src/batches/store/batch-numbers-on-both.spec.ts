import { addDays, isTerminal, type Progress, type SkipReason } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../../../../../test/databases.js';
import { toInstant } from '../../config/clock.js';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { D1, D2, D3, failedWith, makeDataset, rowsOf } from '../../sync/sync.fixture.js';

const scratch = scratchDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

async function progress(batchId: string): Promise<Progress> {
  return sync.progress(batchId);
}

function reasons({ skip_reasons }: Progress): Partial<Record<SkipReason, number>> {
  return Object.fromEntries(skip_reasons.map(({ reason, count }) => [reason, count]));
}

/** Retries the failed days of a batch. @returns the id of the retry */
async function retry(parent: string): Promise<string> {
  sync.clock.ms += 1_000;
  const asked = { at: toInstant(sync.clock.ms), by: null, unixSeconds: sync.clock.ms / 1_000 };
  const result = await sync.creation.retry(
    { parent, codes: null, ...asked },
    () => sync.dataset.fingerprint,
  );
  if (result.kind !== 'created') throw new Error(`expected a retry, got ${result.kind}`);
  await sync.admission.admit();
  return result.batch.batch_id;
}

describe.each(DIALECTS)('the numbers of a batch, on %s', (dialect) => {
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), {
      datasets: [makeDataset({ attempts: 1 })],
    });
  });

  it('are its rows and its skips by reason, while it runs and after its end', async () => {
    await sync.startRunning(D2, D2);
    await sync.runAll();
    sync.clock.ms += 1_000;
    // D1 has no data, D2 is synced, D3 runs, and the last two days are in the future.
    const { batch_id } = await sync.startRunning(D1, addDays(D3, 2), { today: D3 });
    let day = await sync.begin();
    sync.clock.ms += 1_000;
    day = await sync.goOn(day, rowsOf());
    const running = await progress(batch_id);
    expect(reasons(running)).toEqual({ no_data: 1, already_synced: 1 });
    expect(running).toMatchObject({ rows: 0, skipped: 2, running: 1 });
    await sync.finish(day, rowsOf(1, 2, 3));
    const ended = await progress(batch_id);
    expect(ended).toMatchObject({ status: 'completed', rows: 3, skipped: 4 });
    expect(reasons(ended)).toEqual({ no_data: 1, already_synced: 1, future_date: 2 });
  });

  it('has the pace of its latest days', async () => {
    const { batch_id } = await sync.startRunning(D1, addDays(D1, 9));
    let day = await sync.begin();
    for (let count = 0; count < 3; count += 1) {
      sync.clock.ms += 20_000;
      day = await sync.goOn(day, rowsOf(1, 2));
    }
    expect(await progress(batch_id)).toMatchObject({
      ...{ rows: 6, days_per_minute: 3, rows_per_minute: 6 },
    });
    await sync.control.apply(batch_id, { verb: 'pause', by: null });
    expect(await progress(batch_id)).toMatchObject({ rows: 6, days_per_minute: null });
  });

  it('counts the failed days that a retry has repaired, and those that fail again', async () => {
    const { batch_id: parent } = await sync.startRunning(D1, D3);
    await sync.runAll(() => failedWith('lasting'));
    const before = await progress(parent);
    expect(before).toMatchObject({ failed: 3, repaired: 0 });

    const first = await retry(parent);
    await sync.runAll((day) => (day === D1 ? rowsOf(1) : failedWith('lasting')));
    expect(await progress(first)).toMatchObject({ success: 1, failed: 2 });
    const repaired = { failed: 3, repaired: 1, rev: before.rev + 1 };
    expect(await progress(parent)).toMatchObject(repaired);
    if (dialect === 'sqlite') expect(sync.registry.get(parent)).toMatchObject(repaired);

    // The retry of the retry repairs a day of both.
    await retry(first);
    await sync.runAll((day) => (day === D2 ? rowsOf() : failedWith('lasting')));
    expect(await progress(parent)).toMatchObject({ failed: 3, repaired: 2 });
    expect(await progress(first)).toMatchObject({ failed: 2, repaired: 1 });

    // A later batch that fails at a repaired day leaves it to a retry again.
    sync.clock.ms += 1_000;
    await sync.startRunning(D1, D1, { mode: 'all' });
    await sync.runAll(() => failedWith('lasting'));
    expect(await progress(parent)).toMatchObject({ failed: 3, repaired: 1 });
  });

  it('leaves batches alone that have none of its days', async () => {
    const { batch_id: parent } = await sync.startRunning(D1, D1);
    await sync.runAll(() => failedWith('lasting'));
    const before = await progress(parent);
    sync.clock.ms += 1_000;
    await sync.startRunning(D2, D3);
    await sync.runAll();
    expect(await progress(parent)).toEqual(before);
    expect(isTerminal(before.status)).toBe(true);
  });
});
