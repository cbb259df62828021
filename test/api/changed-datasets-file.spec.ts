// Changes of the datasets file between a stop and a start: what the check says before, what the start says, and what
// preview, calendar and target show afterwards.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { change, queryRows } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { runDaysync } from '../daysync-process.js';
import { ended, type Exit } from '../ended.js';
import { databaseEnvironment } from '../own-database.js';
import {
  readings,
  scratchFolder,
  TOP,
  writeDatasets,
  writeScratch,
  type DatasetYaml,
} from '../scratch.js';

const SYNCED = { start_date: '2025-10-01', end_date: '2025-10-03' };
const OPEN = { start_date: '2025-10-04', end_date: '2025-10-06' };
const CSV = ['day,again,city,degrees']
  .concat([1, 2, 3, 4, 5, 6].map((day) => `2025-10-0${day},2025-10-0${day},Oslo,${day}`))
  .join('\n');
/** So slow that a batch can be paused before its end. */
const THROTTLE = { days_per_minute: 120 };
const COLUMNS = { city: 'text', degrees: 'integer' };

interface Case {
  readonly name: string;
  /** The dataset afterwards; undefined without it. */
  readonly after: (before: DatasetYaml, copy: string) => DatasetYaml | undefined;
  /** A change of the table by hand, between the stop and the start. */
  readonly byHand?: string;
  /**
   * The sentences of check and start, without the name of the dataset and the end of its batch. N is the number of its
   * records: those of the three days, and of what the paused batch has synced.
   */
  readonly says: readonly string[];
  /** The changed keys in the end of its paused batch; empty without keys; null if the batch goes on. */
  readonly ends: string | null;
  /** How many of the three synced days a start would run: all that are missing, and with `incomplete` those that lack a column. */
  readonly runs: number;
  /** The rows of the three days in its target. */
  readonly rows: readonly object[];
}

const ROWS = [1, 2, 3].map((degrees) => ({ city: 'Oslo', degrees: BigInt(degrees) }));
const withTarget = (
  before: DatasetYaml,
  target: Readonly<Record<string, unknown>>,
): DatasetYaml => ({ ...before, target: { ...before.target, ...target } });
const csvOf = (before: DatasetYaml, source: Readonly<Record<string, unknown>>): DatasetYaml => ({
  ...before,
  source: { ...before.source, ...source },
});

const CASES: readonly Case[] = [
  {
    name: 'column_added',
    after: (before) =>
      withTarget(before, { columns: { ...COLUMNS, again: { type: 'text', nullable: true } } }),
    says: [
      'the column `again` is added to `column_added`',
      'N days lack `again` in `column_added`: sync them again with the mode incomplete',
    ],
    ...{
      ends: 'target.columns.again',
      runs: 3,
      rows: ROWS.map((row) => ({ ...row, again: null })),
    },
  },
  {
    name: 'column_renamed',
    after: (before) =>
      withTarget(before, {
        columns: { town: { from: 'city', type: 'text', renamed_from: 'city' }, degrees: 'integer' },
      }),
    says: ['the column `city` of `column_renamed` is renamed to `town`'],
    ...{
      ends: 'target.columns.town, target.columns.city',
      runs: 0,
      rows: ROWS.map(({ city, degrees }) => ({ town: city, degrees })),
    },
  },
  {
    name: 'table_new',
    after: (before) => withTarget(before, { table: 'table_new_v2' }),
    says: [
      '`table_new_v2` is new: N synced days are missing from it (their rows are in `table_new`, which stays as it is)',
    ],
    ...{ ends: 'target.table', runs: 3, rows: [] },
  },
  {
    name: 'table_renamed',
    after: (before) =>
      withTarget(before, { table: 'table_renamed_v2', renamed_from: 'table_renamed' }),
    says: ['the table `table_renamed` is renamed to `table_renamed_v2`'],
    ...{ ends: 'target.table', runs: 0, rows: ROWS },
  },
  {
    name: 'table_dropped',
    after: (before) => before,
    byHand: 'drop table table_dropped',
    says: ['`table_dropped` is new: N synced days are missing from it'],
    ...{ ends: null, runs: 3, rows: [] },
  },
  {
    name: 'dataset_removed',
    after: () => undefined,
    says: ['it is not in the file; its N records and its table stay'],
    ...{ ends: '', runs: 0, rows: ROWS },
  },
  {
    name: 'dataset_renamed',
    after: (before) => ({ ...before, name: 'dataset_new', renamed_from: 'dataset_renamed' }),
    says: ['it was dataset_renamed: N records and 2 batches get its new name'],
    ...{ ends: null, runs: 0, rows: ROWS },
  },
  {
    name: 'source_moved',
    after: (before, copy) => csvOf(before, { path: copy }),
    ...{ says: [], ends: 'source.path', runs: 0, rows: ROWS },
  },
  {
    name: 'day_column_changed',
    after: (before) => csvOf(before, { day_column: 'again' }),
    ...{ says: [], ends: 'source.day_column', runs: 0, rows: ROWS },
  },
  {
    name: 'throttle_changed',
    after: (before) => ({ ...before, throttle: { days_per_minute: 600 } }),
    ...{ says: [], ends: null, runs: 0, rows: ROWS },
  },
  {
    name: 'time_zone_changed',
    after: (before) => ({ ...before, time_zone: 'Asia/Shanghai' }),
    // A time with an offset has another day then.
    ...{ says: [], ends: 'time_zone', runs: 0, rows: ROWS },
  },
];

/** Changes that a start refuses. */
const REFUSED: readonly {
  readonly name: string;
  readonly columns: Readonly<Record<string, unknown>>;
  readonly says: string;
}[] = [
  {
    name: 'column_removed',
    columns: { city: 'text' },
    says: 'target column_removed, column degrees: expected no such column, got',
  },
  {
    name: 'type_changed',
    columns: { city: 'text', degrees: 'text' },
    says: 'target type_changed, column degrees: expected text not null, got',
  },
];

describe('a datasets file that has changed', () => {
  it('is explained by check and start, and preview, calendar and target follow it', async () => {
    const folder = await scratchFolder();
    const csv = await writeScratch(folder, 'readings.csv', CSV);
    const copy = await writeScratch(folder, 'moved.csv', CSV);
    const before = (name: string): DatasetYaml =>
      readings(csv, { name, target: { table: name, columns: COLUMNS }, throttle: THROTTLE });
    const datasets = [...CASES, ...REFUSED].map(({ name }) => before(name));
    const env = { MAX_ACTIVE_BATCHES: '100' };

    const daysync = await startApp({ folder, datasets, env });
    const paused = await syncAll(daysync, datasets);
    const { database } = daysync;
    await daysync.stop();
    for (const { byHand } of CASES) if (byHand !== undefined) await change(database, byHand);

    const counted = 'select dataset, count(*) as records from sync_record group by dataset';
    const records = new Map(
      (await queryRows(database, counted)).map((row) => [row['dataset'], Number(row['records'])]),
    );

    // What is refused changes nothing, whatever else the file has changed.
    const changed = CASES.flatMap(({ name, after }) => after(before(name), copy) ?? []);
    const kept = REFUSED.map(({ name }) => before(name));
    const refused = REFUSED.map(({ name, columns }) => withTarget(before(name), { columns }));
    const withRefused = await writeDatasets(folder, ...changed, ...refused);
    const schema = await tablesOf(database);
    const [check, start] = [
      await runCheck(folder, withRefused),
      await runDaysync({ folder, datasetsFile: withRefused, env }),
    ];
    for (const { says } of REFUSED) {
      expect(check).toMatchObject({ code: 78, stdout: '' });
      expect(check.stderr).toContain(says);
      expect(start).toMatchObject({ code: 78 });
      expect(start.stderr).toContain(says);
    }
    expect(await tablesOf(database)).toEqual(schema);

    const sentences = CASES.flatMap(({ name, after, says, ends }) => {
      const now = after(before(name), copy)?.name ?? name;
      const keys = ends === null || ends === '' ? '' : ` (${ends})`;
      const code = `DATASET_CHANGED${keys}`;
      const end = `the batch ${paused.get(name) ?? ''} (paused) ends with ${code} when it is resumed: its other days do not run`;
      const count = String(records.get(name) ?? 0);
      return [...says.map((one) => one.replace('N', count)), ...(ends === null ? [] : [end])].map(
        (one) => `dataset ${now}: ${one}`,
      );
    });
    const file = await writeDatasets(folder, ...changed, ...kept);
    const { code, stdout } = await runCheck(folder, file);
    expect(code).toBe(0);
    const [, list = ''] = stdout.split('Stored data and this file:\n');
    expect(linesOf(list)).toEqual([...sentences].sort());

    const again = await startApp({ folder, datasetsFile: file, env });
    for (const { name, after, ends, rows, runs } of CASES) {
      const now = after(before(name), copy);
      const dataset = now?.name ?? name;
      const batch = paused.get(name) ?? '';
      if (ends !== null) {
        await again.post(`sync/batch/${batch}/resume`, {});
        expect(await again.ended(batch), name).toMatchObject({
          status: 'failed',
          error: { code: 'DATASET_CHANGED' },
        });
      } else expect(await again.progress(batch), name).toMatchObject({ status: 'paused', dataset });
      const table = now?.target.table ?? name;
      const columns = Object.keys(rows[0] ?? COLUMNS).join(', ');
      const query = `select ${columns} from ${table} where sync_day <= '2025-10-03' order by sync_day`;
      expect(await queryRows(database, query), name).toEqual(rows);
      if (now === undefined) continue;
      const mode = name === 'column_added' ? 'incomplete' : 'missing_and_failed';
      const preview = await again.post('sync/batch/preview', { ...SYNCED, dataset, mode });
      expect(preview.body, name).toMatchObject({ data: { run: runs } });
      const calendar = await again.data(`records/calendar?dataset=${dataset}`);
      const items = (calendar as { items: readonly { day: string; synced: boolean }[] }).items;
      const inTarget = items.filter(({ day, synced }) => synced && day <= '2025-10-03');
      expect(inTarget, name).toHaveLength(rows.length);
    }
    await again.stop();
    const said = (await again.logLines()).map(({ msg }) => String(msg));
    expect(said).toEqual(expect.arrayContaining(sentences));

    // A second start has nothing left to say of new names.
    const { stdout: later } = await runCheck(folder, file);
    expect(later).not.toContain('is renamed to');
    expect(later).not.toContain('it was');
  });
});

/** Syncs three days of each dataset, and pauses a batch of three others. @returns the paused batches by their datasets */
async function syncAll(
  daysync: DaysyncApp,
  datasets: readonly DatasetYaml[],
): Promise<ReadonlyMap<string, string>> {
  await Promise.all(
    datasets.map(async ({ name }) => {
      expect(await daysync.sync({ ...SYNCED, dataset: name })).toMatchObject({ success: 3 });
    }),
  );
  const paused = new Map<string, string>();
  for (const { name } of datasets) {
    const { task_id } = await daysync.startBatch({ ...OPEN, dataset: name });
    await daysync.post(`sync/batch/${task_id}/pause`, {});
    paused.set(name, task_id);
  }
  return paused;
}

async function runCheck(folder: string, file: string): Promise<Exit> {
  const program = path.join(TOP, 'dist/api/apps/api/src/datasets-check.mjs');
  const { PATH } = process.env;
  const env = { PATH, DATA_DIR: path.join(folder, 'data'), ...(await databaseEnvironment(folder)) };
  return ended(spawn(process.execPath, [program, file], { env }));
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
}

/** The target tables with their columns. */
async function tablesOf(database: string): Promise<readonly object[]> {
  const sql = database.startsWith('postgres://')
    ? `select table_name as name, column_name as part from information_schema.columns
       where table_schema = 'public' order by 1, 2`
    : `select name, sql as part from sqlite_schema order by 1, 2`;
  return queryRows(database, sql);
}
