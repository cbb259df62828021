// The built `npm run migrate:to-postgres`, on an installation of the built program.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { Client } from 'pg';
import { OWN_KEYS } from '../../libs/migrate-to-postgres/src/moved-table.js';
import { DayServer } from '../day-server.js';
import { runDaysync, startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { everyType, LARGE, launchMove, ROWS_OF_EVERY_TYPE, runMove, stopped } from '../moving.js';
import { describeWithPostgres, startPostgres, type PostgresServer } from '../postgres.js';
import {
  birdstrikes,
  scratchFolder,
  weather,
  writeDatasets,
  writeScratch,
  type DatasetYaml,
} from '../scratch.js';

/** The transactions of a move: one begins it, then one for each table, then one for the only target. */
const LAST_TABLE = 1 + Object.keys(OWN_KEYS).length + 1;

/** A hash of a file. */
const sumOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** The answers of the API about some datasets, by path. */
async function answersOf(
  daysync: DaysyncProcess,
  datasets: readonly string[],
  batches: readonly string[],
): Promise<Record<string, unknown>> {
  const paths = datasets.flatMap((name) => [
    `records?dataset=${name}&page_size=100`,
    `records?dataset=${name}&page_size=100&sort=-last_tried_at&page=2`,
    `records/calendar?dataset=${name}`,
    `records/${name}/2025-10-01/history`,
    `records/export?dataset=${name}`,
    `datasets/${name}/days/2025-10-01/rows?page_size=100&page=3`,
    `sync/batch?dataset=${name}`,
  ]);
  paths.push(
    'datasets/weather/days/2012-03-01/rows',
    'datasets/birdstrikes/days/2000-01-08/rows',
    'datasets/every_type/days/2025-10-02/rows',
    ...batches.flatMap((id) => [`sync/batch/progress/${id}`, `sync/batch/${id}/days`]),
  );
  const answers: Record<string, unknown> = {};
  for (const asked of paths) {
    const { status, body } = await daysync.api(asked);
    answers[asked] = { status, body };
  }
  return answers;
}

describeWithPostgres('npm run migrate:to-postgres', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });

  it('moves a whole installation to PostgreSQL, through a kill, and batches continue there', async () => {
    const served = await DayServer.start((day) => (day === '2025-10-03' ? { status: 404 } : 'row'));
    const slow = await DayServer.start(() => 'row');
    const folder = await scratchFolder();
    for (const [day, rows] of Object.entries(ROWS_OF_EVERY_TYPE)) {
      await writeScratch(folder, `${day}.ndjson`, rows.join('\n'));
    }
    const throttle = { days_per_minute: 1_200 };
    const datasets = [
      weather(),
      birdstrikes(),
      everyType(folder),
      LARGE,
      served.dataset({ throttle }),
      {
        ...slow.dataset({ throttle }),
        name: 'slow',
        target: { table: 'slow', columns: { value: 'text' } },
      },
    ];
    const gone: DatasetYaml = {
      ...weather(),
      name: 'gone',
      target: { ...weather().target, table: 'gone' },
    };
    const env = { MAX_ACTIVE_BATCHES: '3' };
    const before = await startDaysync({ folder, datasets: [...datasets, gone], env });
    const key = { 'content-type': 'application/json', 'idempotency-key': 'the-same-start' };
    const start = JSON.stringify({
      dataset: 'weather',
      start_date: '2012-01-01',
      end_date: '2012-12-31',
    });
    await before.api('sync/batch', { method: 'POST', headers: key, body: start });
    const {
      items: [started],
    } = await before.batches();
    await before.ended(started?.task_id ?? '');
    const ended = [
      await before.sync({
        dataset: 'birdstrikes',
        start_date: '2000-01-01',
        end_date: '2000-12-31',
      }),
      await before.sync({
        dataset: 'every_type',
        start_date: '2025-10-01',
        end_date: '2025-10-03',
      }),
      await before.sync({ dataset: 'large', start_date: '2025-10-01', end_date: '2025-10-01' }),
      await before.sync({ dataset: 'gone', start_date: '2012-01-01', end_date: '2012-01-03' }),
    ];
    const range = { start_date: '2025-10-01', end_date: '2025-10-30' };
    const paused = await before.startBatch({ dataset: 'served', ...range });
    while ((await before.progress(paused.task_id)).failed === 0) await sleep(5);
    await before.post(`sync/batch/${paused.task_id}/pause`, {});
    while ((await before.progress(paused.task_id)).running > 0) await sleep(5);
    const names = ['weather', 'birdstrikes', 'every_type', 'large', 'served'];
    const batches = [
      started?.task_id ?? '',
      paused.task_id,
      ...ended.map(({ task_id }) => task_id),
    ];
    const answers = await answersOf(before, names, batches);
    const running = await before.startBatch({ dataset: 'slow', ...range });
    while ((await before.progress(running.task_id)).finished === 0) await sleep(5);
    const done = await before.progress(running.task_id);
    expect(await before.stop()).toBe(0);

    const datasetsFile = await writeDatasets(folder, ...datasets);
    const installation = { folder, datasetsFile };
    const sum = await sumOf(before.databaseFile);
    const url = await postgres.createDatabase();
    // The first transaction begins the move, and the last one completes it.
    const faults = [
      'before_commit@1',
      'after_commit@1',
      'before_commit@3',
      'after_commit@5',
      'before_commit@4',
    ];
    for (const fault of faults) {
      const killed = await runMove(installation, url, { fault: `move:${fault}=kill` });
      expect({ fault, ...killed }).toMatchObject({ fault, signal: 'SIGKILL' });
      // This table's move had not begun.
      if (fault === 'before_commit@1') continue;
      const refused = await runDaysync({
        folder: await scratchFolder(),
        datasetsFile,
        env: { DATABASE_URL: url },
      });
      expect(refused).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('a move from SQLite into it has not ended') as unknown,
      });
    }
    const moved = await runMove(installation, url);
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    expect(moved.stdout).toContain('rows are copied already');
    expect(moved.stdout).toContain('verified large_rows: 25,000 rows\n');
    expect(moved.stdout).toContain('Not moved, since no dataset has it as its target: gone\n');
    expect(moved.stdout).toMatch(
      /Now start Daysync with DATABASE_URL set, .*daysync\.db, which is as it was.*\n$/,
    );
    expect(await sumOf(before.databaseFile)).toBe(sum);

    const after = await startDaysync({
      folder: await scratchFolder(),
      datasetsFile,
      env: { ...env, DATABASE_URL: url },
    });
    expect(await answersOf(after, names, batches)).toEqual(answers);
    const again = await after.api('sync/batch', { method: 'POST', headers: key, body: start });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await after.ended(running.task_id)).toMatchObject({ status: 'completed', success: 30 });
    expect(done.success).toBeLessThan(30);
    await after.post(`sync/batch/${paused.task_id}/resume`, {});
    expect(await after.ended(paused.task_id)).toMatchObject({
      status: 'completed',
      success: 29,
      failed: 1,
    });
    const next = await after.sync({
      dataset: 'served',
      start_date: '2025-10-03',
      end_date: '2025-10-03',
    });
    expect(next).toMatchObject({ status: 'completed', failed: 1 });
    // The move repeated no day.
    expect(slow.requests).toHaveLength(new Set(slow.requests).size);
    await after.stop();
    const [last] = await postgres.execute(
      'select max(seq) as seq, count(*) as count from batch',
      url,
    );
    expect(last).toEqual({ seq: '8', count: '8' });
  });

  it('finds a difference between the copy and the original, and does not complete the move', async () => {
    const installation = await stopped(weather());
    const url = await postgres.createDatabase();
    const fault = `move:after_commit@${LAST_TABLE}=kill`;
    const copied = await runMove(installation, url, { fault });
    expect(copied.signal).toBe('SIGKILL');
    await postgres.execute(
      `update weather_daily set wind = wind + 0.1 where sync_day = '2012-03-01' and location = 'Seattle';
       update sync_record set rows = 3 where day = '2012-03-02'`,
      url,
    );
    for (let time = 1; time <= 2; time++) {
      const { code, stderr } = await runMove(installation, url);
      expect(code).toBe(1);
      expect(stderr.split('\n')).toEqual([
        'PostgreSQL does not have the same as SQLite: 2 differences.',
        '  sync_record, dataset weather, day 2012-03-02, column rows: SQLite has "2" (text), PostgreSQL "3" (text)',
        expect.stringMatching(
          /^ {2}weather_daily, sync_day 2012-03-01, row \d of the day, column wind: SQLite has "[\d.]+" \(text\), PostgreSQL "[\d.]+" \(text\)$/,
        ),
        expect.stringContaining('npm run migrate:to-postgres -- --anew'),
        '',
      ]);
    }
    const anew = await runMove(installation, url, { args: ['--anew'] });
    expect(anew).toMatchObject({ code: 0, stderr: '' });
    expect(anew.stdout).toContain('the move begins anew');
    // Another move reports the possible cause.
    expect(await runMove(installation, url)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /has data already: its table batch .* start Daysync on it/,
      ) as unknown,
    });
  });

  it('stops at Ctrl-C between two chunks, and later continues there', async () => {
    const installation = await stopped(LARGE);
    const url = await postgres.createDatabase();
    await runMove(installation, url, { fault: `move:before_commit@${LAST_TABLE + 1}=kill` });
    const holder = new Client({ connectionString: url });
    await holder.connect();
    await holder.query('begin; lock table large_rows in share mode');
    const { child, ended } = launchMove(installation, url);
    const waits = `select from pg_locks where not granted and relation = 'large_rows'::regclass`;
    while ((await holder.query(waits)).rowCount === 0) await sleep(5);
    child.kill('SIGINT');
    child.kill('SIGINT');
    await holder.end();
    expect(await ended).toMatchObject({
      code: 130,
      stderr: 'Stopped: the same command goes on where this one stopped.\n',
    });
    const [rows] = await postgres.execute('select count(*) from large_rows', url);
    expect(rows).toEqual({ count: '20000' });
    const moved = await runMove(installation, url);
    expect(moved.code).toBe(0);
    expect(moved.stdout).toMatch(/^20,0\d\d of 50,0\d\d rows are copied already\n/);
  });

  it('refuses what it can’t move, with the fix', async () => {
    const installation = await stopped(weather());
    const { folder, datasetsFile } = installation;
    const url = await postgres.createDatabase();
    const missing = await runMove({ ...installation, datasetsFile: '/none.yaml' }, '');
    expect(missing).toMatchObject({ code: 78, stdout: '' });
    expect(missing.stderr).toContain('2 settings are wrong');
    expect(missing.stderr).toContain(
      'environment DATABASE_URL: expected the PostgreSQL to move to',
    );
    expect(missing.stderr).toContain('/none.yaml');
    expect(await runMove(installation, url, { args: ['now'] })).toMatchObject({ code: 64 });
    const away = await runMove(installation, 'postgres://user:the-password@127.0.0.1:1/none');
    expect(away).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('set DATABASE_URL to another one') as unknown,
    });
    expect(away.stderr).not.toContain('the-password');

    const running = await startDaysync({ folder, datasetsFile });
    expect(await runMove(installation, url)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`is in use by process ${running.pid}`) as unknown,
    });
    await running.stop();
    expect(await runMove(installation, url)).toMatchObject({ code: 0 });
  });
});
