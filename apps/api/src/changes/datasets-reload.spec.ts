// Reloads in one process, and in another one that follows: both on one database, without the loop that runs days.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { pino } from 'pino';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { scratchFolder } from '../../../../test/scratch.js';
import { ConfiguredDatasets } from '../runner/configured-datasets.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D3 } from '../sync/sync.fixture.js';
import { expectedDaysOf } from '../datasets/expected/expected-days.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { DatasetsFile } from '../datasets/file/datasets-file.js';
import { storeFile } from '../datasets/file/stored-datasets-file.js';
import { ConfiguredEndpoints } from '../webhooks/configured-endpoints.js';
import { applyChanges } from './apply-changes.js';
import { DatasetsFollower } from './datasets-follower.js';
import { DatasetsReload } from './datasets-reload.js';

type Entry = Readonly<Record<string, unknown>>;

function dataset(name: string, changes: Entry = {}): Entry {
  const source = { kind: 'csv', path: `${name}.csv`, day_column: 'day' };
  return { name, source, target: { table: `t_${name}`, columns: { n: 'integer' } }, ...changes };
}

const moved = { kind: 'csv', path: 'moved.csv', day_column: 'day' };
const HOOK = { name: 'ops', url: 'https://hooks.test/', secret: '${SECRET}', on: ['failed'] };
const ENV = { SECRET: `whsec_${Buffer.alloc(32, 'daysync').toString('base64')}` };

/** A process with a datasets file of its own. */
class ReloadingProcess {
  readonly configured: ConfiguredDatasets;

  private constructor(
    clock: ScratchInstallation['clock'],
    readonly file: string,
    readonly catalog: DatasetCatalog,
    readonly endpoints: ConfiguredEndpoints,
    readonly reloads: DatasetsReload,
    readonly follower: DatasetsFollower,
    readonly logged: readonly Record<string, unknown>[],
  ) {
    this.configured = new ConfiguredDatasets(catalog, clock);
  }

  /** Starts as the program does: its file becomes that of the installation. */
  static async start(
    installation: ScratchInstallation,
    folder: string,
    datasets: readonly Entry[],
    env: Readonly<Record<string, string>> = ENV,
  ): Promise<ReloadingProcess> {
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, 'datasets.yaml');
    await writeFile(file, JSON.stringify({ datasets }));
    const { database, clock } = installation;
    const datasetsFile = new DatasetsFile(file, env, () => undefined);
    const read = datasetsFile.readAtStart();
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    await applyChanges(database, read.datasets, {
      after: (transaction) =>
        storeFile(transaction, read.file, read.datasets, { at: 't0', by: null }),
    });
    const catalog = new DatasetCatalog(read.datasets, undefined, read.file);
    const endpoints = new ConfiguredEndpoints(read.webhooks);
    const logged: Record<string, unknown>[] = [];
    const logger = pino(
      { base: null },
      { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const reloads = new DatasetsReload(
      ...([datasetsFile, catalog, endpoints, database, clock, logger] as const),
    );
    const follower = new DatasetsFollower(
      ...([reloads, datasetsFile, catalog, database, clock, logger] as const),
    );
    return new ReloadingProcess(
      ...([clock, file, catalog, endpoints, reloads, follower, logged] as const),
    );
  }

  async write(file: object): Promise<void> {
    await writeFile(this.file, JSON.stringify(file));
  }

  /** Writes its file, and takes it in. */
  async reload(file: object): ReturnType<DatasetsReload['reload']> {
    await this.write(file);
    return this.reloads.reload('ana');
  }

  get version(): string | undefined {
    return this.catalog.file?.version;
  }

  names(): readonly string[] {
    return this.catalog.list().map(({ name }) => name);
  }
}

const scratch = migratedDatabases();
let installation: ScratchInstallation;
afterEach(() => installation.close());

const cancelBatches = (): Promise<unknown> =>
  installation.database.write('control', ({ db }) =>
    db.updateTable('batch').set({ status: 'cancelled' }).execute(),
  );

describe.each(DIALECTS)('a reload on %s', (dialect) => {
  const it = testsOn(dialect);
  async function start(
    datasets: readonly Entry[] = [dataset('a'), dataset('b')],
  ): Promise<ReloadingProcess> {
    installation = await ScratchInstallation.open(await scratch(dialect));
    return ReloadingProcess.start(installation, await scratchFolder(), datasets);
  }

  it('takes in a changed file: datasets, tables, webhooks, and what is stored of the file', async () => {
    const process = await start();
    const before = process.version;
    const columns = { n: 'integer', note: { type: 'text', nullable: true } };
    const result = await process.reload({
      datasets: [
        dataset('a', { title: 'A', target: { table: 't_a', columns } }),
        dataset('c', { schedule: { cron: '30 6 * * *', lookback_days: 3 } }),
      ],
      webhooks: [HOOK],
    });
    expect(result).toMatchObject({
      ...{ kind: 'reloaded', isNew: true, version: process.version },
      datasets: {
        ...{ added: ['c'], removed: ['b'] },
        changed: [{ name: 'a', keys: ['target.columns.note', 'title'] }],
      },
      webhooks: { added: ['ops'], removed: [], changed: [] },
      effects: ['dataset a: the column `note` is added to `t_a`'],
    });
    expect(process.version).not.toBe(before);
    expect(process.names()).toEqual(['a', 'c']);
    expect(process.endpoints.list().map(({ name }) => name)).toEqual(['ops']);
    const db = installation.database.read;
    const stored = await db.selectFrom('datasets_file').selectAll().execute();
    expect(stored).toMatchObject([{ seq: 2, version: process.version, taken_by: 'ana' }]);
    // The value of a variable is not stored.
    expect(stored[0]?.text).toContain('${SECRET}');
    expect(await db.selectFrom('webhook_endpoint').select('name').execute()).toEqual([
      { name: 'ops' },
    ]);
    expect(await process.reloads.reload(null)).toMatchObject({ isNew: false, effects: [] });
  });

  it('reports every error of a file, that of a table which differs too, and changes nothing', async () => {
    const process = await start();
    const before = process.version;
    const bad = { datasets: [dataset('a', { titel: 1, attempts: 0 }), dataset('a')] };
    const result = await process.reload(bad);
    expect(result.kind === 'invalid_file' && result.lines).toEqual([
      expect.stringContaining(`${process.file}:1:`),
      expect.stringContaining('datasets[0].attempts: expected'),
      expect.stringContaining('datasets[1].name: expected'),
      expect.stringContaining('datasets[1].target.table: expected'),
    ]);
    await writeFile(process.file, 'datasets: [');
    expect(await process.reloads.reload(null)).toMatchObject({ kind: 'invalid_file' });
    const other = dataset('a', { target: { table: 't_a', columns: { n: 'text' } } });
    expect(await process.reload({ datasets: [dataset('new'), other] })).toMatchObject({
      kind: 'invalid_file',
      lines: [expect.stringMatching(/^target t_a, column n: expected text not null, got/)],
    });
    expect([process.version, process.names()]).toEqual([before, ['a', 'b']]);
    const db = installation.database.read;
    expect(await db.selectFrom('datasets_file').select('seq').execute()).toEqual([{ seq: 1 }]);
    const versions = db.selectFrom('target_version').select('table_name');
    expect(await versions.where('table_name', '=', 't_new').execute()).toEqual([]);
  });

  it('refuses to change, remove or rename a dataset that has an active batch, and takes its other settings', async () => {
    const process = await start();
    const a = process.catalog.first;
    const { batch_id } = await installation.start(D1, D3, { dataset: a });
    const refused = { kind: 'in_use', batches: [{ batch_id, dataset: 'a' }] };
    for (const datasets of [
      [dataset('a', { source: moved }), dataset('b')],
      [dataset('b')],
      [dataset('c', { renamed_from: 'a' }), dataset('b')],
    ]) {
      expect(await process.reload({ datasets })).toMatchObject(refused);
      expect(process.catalog.first).toBe(a);
    }
    // The dataset without a batch may change.
    const throttled = dataset('a', { title: 'A', throttle: { days_per_minute: 9 } });
    const taken = await process.reload({ datasets: [throttled, dataset('b', { source: moved })] });
    expect(taken).toMatchObject({ kind: 'reloaded' });
    expect(process.configured.latest(a)).toMatchObject({ throttle: { daysPerMinute: 9 } });
    await cancelBatches();
    expect(await process.reload({ datasets: [dataset('b')] })).toMatchObject({ kind: 'reloaded' });
  });

  it('runs one after another', async () => {
    const process = await start();
    await process.write({ datasets: [dataset('a', { attempts: 5 })] });
    const results = await Promise.all([process.reloads.reload(null), process.reloads.reload(null)]);
    expect(results.map((result) => result.kind === 'reloaded' && result.isNew)).toEqual([
      true,
      false,
    ]);
  });

  it('is not needed after a start with another environment: its batches start', async () => {
    const target = { table: '${TABLE}', columns: { n: 'integer' } };
    installation = await ScratchInstallation.open(await scratch(dialect));
    const folder = await scratchFolder();
    const startWith = (table: string): Promise<ReloadingProcess> =>
      ReloadingProcess.start(installation, folder, [dataset('a', { target })], { TABLE: table });
    const before = await startWith('t_before');
    const after = await startWith('t_after');
    expect(after.version).toBe(before.version);
    const { batch_id } = await installation.start(D1, D3, { dataset: after.catalog.first });
    expect(batch_id).toContain(D1);
    await startWith('t_after');
    const stored = installation.database.read.selectFrom('datasets_file').select('seq');
    expect(await stored.execute()).toEqual([{ seq: 2 }]);
  });

  it('refuses the batch of a process that has not followed yet, and runs none of its schedules', async () => {
    const process = await start();
    const a = process.catalog.first;
    await process.reload({ datasets: [dataset('a', { source: moved })] });
    const late = installation.start(D1, D3, { dataset: a });
    await expect(late).rejects.toThrow('outdated_dataset');
    const range = { start: undefined, end: undefined, codes: null };
    const days = installation.creation.retryQuarantine({
      ...{ dataset: a.name, fingerprint: a.fingerprint, expected: null, ...range },
      ...{ at: 't1', by: null, unixSeconds: 1 },
    });
    expect(await days).toEqual({ kind: 'outdated_dataset', dataset: 'a' });
    await installation.start(D1, D3, { dataset: process.catalog.first });
  });
});

describe.each(DIALECTS)('a process that follows another one, on %s', (dialect) => {
  const it = testsOn(dialect);
  let one: ReloadingProcess;
  let other: ReloadingProcess;
  async function start(envOfOther: Readonly<Record<string, string>> = ENV): Promise<void> {
    installation = await ScratchInstallation.open(await scratch(dialect));
    const folder = await scratchFolder();
    const datasets = [dataset('a'), dataset('b')];
    one = await ReloadingProcess.start(installation, path.join(folder, 'one'), datasets);
    const elsewhere = path.join(folder, 'other');
    other = await ReloadingProcess.start(installation, elsewhere, datasets, envOfOther);
  }

  it('takes in the text of the other one’s file, with paths that start at its own', async () => {
    await start();
    await one.reload({ datasets: [dataset('a', { source: moved })], webhooks: [HOOK] });
    await other.follower.check();
    expect(other.version).toBe(one.version);
    expect(other.names()).toEqual(['a']);
    expect(other.endpoints.list()).toHaveLength(1);
    const { source } = other.catalog.first;
    expect('path' in source && source.path).toBe(path.join(path.dirname(other.file), 'moved.csv'));
    expect(other.logged).toMatchObject([{ level: 30, version: one.version }]);
    // Its own file is as it was, and no reason to change anything.
    await other.follower.check();
    expect(other.logged).toHaveLength(1);
  });

  it('takes in holidays that have changed beside the same text', async () => {
    await start();
    const expected = { rule: 'FREQ=DAILY', except: 'holidays.txt' };
    const datasets = [dataset('a', { expected })];
    const writeHolidays = async (days: string): Promise<void> => {
      for (const { file } of [one, other]) {
        await writeFile(path.join(path.dirname(file), 'holidays.txt'), days);
      }
    };
    const isExpected = ({ catalog }: ReloadingProcess): boolean =>
      expectedDaysOf(catalog.first).isExpected(D1);
    await writeHolidays('');
    await one.reload({ datasets });
    await other.follower.check();
    expect([isExpected(one), isExpected(other)]).toEqual([true, true]);
    await writeHolidays(D1);
    const { version } = one;
    expect(await one.reload({ datasets })).toMatchObject({ kind: 'reloaded', isNew: true });
    await other.follower.check();
    expect([isExpected(one), isExpected(other)]).toEqual([false, false]);
    expect([one.version, other.version]).toEqual([version, version]);
    expect(other.catalog.newer).toBeNull();
    expect(other.logged.map(({ level }) => level)).toEqual([30, 30]);
  });

  it('goes on with its own where it can’t, says why once, and runs no changed dataset', async () => {
    await start({});
    const [a, b] = one.catalog.list();
    if (a === undefined || b === undefined) throw new Error('expected two datasets');
    const old = await installation.batch(
      (await installation.start(D1, D3, { dataset: b })).batch_id,
    );
    await one.reload({
      datasets: [dataset('a', { source: moved }), dataset('b')],
      webhooks: [HOOK],
    });
    const batch = await installation.batch(
      (await installation.start(D1, D3, { dataset: one.catalog.first })).batch_id,
    );
    await other.follower.check();
    expect(other.version).not.toBe(one.version);
    expect(other.catalog.newer).toMatchObject({
      version: one.version,
      errors: [expect.stringContaining('the environment variable SECRET to be set, got nothing')],
    });
    expect(other.logged).toMatchObject([{ level: 50, version: one.version }]);

    const read = installation.database.read;
    expect(await other.configured.of(old, read)).toMatchObject({ name: 'b' });
    expect(other.configured.latest(b)).toMatchObject({ name: 'b' });
    expect(other.configured.latest(a)).toBeNull();
    // However old it is: another process runs it.
    installation.clock.ms += 3_600_000;
    expect(await other.configured.of(batch, read)).toBe('outdated');
    expect(await one.configured.of(batch, read)).toMatchObject({ name: 'a' });

    await other.follower.check();
    expect(other.logged).toHaveLength(1);
    // One that reloads its own file takes the installation back to it.
    await cancelBatches();
    expect(await other.reloads.reload(null)).toMatchObject({ kind: 'reloaded', isNew: true });
    expect(other.catalog.newer).toBeNull();
    await one.follower.check();
    expect(one.version).toBe(other.version);
  });

  describe('with another environment', () => {
    const read = (table: string): Entry => ({ target: { table, columns: { n: 'integer' } } });
    const lineOfA: unknown = expect.stringMatching(
      /^dataset a: expected it as .*, got another target\.table: /,
    );
    async function startBoth(): Promise<void> {
      installation = await ScratchInstallation.open(await scratch(dialect));
      const folder = await scratchFolder();
      const datasets = [dataset('a', read('${TABLE}')), dataset('b')];
      const startIn = (name: string): Promise<ReloadingProcess> =>
        ReloadingProcess.start(installation, path.join(folder, name), datasets, {
          TABLE: `t_${name}`,
        });
      one = await startIn('one');
      other = await startIn('other');
      expect(one.version).toBe(other.version);
    }

    it('runs no dataset that the other one reads otherwise, and says why once', async () => {
      await startBoth();
      await one.follower.check();
      expect(one.catalog.newer).toMatchObject({ version: one.version, errors: [lineOfA] });
      const { batch_id } = await installation.start(D1, D3, { dataset: other.catalog.first });
      // However old it is, as long as it is queued: the other one begins it.
      installation.clock.ms += 3_600_000;
      const batch = await installation.batch(batch_id);
      expect(await one.configured.of(batch, installation.database.read)).toBe('outdated');
      await one.follower.check();
      expect(one.logged).toMatchObject([{ level: 50, errors: [lineOfA] }]);
      await other.follower.check();
      expect(other.catalog.newer).toBeNull();
      // It takes in a changed text, without these.
      await other.reload({
        datasets: [dataset('a', { ...read('${TABLE}'), title: 'A' }), dataset('b', { title: 'B' })],
      });
      await one.follower.check();
      expect(one.version).toBe(other.version);
      const [a, b] = one.catalog.list();
      expect([a?.title.en, b?.title.en]).toEqual(['A', 'B']);
      expect(one.catalog.newer).toMatchObject({ version: one.version, errors: [lineOfA] });
      expect(a && one.configured.latest(a)).toBeNull();
      expect(b && one.configured.latest(b)).toBe(b);
    });

    it('fails a batch that no process has run for ten minutes, because the other one is gone', async () => {
      await startBoth();
      await one.follower.check();
      const { batch_id } = await installation.start(D1, D3, { dataset: other.catalog.first });
      const updated_at = new Date(installation.clock.ms).toISOString();
      await installation.database.write('control', async ({ db }) => {
        await db.updateTable('batch').set({ status: 'running' }).execute();
        const counts = { success: 0, failed: 0, skipped: 0, planned: 0, rev: 0 };
        const lane = { batch_id, number: 0, token: 1, outcomes: '[]', updated_at } as const;
        await db
          .insertInto('lane')
          .values({ ...lane, ...counts, open: 1, stopping: 0 })
          .execute();
      });
      const ofBatch = async (): ReturnType<ConfiguredDatasets['of']> =>
        one.configured.of(await installation.batch(batch_id), installation.database.read);
      const setLanes = (values: {
        holder?: string | null;
        wait_until?: string;
      }): Promise<unknown> =>
        installation.database.write('control', ({ db }) =>
          db.updateTable('lane').set(values).where('batch_id', '=', batch_id).execute(),
        );
      await setLanes({ holder: 'other' });
      installation.clock.ms += 601_000;
      expect(await ofBatch()).toBe('outdated');
      const until = new Date(installation.clock.ms + 5_000).toISOString();
      await setLanes({ holder: null, wait_until: until });
      installation.clock.ms += 600_000;
      expect(await ofBatch()).toBe('outdated');
      installation.clock.ms += 6_000;
      expect(await ofBatch()).toEqual({
        code: 'DATASET_CHANGED',
        text: expect.stringContaining('target.table') as unknown,
      });
    });

    it('reloads its file with its own environment, which the other one follows', async () => {
      await startBoth();
      const { batch_id } = await installation.start(D1, D3, { dataset: other.catalog.first });
      const refused = { kind: 'in_use', batches: [{ batch_id, dataset: 'a' }] };
      expect(await one.reloads.reload('ana')).toMatchObject(refused);
      await cancelBatches();
      expect(await one.reloads.reload('ana')).toMatchObject({ kind: 'reloaded', isNew: true });
      expect(await one.reloads.reload('ana')).toMatchObject({ kind: 'reloaded', isNew: false });
      await one.follower.check();
      expect(one.catalog.newer).toBeNull();
      await installation.start(D1, D3, { dataset: one.catalog.first });
      await other.follower.check();
      expect(other.catalog.newer).toMatchObject({ errors: [lineOfA] });
    });
  });

  it('has the newest file again once the other one goes back', async () => {
    await start({});
    const before = { datasets: [dataset('a'), dataset('b')] };
    await one.reload({ ...before, webhooks: [HOOK] });
    await other.follower.check();
    expect(other.catalog.newer).not.toBeNull();
    await one.reload(before);
    await other.follower.check();
    expect(other.catalog.newer).toBeNull();
  });
});
