import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { ScaledSync } from './scaled.fixture.js';
import { D1, D2, makeDataset } from './sync.fixture.js';

const make = scratchPostgres();
let sync: ScaledSync;
describeWithPostgres('which batch runs next', () => {
  beforeAll(async () => {
    sync = await ScaledSync.open(await make());
  });
  afterAll(() => sync.close());

  /** Resolves when somebody waits for a lock that is taken by its name. */
  async function lockWaitedFor(): Promise<void> {
    for (;;) {
      const { rows } = await sql`
        select 1 from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())
      `.execute(sync.database.read);
      if (rows.length > 0) return;
      await sleep(5);
    }
  }

  it('is decided by one process at a time, also where two know different datasets', async () => {
    const [old, added] = [makeDataset({ name: 'old' }), makeDataset({ name: 'added' })];
    const earlier = sync.node({ datasets: [old] });
    sync.clock.ms += 1_000;
    const later = sync.node({ datasets: [old, added] });
    sync.clock.ms += 1_000;
    const first = await sync.start(D1, D1, { dataset: added });
    const second = await sync.start(D2, D2, { dataset: old });
    let other: Promise<unknown> | undefined;
    // What the later one has decided is told before it is committed: then the earlier one looks.
    sync.database.announceBy(async () => {
      if (other !== undefined) return;
      await sync.transact(({ db }) => sync.queue.askAdmission(db));
      other = earlier.admission.admit();
      await Promise.race([other, lockWaitedFor()]);
    });
    await later.admission.admit();
    await other;
    expect(await sync.batch(first.task_id)).toMatchObject({ status: 'running' });
    expect(await sync.batch(second.task_id)).toMatchObject({ status: 'queued' });
  });
});
