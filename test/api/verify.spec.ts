import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { farFromNow, readings, scratchFolder, writeScratch } from '../scratch.js';
import { dumpTable } from '../target-table.js';
import type { BatchDay, Progress, WirePage } from '../wire.js';

const RANGE = { start_date: '2012-03-01', end_date: '2012-03-08' };
/** Six days with two rows each, and one without. */
const DAYS = ['01', '02', '03', '04', '05', '07'];
const ROWS = DAYS.flatMap((day) => [
  `2012-03-${day},Oslo,${day}.5`,
  `2012-03-${day},"Rome, north",1${day}`,
]);

interface WireRecord {
  readonly day: string;
  readonly status: string;
  readonly rows: number | null;
  readonly fingerprint: string | null;
  readonly verified_at: string | null;
  readonly finding: unknown;
  readonly last_tried_at: string;
}

const drifted = async (): Promise<number> =>
  (
    (await daysync.data('datasets/readings')) as {
      readonly attention: { readonly drifted_days: number };
    }
  ).attention.drifted_days;
const needsAttention = async ({ task_id }: Progress): Promise<boolean> => {
  const listed = (await daysync.data('sync/batch?state=needs_attention')) as WirePage<Progress>;
  return listed.items.some((batch) => batch.task_id === task_id);
};

let report: Progress;
let csv: string;
let daysync: DaysyncApp;
let unchanged: string;
const write = (rows: readonly string[]): Promise<void> =>
  writeFile(csv, `day,city,degrees\n${rows.join('\n')}\n`);
const verify = (more: object = {}): Promise<Progress> =>
  daysync.sync({ ...RANGE, mode: 'verify', ...more });
const written = (): Promise<string> => dumpTable(daysync.database, 'readings');
const records = async (): Promise<readonly WireRecord[]> =>
  ((await daysync.data('records?sort=day')) as WirePage<WireRecord>).items;
const daysOf = async ({ task_id }: Progress): Promise<unknown> => {
  const { items } = (await daysync.data(`sync/batch/${task_id}/days`)) as WirePage<BatchDay>;
  return items.map(({ day, error, reason, state }) => [
    day.slice(-2),
    state,
    reason ?? error?.code ?? null,
  ]);
};

const idOf = (body: unknown): string =>
  (body as { readonly data: { readonly task_id: string } }).data.task_id;

beforeAll(async () => {
  const folder = await scratchFolder();
  csv = path.join(folder, 'readings.csv');
  await write(ROWS);
  const columns = { city: 'text', degrees: 'real' };
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const recentCsv = await writeScratch(
    folder,
    'recent.csv',
    `day,city,degrees\n${yesterday},Oslo,1\n`,
  );
  const schedule = { cron: farFromNow(), lookback_days: 1, mode: 'verify' };
  const recent = readings(recentCsv, {
    ...{ name: 'recent', target: { table: 'recent', columns }, schedule },
  });
  // What verify finds never pauses a batch.
  const target = { table: 'readings', columns };
  const all = readings(csv, { target, pause_after_failures: 2 });
  daysync = await startApp({ folder, datasets: [all, recent] });
  await daysync.sync({ ...RANGE, end_date: '2012-03-07' });
  unchanged = await written();
});

describe('verify', () => {
  it('writes nothing where source, record and target are the same', async () => {
    const before = await records();
    expect(before.map(({ fingerprint }) => fingerprint?.length)).toEqual(before.map(() => 32));
    const ended = await verify();
    expect(ended).toMatchObject({
      status: 'completed',
      mode: 'verify',
      verify: 'repair',
      failed: 0,
    });
    expect(await daysOf(ended)).toEqual([
      ...['01', '02', '03', '04', '05', '06', '07'].map((day) => [day, 'skipped', 'unchanged']),
      ['08', 'skipped', 'not_synced'],
    ]);
    const after = await records();
    const without = ({ verified_at: _, ...record }: WireRecord): unknown => record;
    expect(after.map(without)).toEqual(before.map(without));
    expect(
      after.every(({ verified_at, finding }) => verified_at !== null && finding === null),
    ).toBe(true);
    expect(await written()).toBe(unchanged);
  });

  it('reports exactly the days that differ, with their rows, and keeps everything as it is', async () => {
    const changed = ROWS.filter((row) => !row.startsWith('2012-03-02,Oslo'))
      .map((row) => row.replace('01.5', '99'))
      .concat('2012-03-06,Bergen,7');
    await write(changed);
    await change(daysync.database, `update readings set degrees = 0 where sync_day = '2012-03-04'`);
    const before = await written();
    const ended = await verify({ verify: 'report' });
    expect(ended).toMatchObject({ status: 'completed', failed: 4, skipped: 4, verify: 'report' });
    report = ended;
    expect([await drifted(), await needsAttention(report)]).toEqual([4, true]);
    expect(await daysOf(ended)).toEqual([
      ['01', 'failed', 'SOURCE_CHANGED'],
      ['02', 'failed', 'SOURCE_CHANGED'],
      ['03', 'skipped', 'unchanged'],
      ['04', 'failed', 'TARGET_CHANGED'],
      ['05', 'skipped', 'unchanged'],
      ['06', 'failed', 'SOURCE_CHANGED'],
      ['07', 'skipped', 'unchanged'],
      ['08', 'skipped', 'not_synced'],
    ]);
    expect(await written()).toBe(before);
    const found = (await records()).map(({ day, finding, status }) => [
      day.slice(-2),
      status,
      finding,
    ]);
    const finding = (code: string, added: number, removed: number): object => ({
      ...{ code, added, removed, changed: null, repaired: false },
    });
    expect(found).toEqual([
      ['01', 'success', finding('SOURCE_CHANGED', 1, 1)],
      ['02', 'success', finding('SOURCE_CHANGED', 0, 1)],
      ['03', 'success', null],
      ['04', 'success', finding('TARGET_CHANGED', 2, 2)],
      ['05', 'success', null],
      ['06', 'skipped', finding('SOURCE_CHANGED', 1, 0)],
      ['07', 'success', null],
    ]);
    expect(await daysync.data('records/readings/2012-03-01/history')).toMatchObject({
      finding_rows: {
        added: [{ city: 'Oslo', degrees: 99 }],
        removed: [{ city: 'Oslo', degrees: 1.5 }],
        changed: [],
      },
    });
    const file = await daysync.api('records/readings/2012-03-01/finding/export');
    expect(file.status).toBe(200);
    expect(file.headers.get('content-disposition')).toContain('finding-readings-2012-03-01.csv');
    expect(file.body).toBe('row,city,degrees\r\ntarget only,Oslo,1.5\r\nsource only,Oslo,99\r\n');
    // No other mode takes a verified day for failed.
    expect(await daysync.sync({ ...RANGE, end_date: '2012-03-05' })).toMatchObject({ skipped: 5 });
  });

  it('repairs them, and finds nothing any more', async () => {
    const repaired = async (): Promise<number> => (await daysync.progress(report.task_id)).repaired;
    const first = { start_date: RANGE.start_date, end_date: RANGE.start_date };
    await daysync.sync({ ...first, mode: 'all' });
    expect([await repaired(), await drifted()]).toEqual([1, 3]);
    // Another report that finds the others again leaves them as they are.
    await verify({ verify: 'report' });
    expect([await repaired(), await drifted(), await needsAttention(report)]).toEqual([1, 3, true]);
    const ended = await verify();
    expect(ended).toMatchObject({ status: 'completed', success: 3, failed: 0, skipped: 5 });
    expect([await repaired(), await drifted(), await needsAttention(report)]).toEqual([
      4,
      0,
      false,
    ]);
    expect(await daysync.post(`sync/batch/${report.task_id}/retry`, {})).toMatchObject({
      status: 409,
      body: { code: 'NOTHING_TO_RETRY' },
    });
    const again = await verify();
    expect(again).toMatchObject({ success: 0, failed: 0, skipped: 8 });
    expect((await records()).filter(({ finding }) => finding !== null)).toEqual([]);
    await write(ROWS);
    await verify();
    const found = (await records()).flatMap(({ finding }) => finding ?? []);
    expect(found).toMatchObject([
      { code: 'SOURCE_CHANGED', added: 1, removed: 1, repaired: true },
      { code: 'SOURCE_CHANGED', added: 1, removed: 0, repaired: true },
      // The only row of a day is not taken away by accident.
      { code: 'SOURCE_CHANGED', added: 0, removed: 1, repaired: false },
    ]);
    // Of these, only one is left.
    expect(await drifted()).toBe(1);
  });

  it('leaves the records as they are where its source has lost a day, or is away', async () => {
    const states = async (): Promise<unknown> =>
      (await records()).map(({ day, fingerprint, rows, status }) => [
        ...[day, status, rows, fingerprint],
      ]);
    const before = await states();
    await write(ROWS.filter((row) => !row.startsWith('2012-03-03')));
    expect(await daysOf(await verify())).toContainEqual(['03', 'failed', 'EMPTY_DAY_HAD_ROWS']);
    expect(await states()).toEqual(before);
    await rm(csv);
    const away = await verify({ start_date: '2012-03-01', end_date: '2012-03-03' });
    expect(await daysOf(away)).toEqual(
      ['01', '02', '03'].map((day) => [day, 'failed', 'SOURCE_FILE_MISSING']),
    );
    expect(await states()).toEqual(before);
    await write(ROWS);
  });

  it('previews what it compares, and gives a fingerprint to a day from before', async () => {
    const preview = await daysync.post('sync/batch/preview', { ...RANGE, mode: 'verify' });
    expect(preview.body).toMatchObject({
      data: {
        run_reasons: [{ reason: 'verify', count: 7 }],
        skip_reasons: [{ reason: 'not_synced', count: 1 }],
      },
    });
    const [known] = await records();
    await change(daysync.database, 'update sync_record set fingerprint = null');
    await verify();
    const [again] = await records();
    expect(again?.fingerprint).toBe(known?.fingerprint);
  });

  it('is retried as what it was', async () => {
    await write(ROWS);
    await verify();
    await change(daysync.database, `delete from readings where sync_day = '2012-03-05'`);
    const ended = await verify({ verify: 'report' });
    expect(await daysOf(ended)).toContainEqual(['05', 'failed', 'TARGET_CHANGED']);
    const { task_id } = ended;
    const retried = await daysync.post(`sync/batch/${task_id}/retry`, {});
    const again = await daysync.ended(idOf(retried.body));
    // What a retry of a report finds is reported again, not written. The source has nothing for the 6th any more.
    expect(again).toMatchObject({ mode: 'verify', verify: 'report', failed: 2, success: 0 });
    expect(await verify()).toMatchObject({ success: 1, failed: 1 });
  });

  it('is what a schedule with its mode does', async () => {
    const run = async (): Promise<Progress> => {
      const answer = await daysync.post('datasets/recent/schedule/run', null);
      return daysync.ended(idOf(answer.body));
    };
    // Near midnight the day of the schedule may be another than that of the file.
    const { start_date, end_date } = await run();
    await daysync.sync({ dataset: 'recent', start_date, end_date });
    expect(await run()).toMatchObject({ mode: 'verify', verify: 'repair', success: 0, skipped: 1 });
    await change(daysync.database, 'delete from recent');
    expect(await run()).toMatchObject({ mode: 'verify', success: 1, failed: 0 });
  });

  it('removes rows of a day that has no data, and the day is still without', async () => {
    const day = { start_date: '2012-03-09', end_date: '2012-03-09' };
    expect(await daysync.sync(day)).toMatchObject({ skipped: 1 });
    await change(
      daysync.database,
      `insert into readings (sync_day, city, degrees) values ('2012-03-09', 'by hand', 1)`,
    );
    const ended = await verify(day);
    expect(await daysOf(ended)).toEqual([['09', 'skipped', 'no_data']]);
    expect(await written()).not.toContain('by hand');
    const record = (await records()).find((one) => one.day === day.start_date);
    expect(record).toMatchObject({
      ...{ day: '2012-03-09', status: 'skipped' },
      finding: { code: 'TARGET_CHANGED', added: 0, removed: 1, repaired: true },
    });
    // What the source has later is not missed.
    await write([...ROWS, '2012-03-09,Oslo,4']);
    expect(await daysync.sync(day)).toMatchObject({ success: 1, rows: 1 });
    await write(ROWS);
  });

  it('starts with its plan exactly what was previewed, and only in its own mode', async () => {
    const body = { ...RANGE, mode: 'verify', verify: 'report' };
    const preview = await daysync.post('sync/batch/preview', body);
    const { plan_hash } = (preview.body as { readonly data: { readonly plan_hash: string } }).data;
    const other = await daysync.post('sync/batch', { ...RANGE, mode: 'verify', plan_hash });
    expect(other).toMatchObject({ status: 409, body: { code: 'PLAN_CHANGED' } });
    expect(await daysync.sync({ ...body, plan_hash })).toMatchObject({ verify: 'report' });
    const wrong = await daysync.post('sync/batch', { ...RANGE, verify: 'report' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/verify' }] } });
  });
});
