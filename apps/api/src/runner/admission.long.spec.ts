import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { sql } from 'kysely';
import { migratedPostgres } from '../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../test/postgres.js';
import { D1, D2, makeDataset } from '../sync/sync.fixture.js';
import { ScratchInstallation } from './installation.fixture.js';

const make = migratedPostgres();
let installation: ScratchInstallation;
describeWithPostgres('which batch runs next, of several processes', () => {
  beforeAll(async () => {
    installation = await ScratchInstallation.open(await make());
  });
  beforeEach(() => installation.reset());
  afterAll(() => installation.close());

  /** Resolves when a transaction waits for a lock that is taken by its name. */
  async function lockWaitedFor(): Promise<void> {
    for (;;) {
      const { rows } = await sql`
        select 1 from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())
      `.execute(installation.database.read);
      if (rows.length > 0) return;
      await sleep(5);
    }
  }

  async function countRunning(): Promise<number> {
    const rows = await installation.database.read
      .selectFrom('batch')
      .select('batch_id')
      .where('status', '=', 'running')
      .execute();
    return rows.length;
  }

  it('is one alone, however many start at once and look for it', async () => {
    const datasets = Array.from({ length: 8 }, (_, n) => makeDataset({ name: `dataset ${n}` }));
    await Promise.all(
      datasets.map(async (dataset) => {
        const process = installation.another({ datasets });
        await process.start(D1, D1, { dataset });
        await process.admission.admit();
      }),
    );
    expect(await countRunning()).toBe(1);
  });

  it('is decided by one process at a time, also where two have different datasets', async () => {
    const [old, added] = [makeDataset({ name: 'old' }), makeDataset({ name: 'added' })];
    const earlier = installation.another({ datasets: [old] });
    installation.clock.ms += 1_000;
    const later = installation.another({ datasets: [old, added] });
    installation.clock.ms += 1_000;
    const first = await installation.start(D1, D1, { dataset: added });
    const second = await installation.start(D2, D2, { dataset: old });
    let other: Promise<unknown> | undefined;
    // What the later one has decided is not committed yet: then the earlier one looks.
    const enqueue = vi.spyOn(installation.queue, 'enqueue').mockImplementationOnce(async () => {
      other = earlier.admission.admit();
      await Promise.race([other, lockWaitedFor()]);
    });
    await later.admission.admit();
    await other;
    enqueue.mockRestore();
    expect(await installation.batch(first.batch_id)).toMatchObject({ status: 'running' });
    expect(await installation.batch(second.batch_id)).toMatchObject({ status: 'queued' });
  });
});
