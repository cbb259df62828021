// `daysync init` on files as people have them, each synced afterwards with all its days. README.md beside them has their
// origin.
import { createReadStream } from 'node:fs';
import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { serveHttp } from '../http-server.js';
import { scratchFolder, TOP } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import { runCommand, settingsIn, type CommandEnvironment, type CommandExit } from './command.js';

const FILES = path.join(TOP, 'test/cli/init-files');

let folder: string;
let env: CommandEnvironment;
beforeAll(async () => {
  folder = await scratchFolder();
  await cp(FILES, folder, { recursive: true });
  env = settingsIn(folder);
});

const init = (...args: readonly string[]): Promise<CommandExit> =>
  runCommand(['init', ...args], env);

interface WrittenDataset {
  readonly source: Readonly<Record<string, unknown>>;
  readonly target: { readonly table: string };
}

/** The dataset that was added last. */
async function written(): Promise<WrittenDataset | undefined> {
  const text = await readFile(path.join(folder, 'datasets.yaml'), 'utf8');
  return (parse(text) as { readonly datasets: readonly WrittenDataset[] }).datasets.at(-1);
}

/** Runs the sync that `init` has printed; returns how many rows the target has of each day. */
async function syncAll(stdout: string, exitCode = 0): Promise<Readonly<Record<string, number>>> {
  const [, args = ''] = /^Sync all days:\n {2}npx daysync (.*)$/m.exec(stdout) ?? [];
  expect(await runCommand(args.split(' '), env)).toMatchObject({ code: exitCode, stderr: '' });
  const { target } = (await written()) ?? {};
  return rowsByDay(path.join(folder, 'data/daysync.db'), target?.table ?? '');
}
const sumOf = (days: Readonly<Record<string, number>>): number =>
  Object.values(days).reduce((sum, count) => sum + count, 0);

describe('daysync init', () => {
  it.each<[string, { source: object; columns: object; days: number; rows: number }]>([
    [
      'seattle-weather.csv',
      {
        source: { kind: 'csv', path: 'seattle-weather.csv', day_column: 'date' },
        columns: { date: 'date', temp_max: 'real', weather: 'text' },
        ...{ days: 31, rows: 31 },
      },
    ],
    [
      'wetter.csv',
      {
        source: {
          ...{ delimiter: ';', encoding: 'windows-1252', decimal: ',', nulls: ['', '-'] },
          day_column: { from: 'Datum', format: 'dd.MM.yyyy' },
        },
        columns: {
          datum: { from: 'Datum', type: 'date', format: 'dd.MM.yyyy' },
          niederschlag_mm: { from: 'Niederschlag (mm)', type: 'real', nullable: true },
          hochsttemperatur: { from: 'Höchsttemperatur', type: 'real' },
        },
        ...{ days: 40, rows: 40 },
      },
    ],
    [
      'tianqi.csv',
      {
        source: { encoding: 'gb18030', day_column: { from: '日期', format: 'yyyy年M月d日' } },
        columns: {
          column_1: { from: '城市', type: 'text' },
          column_2: { from: '日期', type: 'date', format: 'yyyy年M月d日' },
        },
        ...{ days: 15, rows: 30 },
      },
    ],
    [
      'earthquakes.json',
      {
        source: {
          rows: '/features',
          day_column: { pointer: '/properties/time', format: 'epoch_ms' },
        },
        columns: {
          mag: { pointer: '/properties/mag', type: 'real' },
          coordinates: { pointer: '/geometry/coordinates', type: 'json' },
        },
        ...{ days: 8, rows: 43 },
      },
    ],
    [
      'birdstrikes.txt',
      {
        source: {
          ...{ delimiter: '|', comment: '#', thousands: ',', nulls: ['', 'N/A'] },
          booleans: { true: ['Yes'], false: ['No'] },
          day_column: { from: 'Flight Date', format: 'MM/dd/yyyy' },
        },
        columns: {
          damage: { from: 'Damage', type: 'boolean' },
          cost_usd: { from: 'Cost (USD)', type: 'integer' },
          speed: { from: 'Speed', type: 'integer', nullable: true },
        },
        ...{ days: 44, rows: 45 },
      },
    ],
    [
      'us-employment.tsv',
      {
        source: { delimiter: '\t', encoding: 'utf-16le', day_column: 'month' },
        columns: { month: 'date', nonfarm: 'integer', retail_trade: 'real' },
        ...{ days: 36, rows: 36 },
      },
    ],
    [
      'unemployment.ndjson.gz',
      {
        source: { kind: 'ndjson', day_column: 'date' },
        columns: { date: 'timestamp', rate: 'real' },
        ...{ days: 4, rows: 56 },
      },
    ],
    [
      'employment/*.csv',
      {
        source: { path: 'employment/*.csv', day_column: { from: 'date', format: 'MMM d yyyy' } },
        columns: { nonfarm: 'integer' },
        ...{ days: 36, rows: 36 },
      },
    ],
  ])('adds a dataset for %s that syncs all its days', async (file, expected) => {
    const { code, stdout, stderr } = await init(path.join(folder, file));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { source, columns, ...counts } = expected;
    expect(await written()).toMatchObject({ source, target: { columns } });
    const days = await syncAll(stdout);
    expect({ days: Object.keys(days).length, rows: sumOf(days) }).toEqual(counts);
  });

  it('keeps the file, refuses a name that it has, and says which is free', async () => {
    const own = await scratchFolder();
    const datasets = path.join(own, 'datasets.yaml');
    await copyFile(path.join(FILES, 'seattle-weather.csv'), path.join(own, 'rain.csv'));
    const there = { ...env, DATASETS_FILE: datasets };
    const args = ['init', path.join(own, 'rain.csv')];
    await writeFile(datasets, '# Ours\n');
    expect(await runCommand([...args, '--dry-run'], there)).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringMatching(/^datasets:\n {2}- name: rain\n/) as unknown,
    });
    expect(await readFile(datasets, 'utf8')).toBe('# Ours\n');
    expect((await runCommand(args, there)).code).toBe(0);
    const text = await readFile(datasets, 'utf8');
    expect(text).toMatch(/^# Ours\ndatasets:\n {2}- name: rain\n/);
    expect(await runCommand(args, there)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        'the datasets file has a dataset rain already\nGive this one another name: --name rain_2\n',
    });
    expect(await readFile(datasets, 'utf8')).toBe(text);
  });

  it('chooses no order of day and month, and lists both', async () => {
    const file = path.join(folder, 'slashes.csv');
    await writeFile(file, 'when,a\n03/04/2025,1\n05/06/2025,2\n');
    const asked = await init(file, '--dry-run');
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toMatch(
      /^The dates in "when" can be read in 2 ways\. Which one is right\?\n {2}--day-format 'MM\/dd\/yyyy' .*2025-03-04 to 2025-05-06.*\n {2}--day-format 'dd\/MM\/yyyy' .*2025-04-03 to 2025-06-05/,
    );
    const answered = await init(file, '--dry-run', '--day-format', 'dd/MM/yyyy');
    expect(answered).toMatchObject({ code: 0 });
    expect(answered.stdout).toContain('day_column: { from: when, format: dd/MM/yyyy }');
  });

  it('takes the year alone only where no column has whole days, and says so', async () => {
    const file = path.join(folder, 'monuments.csv');
    await writeFile(file, 'date,year\n9/24/06,1906\n12/8/06,1906\n');
    expect(await init(file, '--dry-run')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        'Not sure: date has dates such as "9/24/06", whose year of two digits does not say the century: the day is taken from year, so all rows of a year are in one day',
      ) as unknown,
    });
    await writeFile(file, 'date,record_year\n2014-7-1,1943\n2014-7-2,2001\n');
    expect(await init(file, '--dry-run')).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringContaining('day_column: { from: date, format: yyyy-M-d }') as unknown,
    });
  });

  it('puts the day together from several columns, and says so', async () => {
    const file = path.join(folder, 'births.csv');
    await writeFile(file, 'year,month,date_of_month,births\n2000,1,31,9083\n2000,2,1,8006\n');
    const { code, stdout, stderr } = await init(file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await written()).toMatchObject({
      source: { day_column: { from: ['year', 'month', 'date_of_month'] } },
    });
    expect(stdout).toContain(
      'Day: year, month, date_of_month, written yyyy-M-d: 2 days, 2000-01-31 to 2000-02-01',
    );
    expect(stdout).toContain(
      'Not sure: the day is put together from the columns year, month, date_of_month, by their names: in all 2 rows they make a real date',
    );
    expect(await syncAll(stdout)).toEqual({ '2000-01-31': 1, '2000-02-01': 1 });
    const dryRun = [file, '--dry-run', '--name', 'births_2'];
    const months = await init(...dryRun, '--day-column', 'year,month');
    expect(months.stderr).not.toContain('put together');
    expect(months.stdout).toContain('day_column: { from: [ year, month ], format: year_month }');
    const refused = await init(...dryRun, '--day-column', 'year,births');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('expected columns year,births with the day of each row');
  });

  it('says how many rows have a day after today, which a sync skips', async () => {
    const file = path.join(folder, 'plans.csv');
    await writeFile(file, 'date,a\n2025-10-01,1\n9998-12-31,2\n');
    const { code, stderr } = await init(file, '--dry-run');
    expect(code).toBe(0);
    expect(stderr).toContain(
      'Not sure: 1 of 2 rows have a day after today, up to 9998-12-31: they are not synced yet, because a sync skips such days until they come',
    );
    const { stdout } = await init(file, '--name', 'plans');
    expect(stdout).toMatch(
      /\nSync all days up to yesterday \(today is not over\):\n( .*\n)* .* plans 2025-10-01 20\d\d-.*\nIf a server/,
    );
    expect(stdout).not.toMatch(/npx daysync sync .* 9998/);
    await writeFile(file, 'date,a\n9998-12-31,2\n');
    expect((await init(file, '--name', 'far')).stdout).toMatch(
      /\nNo day is over yet: there is nothing to sync before tomorrow\.\n$/,
    );
  });

  it('asks which mark of a number is that of decimals, keeps codes as texts, and says so', async () => {
    const file = path.join(folder, 'umsatz.csv');
    await writeFile(file, 'Datum;Menge;Code\n31.01.2025;1.093;1E5\n30.01.2025;12.500;7\n');
    const asked = await init(file, '--dry-run');
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain(`--decimal ','  for a decimal comma: "1.093" is 1093`);
    expect(asked.stderr).toContain(`--decimal '.'  for a decimal point: "1.093" is 1.093`);
    const { stdout, stderr } = await init(file, '--decimal', ',', '--dry-run');
    expect(parse(stdout)).toMatchObject({
      datasets: [
        {
          source: { decimal: ',', thousands: '.' },
          target: { columns: { menge: { type: 'integer' }, code: { type: 'text' } } },
        },
      ],
    });
    expect(stderr).toContain('Not sure: code is text: as a number, "1E5"');
    expect((await init(file, '--decimal', ';')).stderr).toContain(
      "expected --decimal as '.' or ','",
    );
  });

  it('keeps rows that do not fit in quarantine, and names them', async () => {
    const file = path.join(folder, 'matches.csv');
    const lines = Array.from(
      { length: 40 },
      (_, index) => `Jan ${String((index % 30) + 1).padStart(2, '0')} 2024,A,,`,
    );
    lines[4] = 'Jan 05 2024(P),B,,';
    lines[0] = 'Jan 01 2024,short';
    await writeFile(file, ['Date,Team,,', ...lines, ''].join('\n'));
    const { code, stdout, stderr } = await init(file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await written()).toMatchObject({
      on_bad_row: { quarantine: 100 },
      target: { columns: { date: { from: 'Date' }, team: { from: 'Team' } } },
    });
    expect(stdout).toContain(
      "Not sure: 1 of 40 rows can't be read: row 1: expected 4 fields as in the header, got 2. `on_bad_row` keeps them in quarantine; without it, their days fail",
    );
    expect(stdout).toContain(
      'Not sure: 1 of 39 rows have no readable day in "Date": row 5 "Jan 05 2024(P)". They belong to no day',
    );
    expect(stdout).toContain('Not sure: column 3 has no name in the file and is left out');
    // Ends with 1 because of the row without a day.
    expect(sumOf(await syncAll(stdout, 1))).toBe(38);
  });

  it('reads an address', async () => {
    const url = await serveHttp((_, response) => {
      createReadStream(path.join(FILES, 'earthquakes.json')).pipe(response);
    });
    const { code, stdout } = await init(`${url}/earthquakes.json`, '--dry-run', '--name', 'quakes');
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({
      datasets: [
        {
          name: 'quakes',
          source: {
            ...{ kind: 'http', url: `${url}/earthquakes.json`, format: 'json' },
            day_column: { pointer: '/properties/time', format: 'epoch_ms' },
          },
        },
      ],
    });
  });

  it('reads a table of SQLite', async () => {
    const file = path.join(folder, 'shop.db');
    const database = new DatabaseSync(file);
    database.exec(
      "create table orders (id integer, at text, total real); create table notes (a text); insert into orders values (1, '2025-10-01 08:00:00', 2.5), (2, '2025-10-02 09:00:00', 3)",
    );
    database.close();
    const unnamed = await init(`sqlite:${file}`, '--dry-run');
    expect(unnamed).toMatchObject({ code: 1 });
    expect(unnamed.stderr).toContain('expected one of the tables notes, orders, got no table');
    const { code, stdout, stderr } = await init(`sqlite:${file}#orders`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await syncAll(stdout)).toEqual({ '2025-10-01': 1, '2025-10-02': 1 });
  });

  it.each([
    ['nothing.csv', undefined, 'nothing.csv, got none'],
    ['empty.csv', '', 'expected rows, got an empty file'],
    ['head.csv', 'date,a\n', 'expected rows, got none below the header'],
    ['dayless.csv', 'name,age\nAda,36\n', 'expected a column with the day of each row'],
    [
      'reigns.csv',
      'name,start\nAnne,1702\n',
      `If the numbers in "start" are days, say so: --day-column 'start' --day-format year`,
    ],
    ['page.html', '<html></html>', 'got HTML or XML'],
    ['yearless.csv', 'date,a\n03/04,1\n', '"date" has dates such as "03/04", without a year'],
    ['short.csv', 'date,a\n6/9/17,1\n', '"date" has dates such as "6/9/17": a year of two digits'],
    ['twice.csv', 'date,a,a\n2025-01-01,1,2\n', 'expected every column once'],
    ['bytes.csv', 'date\0\u0001,a\n', 'expected text, got other bytes'],
  ])('refuses %s and writes nothing', async (name, text, expected) => {
    const file = path.join(folder, name);
    if (text !== undefined) await writeFile(file, text);
    const before = await readFile(path.join(folder, 'datasets.yaml'), 'utf8').catch(() => '');
    const { code, stdout, stderr } = await init(file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(expected);
    expect(await readFile(path.join(folder, 'datasets.yaml'), 'utf8').catch(() => '')).toBe(before);
  });
});
