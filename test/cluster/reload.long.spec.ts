// A reload in one process of several: the others follow, each with a datasets file of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { dataOf, startDaysync, type Answer, type DaysyncProcess } from '../daysync-process.js';
import { describeWithPostgres, startPostgres } from '../postgres.js';
import { readings, scratchFolder, writeConfiguration, writeScratch } from '../scratch.js';
import { WEBHOOK_SECRET } from '../webhook-receiver.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-02' };
const CSV = 'day,city,degrees\n2025-10-01,Oslo,1\n2025-10-02,Oslo,2\n';
/** How soon every process has the new version. */
const FOLLOWED_MS = 5_000;

interface WireState {
  readonly version: string;
  readonly newer_version: string | null;
}

async function stateOf(daysync: DaysyncProcess): Promise<WireState> {
  const { datasets } = dataOf(await daysync.call('/health/ready')) as { datasets: WireState };
  return datasets;
}

const reload = (daysync: DaysyncProcess): Promise<Answer> =>
  daysync.api('datasets/reload', { method: 'POST' });

/** Waits until a process says so. @returns how long that took */
async function until(daysync: DaysyncProcess, is: (state: WireState) => boolean): Promise<number> {
  const begun = performance.now();
  while (!is(await stateOf(daysync))) await sleep(50);
  return performance.now() - begun;
}

describeWithPostgres('two processes on one PostgreSQL', () => {
  let folders: readonly [string, string];
  let one: DaysyncProcess;
  let other: DaysyncProcess;
  beforeAll(async () => {
    const url = (await startPostgres()).url();
    folders = [await scratchFolder(), await scratchFolder()];
    for (const folder of folders) await writeScratch(folder, 'readings.csv', CSV);
    const start = (folder: string, env: object): Promise<DaysyncProcess> => {
      const datasets = [readings('readings.csv')];
      return startDaysync({ folder, datasets, env: { DATABASE_URL: url, ...env } });
    };
    // Only the first one can read a file with this variable.
    one = await start(folders[0], { NODE_NAME: 'one', WEBHOOK_SECRET });
    other = await start(folders[1], { NODE_NAME: 'other', ROLE: 'all' });
  });

  it('have the same version, and the second follows a reload of the first within 5 s', async () => {
    const before = await stateOf(one);
    expect(await stateOf(other)).toEqual(before);
    const target = { table: 'added', columns: { city: 'text' } };
    const added = { ...readings('readings.csv'), name: 'added', target };
    const datasets = [readings('readings.csv', { title: 'R' }), added];
    await writeConfiguration(folders[0], { datasets });
    const { version } = dataOf(await reload(one)) as { version: string };
    expect(version).not.toBe(before.version);
    const took = await until(other, (state) => state.version === version);
    expect(took).toBeLessThan(FOLLOWED_MS);
    // Its source is the file beside its own datasets file.
    const { task_id } = await other.startBatch({ ...RANGE, dataset: 'added' });
    expect(await one.ended(task_id)).toMatchObject({ status: 'completed', success: 2 });
    const followed = (await other.data('datasets')) as { readonly file: object };
    expect(followed.file).toMatchObject({ version, newer: null });
  });

  it('go on apart where the second can’t take it in, which says so and starts no changed dataset', async () => {
    const before = await stateOf(other);
    const secret = '${WEBHOOK_SECRET}';
    const hook = { name: 'ops', url: 'https://hooks.test/', secret, on: ['failed'] };
    const moved = readings('moved.csv', { title: 'R' });
    await writeScratch(folders[0], 'moved.csv', CSV);
    await writeConfiguration(folders[0], { datasets: [moved], webhooks: [hook] });
    const { version } = dataOf(await reload(one)) as { version: string };
    await until(other, ({ newer_version }) => newer_version === version);
    expect((await stateOf(other)).version).toBe(before.version);
    const shown = (await other.data('datasets')) as { file: { newer: { errors: string[] } } };
    expect(shown.file.newer.errors.join()).toContain('WEBHOOK_SECRET to be set, got nothing');
    expect(await other.post('sync/batch', { ...RANGE, dataset: 'readings' })).toMatchObject({
      status: 503,
      body: { code: 'DATASETS_OUTDATED' },
    });
    await writeConfiguration(folders[0], { datasets: [moved] });
    const later = dataOf(await reload(one)) as { version: string };
    await until(other, (state) => state.version === later.version && state.newer_version === null);
  });
});
