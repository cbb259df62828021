import { csvFile } from '../../sources/file/csv-file.fixture.js';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { calendarDay } from '@daysync/progress';
import { beforeEach, describe, expect } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import { testsOn } from '../../../../../test/tests-on.js';
import { DatasetCatalog } from '../../datasets/dataset-catalog.js';
import type { QuarantinedRowRow } from '../../database/schema.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { UnreadableRowsStore } from '../../datasets/unreadable-rows-store.js';
import { installationsOn, type ScratchInstallation } from '../../runner/installation.fixture.js';
import { D1, D2, D3, makeDataset } from '../../sync/sync.fixture.js';
import type { UnreadableLists } from '../../sources/unreadable-rows.js';
import { SyncMetrics } from '../batch-metrics.js';
import { BatchHistory } from './batch-history.js';
import { BatchUnreadableRows, type MeetingDay } from './batch-unreadable-rows.js';

const GOOD = `day,value\n${D1},1\n${D2},2\n${D3},3\n`;
const PAGE = { page: 1, page_size: 50 };
const CONTROLLER = new AbortController();

/** A process with sources of its own. */
class RowReadingProcess {
  readonly catalog: DatasetCatalog;
  readonly store: UnreadableRowsStore;
  readonly batches: BatchUnreadableRows;
  readonly lines: unknown[] = [];

  constructor(
    private readonly sync: ScratchInstallation,
    private readonly dataset: Dataset,
  ) {
    const { clock, database, live, metrics, states } = sync;
    this.catalog = new DatasetCatalog([dataset]);
    this.store = new UnreadableRowsStore(this.catalog, database, clock);
    const logger = pino({}, { write: (line: string) => this.lines.push(JSON.parse(line)) });
    this.batches = new BatchUnreadableRows(
      ...([database, this.store, states, live, new SyncMetrics(metrics), clock, logger] as const),
    );
  }

  /** Fetches a day of a batch, and writes what it has met. @returns whether it had anything to write */
  async fetch(batchId: string, day = D1): Promise<boolean> {
    const found = await this.read(day);
    if (!this.batches.hasNew(batchId, found)) return false;
    await this.write(await this.laneOf(batchId), found);
    return true;
  }

  async read(day = D1): Promise<UnreadableLists> {
    const source = this.catalog.sourceOf(this.dataset);
    for await (const chunk of source.fetchDay(day, CONTROLLER.signal)) {
      expect(chunk.length).toBeGreaterThan(0);
    }
    const found = source.unreadableRows?.(day);
    if (found === undefined) throw new Error('expected lists, got none');
    return found;
  }

  write(lane: MeetingDay, found: UnreadableLists): Promise<void> {
    return this.batches.write(lane, this.dataset, found);
  }

  /** The first lane of a batch; one that has ended has none. */
  async laneOf(batchId: string): Promise<MeetingDay> {
    const lane = await this.sync.database.read
      .selectFrom('lane')
      .select(['number', 'token'])
      .where('batch_id', '=', batchId)
      .executeTakeFirst();
    return { batchId, ...(lane ?? { number: 0, token: 0 }) };
  }

  ofBatch(batchId: string): ReturnType<UnreadableRowsStore['ofBatch']> {
    return this.store.ofBatch(batchId, PAGE);
  }

  ofDataset(): ReturnType<UnreadableRowsStore['ofDataset']> {
    return this.store.ofDataset(this.dataset.name, PAGE);
  }
}

const databases = migratedDatabases();
describe.each(DIALECTS)('the rows without a readable day that a batch meets, on %s', (dialect) => {
  const it = testsOn(dialect);
  const open = installationsOn(dialect, databases);
  let sync: ScratchInstallation;
  let file: string;
  let dataset: Dataset;
  let reader: RowReadingProcess;
  beforeEach(async () => {
    file = path.join(await scratchFolder(), 'rows.csv');
    await writeFile(file, `${GOOD}total,canary-7f3a\n`);
    dataset = makeDataset({
      source: csvFile(file, { writtenPath: 'data/rows.csv' }),
      variables: { TOKEN: 'canary-7f3a' },
    });
    sync = await open({ datasets: [dataset] });
    reader = new RowReadingProcess(sync, dataset);
  });

  it('are written once, whichever process meets them, and shown with the progress', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    const before = await sync.progress(batch_id);
    expect(before.unreadable_rows).toBe(0);
    expect(await reader.fetch(batch_id)).toBe(true);
    expect(await reader.fetch(batch_id)).toBe(false);
    const other = new RowReadingProcess(sync, dataset);
    expect(await other.fetch(batch_id)).toBe(true);

    const progress = await sync.progress(batch_id);
    expect(progress).toMatchObject({ unreadable_rows: 1, rev: before.rev + 1, error: null });
    expect(await sync.shown(batch_id)).toEqual(progress);
    const row = {
      ...{ file: 'data/rows.csv', code: 'SOURCE_DAY_UNREADABLE', row: 4, column: 'day' },
      text: 'row 4, column "day": expected a date written yyyy-MM-dd, got "total"',
      content: 'total,${TOKEN}',
    };
    const shown = { ...PAGE, total: 1, count: 1, items: [row] };
    expect(await reader.ofBatch(batch_id)).toMatchObject(shown);
    expect(await reader.ofDataset()).toMatchObject(shown);
    expect(reader.lines).toMatchObject([
      { level: 40, task_id: batch_id, dataset: 'readings', file: 'data/rows.csv', rows: [4] },
    ]);
    expect(other.lines).toEqual([]);
    const { values } = await sync.metrics.unreadableRows.get();
    expect(values.map(({ value }) => value)).toEqual([1]);
  });

  it('stay with the batch when the file is fixed, and leave the dataset', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    await reader.fetch(batch_id);
    await writeFile(file, GOOD);
    expect(await reader.fetch(batch_id)).toBe(true);
    expect(await reader.fetch(batch_id)).toBe(false);
    expect(await reader.ofDataset()).toMatchObject({ total: 0, count: 0, found_at: null });
    expect(await reader.ofBatch(batch_id)).toMatchObject({ total: 1 });
    expect(await sync.progress(batch_id)).toMatchObject({ unreadable_rows: 1 });
  });

  const quarantined = async (): Promise<readonly QuarantinedRowRow[]> =>
    sync.database.read
      .selectFrom('quarantined_row')
      .selectAll()
      .where('day', '=', '')
      .orderBy('position')
      .execute();

  describe('with a quarantine', () => {
    function withQuarantine(onBadRow: Dataset['onBadRow']): void {
      dataset = makeDataset({ ...dataset, onBadRow });
      reader = new RowReadingProcess(sync, dataset);
    }

    it.each([
      ['as many rows as it may have', { rows: 300 }, 300],
      ['a percentage of all rows of the file', { percent: 10 }, 41],
      ['all of them', { rows: 5_000 }, 400],
    ])('are kept there with up to 4 kB each, %s', async (_, onBadRow, kept) => {
      withQuarantine(onBadRow);
      await writeFile(file, GOOD + `total,${'雨'.repeat(3_000)}\n`.repeat(400));
      const { batch_id } = await sync.startRunning(D1, D1);
      await reader.fetch(batch_id);
      expect(await sync.progress(batch_id)).toMatchObject({ unreadable_rows: 400 });
      const rows = await quarantined();
      expect(rows).toHaveLength(kept);
      expect(rows[0]).toMatchObject({ file: 'data/rows.csv', row: 4, batch_id, column: 'day' });
      expect(rows.at(-1)).toMatchObject({ row: kept + 3 });
      const sizes = rows.map(({ content }) => Buffer.byteLength(content));
      expect(Math.min(...sizes)).toBeGreaterThan(4_080);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4_096);
      const page = await reader.ofBatch(batch_id);
      expect(page).toMatchObject({ count: 400, total: 200, quarantined: kept });
      expect(page.items[0]?.content).toHaveLength(200);
      expect(reader.lines).toMatchObject([{ count: 400, quarantined: kept }]);
      // Once they are written, the source has what is listed.
      const [list] = (await reader.read()).lists;
      expect([list?.rows.length, list?.rows[0]?.content.length]).toEqual([200, 200]);
      await sync.runAll();
      const { batch_id: later } = await sync.startRunning(D2, D2);
      await reader.fetch(later);
      expect(await sync.progress(later)).toMatchObject({ unreadable_rows: 400 });
      const again = rows.map((row) => ({ ...row, batch_id: later }));
      expect(await quarantined()).toEqual(again);
    });

    it('are those of the batch that met them last, also when the dataset is shown', async () => {
      withQuarantine({ rows: 10 });
      const { batch_id } = await sync.startRunning(D1, D1);
      await reader.fetch(batch_id);
      await new RowReadingProcess(sync, dataset).fetch(batch_id);
      await reader.store.write(dataset);
      expect((await quarantined()).map((row) => row.batch_id)).toEqual([batch_id]);
      await sync.runAll();
      const { batch_id: later } = await sync.startRunning(D2, D2);
      await reader.fetch(later);
      expect((await quarantined()).map((row) => row.batch_id)).toEqual([later]);
      await writeFile(file, GOOD);
      await reader.fetch(later);
      expect(await quarantined()).toEqual([]);
    });
  });

  describe('of several files', () => {
    const JANUARY = calendarDay('2025-01-15');
    const FEBRUARY = calendarDay('2025-02-15');
    const MAY = calendarDay('2025-05-15');
    let folder: string;
    const write = (name: string, ...rows: readonly string[]): Promise<void> =>
      writeFile(path.join(folder, name), `day,value\n${rows.join('\n')}\n`);
    const kept = async (): Promise<readonly unknown[]> =>
      (await quarantined()).map(({ file: of, row, batch_id }) => [of, row, batch_id]);
    const months = async (): Promise<readonly unknown[]> =>
      (await reader.ofDataset()).items.map((row) => [row.file, row.row]);

    beforeEach(async () => {
      folder = await scratchFolder();
      await write('2025-01.csv', '2025-01-15,1', 'total,1');
      await write('2025-02.csv', 'mean,2', '2025-02-15,2', 'total,2');
      await write('2025-05.csv', '2025-05-15,5');
      const { path: _one, ...config } = csvFile('');
      const template = '{yyyy}-{mm}.csv';
      dataset = makeDataset({
        source: { ...config, folder, template, writtenPath: `in/${template}` },
        onBadRow: { rows: 100 },
      });
      reader = new RowReadingProcess(sync, dataset);
    });

    it('stay as they are where only other files are read, in a new process as well', async () => {
      const { batch_id } = await sync.startRunning(D1, D1);
      await reader.fetch(batch_id, JANUARY);
      await reader.fetch(batch_id, FEBRUARY);
      expect(await sync.progress(batch_id)).toMatchObject({ unreadable_rows: 3 });
      await sync.runAll();
      const { batch_id: later } = await sync.startRunning(D2, D2);
      reader = new RowReadingProcess(sync, dataset);
      await reader.fetch(later, MAY);
      const all = [
        ['2025-01.csv', 2, batch_id],
        ['2025-02.csv', 1, batch_id],
        ['2025-02.csv', 3, batch_id],
      ];
      expect(await kept()).toEqual(all);
      expect(await months()).toEqual(all.map((row) => row.slice(0, 2)));
      const page = await reader.store.ofDataset(dataset.name, { page: 2, page_size: 2 });
      expect(page).toMatchObject({ count: 3, total: 3, quarantined: 3, items: [{ row: 3 }] });
      // A batch has those of its own files.
      expect(await sync.progress(later)).toMatchObject({ unreadable_rows: 0 });
      expect(await reader.ofBatch(later)).toMatchObject({ count: 0 });
      await reader.fetch(later, JANUARY);
      expect(await sync.progress(later)).toMatchObject({ unreadable_rows: 1 });
      expect(await kept()).toEqual([['2025-01.csv', 2, later], ...all.slice(1)]);
    });

    it('are written one by one: those of another file are not touched', async () => {
      const { batch_id } = await sync.startRunning(D1, D3);
      await reader.fetch(batch_id, JANUARY);
      const before = await sync.database.read.selectFrom('unreadable_file').selectAll().execute();
      await reader.fetch(batch_id, FEBRUARY);
      await write('2025-02.csv', '2025-02-15,2', '2025-02-15,3', 'total,2');
      await reader.fetch(batch_id, FEBRUARY);
      expect(await months()).toEqual([
        ['2025-01.csv', 2],
        ['2025-02.csv', 3],
      ]);
      expect(await kept()).toHaveLength(2);
      expect(await sync.progress(batch_id)).toMatchObject({ unreadable_rows: 2 });
      const after = await sync.database.read.selectFrom('unreadable_file').selectAll().execute();
      expect(after).toEqual(expect.arrayContaining(before));
      expect(reader.lines).toMatchObject([{ count: 1 }, { count: 2 }, { count: 1 }]);
    });

    it('go with their file, which a later batch finds, whatever days it has', async () => {
      const { batch_id } = await sync.startRunning(D1, D1);
      await reader.fetch(batch_id, JANUARY);
      await reader.fetch(batch_id, FEBRUARY);
      await sync.runAll();
      await rm(path.join(folder, '2025-01.csv'));
      reader = new RowReadingProcess(sync, dataset);
      const { batch_id: later } = await sync.startRunning(D2, D2);
      await reader.fetch(later, MAY);
      expect((await months()).map(String)).toEqual(['2025-02.csv,1', '2025-02.csv,3']);
      expect(await kept()).toHaveLength(2);
      expect(await reader.ofBatch(batch_id)).toMatchObject({ count: 3 });
    });

    it('whose name has the value of a variable are found all the same', async () => {
      dataset = makeDataset({ ...dataset, variables: { YEAR: '2025' } });
      reader = new RowReadingProcess(sync, dataset);
      const { batch_id } = await sync.startRunning(D1, D1);
      await reader.fetch(batch_id, JANUARY);
      await sync.runAll();
      reader = new RowReadingProcess(sync, dataset);
      const { batch_id: later } = await sync.startRunning(D2, D2);
      await reader.fetch(later, MAY);
      expect(await months()).toEqual([['${YEAR}-01.csv', 2]]);
    });

    it('are those of another path once it is read', async () => {
      const { batch_id } = await sync.startRunning(D1, D1);
      await reader.fetch(batch_id, JANUARY);
      await writeFile(file, `${GOOD}total,1\n`);
      dataset = makeDataset({ source: csvFile(file), onBadRow: { rows: 100 } });
      reader = new RowReadingProcess(sync, dataset);
      await reader.fetch(batch_id);
      expect(await months()).toEqual([['rows.csv', 4]]);
      expect(await kept()).toEqual([['rows.csv', 4, batch_id]]);
    });
  });

  it('say in the log once a batch how many times a clock change makes unclear', async () => {
    const dayColumn = { from: 'day', format: 'iso', timeZone: 'America/New_York' };
    dataset = makeDataset({ source: csvFile(file, { writtenPath: 'data/rows.csv', dayColumn }) });
    reader = new RowReadingProcess(sync, dataset);
    await writeFile(file, `${GOOD}2025-11-02T01:30,4\n`);
    const { batch_id } = await sync.startRunning(D1, D3);
    expect(await reader.fetch(batch_id)).toBe(true);
    expect(await reader.fetch(batch_id)).toBe(false);
    expect(reader.lines).toMatchObject([
      { level: 30, task_id: batch_id, file: 'data/rows.csv', unclear_times: 1 },
    ]);
  });

  it('do not change a batch that has ended', async () => {
    const { batch_id } = await sync.startRunning(D1, D1);
    await sync.runAll();
    const before = await sync.progress(batch_id);
    await reader.fetch(batch_id);
    expect(await sync.progress(batch_id)).toEqual(before);
    expect(await reader.ofDataset()).toMatchObject({ total: 0 });
  });

  it('are not written by a lane that another process has', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    const stale = new RowReadingProcess(sync, dataset);
    const lane = await stale.laneOf(batch_id);
    const found = await stale.read();
    await sync.database.write('targets', ({ db }) =>
      db.updateTable('lane').set({ token: 77 }).where('batch_id', '=', batch_id).execute(),
    );
    await writeFile(file, GOOD);
    await reader.fetch(batch_id);
    await stale.write(lane, found);
    expect(await reader.ofDataset()).toMatchObject({ total: 0, count: 0 });
    expect(await sync.progress(batch_id)).toMatchObject({ unreadable_rows: 0 });
    expect(await reader.ofBatch(batch_id)).toMatchObject({ total: 0 });
    // With the lane's token they are.
    await stale.write(await stale.laneOf(batch_id), found);
    expect(await reader.ofDataset()).toMatchObject({ count: 1 });
  });

  it('are the latest ones, also where another lane has an earlier version', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    const earlier = await reader.read();
    await appendFile(file, 'mean,2\n');
    const later = await reader.read();
    const lane = await reader.laneOf(batch_id);
    await reader.write(lane, later);
    await reader.write(lane, earlier);
    expect(await sync.progress(batch_id)).toMatchObject({ unreadable_rows: 2 });
    expect(await reader.ofDataset()).toMatchObject({ count: 2 });
    await writeFile(file, GOOD);
    const clean = await reader.read();
    await writeFile(file, `${GOOD}total,1\n`);
    await reader.fetch(batch_id);
    await reader.write(lane, clean);
    expect(await reader.ofDataset()).toMatchObject({ count: 1 });
    await writeFile(file, GOOD);
    await reader.fetch(batch_id);
    await reader.write(lane, later);
    expect(await reader.ofDataset()).toMatchObject({ count: 0 });
  });

  it('are forgotten with the last batch that has met them, unless the file still has them', async () => {
    const { batch_id } = await sync.startRunning(D1, D1);
    await reader.fetch(batch_id);
    await sync.runAll();
    await appendFile(file, 'mean,2\n');
    const { batch_id: later } = await sync.startRunning(D2, D2);
    await reader.fetch(later);
    const { clock, database } = sync;
    clock.ms += 91 * 86_400_000;
    const history = new BatchHistory(
      ...([database, { historyDays: 90 }, clock, pino({ level: 'silent' })] as const),
    );
    expect(await history.prune()).toBe(1);
    expect(await reader.ofBatch(batch_id)).toMatchObject({ total: 0 });
    expect(await reader.ofBatch(later)).toMatchObject({ total: 2 });
    const rows = await database.read.selectFrom('unreadable_row').select('row').execute();
    expect(rows).toHaveLength(2);
  });
});
