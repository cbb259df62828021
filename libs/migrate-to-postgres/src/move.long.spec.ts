import { sql, type Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../../../test/databases.js';
import { hasUnfinishedMove } from '../../../apps/api/src/database/schema-version.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import { readTargetDays } from '../../../apps/api/src/batches/target-days.js';
import { EVERY_OUTCOME } from '../../../apps/api/src/runner/every-outcome.fixture.js';
import { ScratchInstallation } from '../../../apps/api/src/runner/installation.fixture.js';
import { D1, D2, rowsOf } from '../../../apps/api/src/sync/sync.fixture.js';
import { differenceLine } from './difference.js';
import type { MoveResult } from './move.js';
import { EVERY_TYPE, ROWS, ScratchMove } from './move.fixture.js';
import { OWN_KEYS } from './moved-table.js';

const POSTGRES = DIALECTS.filter((dialect) => dialect === 'postgres');
const scratch = scratchDatabases();

let moving: ScratchMove;
beforeEach(async () => {
  moving = await ScratchMove.open((await scratch('postgres')) ?? '');
});
afterEach(() => moving.close());

/** Every row of our own tables. */
async function ownRows(db: Kysely<Schema>): Promise<Record<string, readonly object[]>> {
  const all: Record<string, readonly object[]> = {};
  for (const [table, key] of Object.entries(OWN_KEYS)) {
    const order = sql.join(key.map((column) => sql.ref(column)));
    const { rows } = await sql<object>`select * from ${sql.table(table)} order by ${order}`.execute(
      db,
    );
    all[table] = rows.map((row) => ({ ...row, rowid: undefined }));
  }
  return all;
}

const linesOf = (result: MoveResult): readonly string[] =>
  result.kind === 'differs' ? result.differences.first.map(differenceLine) : [result.kind];

describe.each(POSTGRES)('a move from SQLite to %s', () => {
  it('brings every row of our own tables', async () => {
    await moving.fill();
    const before = await ownRows(moving.sync.database.read);
    expect(Object.values(before).every(({ length }) => length > 0)).toBe(true);
    expect(await moving.move()).toMatchObject({ kind: 'moved', left: [] });
    const after = await moving.inPostgres(ownRows);
    expect(after).toEqual(JSON.parse(JSON.stringify(before).replaceAll('\\u0000', '\ufffd')));
    expect(await moving.inPostgres(hasUnfinishedMove)).toBe(false);
  });

  it('keeps each target its table, and frees the lanes of a batch that was running and of no other', async () => {
    await moving.fill();
    const { items } = await moving.sync.store.list({ status: 'running', limit: 9, offset: 0 });
    const { task_id: batch_id, total } = items[0] ?? {};
    await moving.move();
    const after = await ScratchInstallation.open(moving.url, EVERY_OUTCOME);
    try {
      for (const one of after.datasets) {
        const nothing = { elsewhere: null, incomplete: null };
        expect(await readTargetDays(after.database, one)).toEqual(nothing);
      }
      // The list has the place in the queue as well.
      const progress = await after.progress(batch_id ?? '');
      expect({ ...progress, queue_place: null }).toEqual(items[0]);
      const dataset = after.datasets.find(({ name }) => name === items[0]?.dataset);
      if (dataset === undefined) throw new Error('expected the dataset of the batch, got none');
      const lanes = [await after.acquire(), await after.acquire()];
      expect(await after.queue.acquire()).toBeNull();
      expect(lanes.map((lane) => lane.batchId)).toEqual([batch_id, batch_id]);
      for (const lane of lanes) {
        for (let day = await after.step(lane, { dataset }); day.kind === 'claimed';) {
          day = await after.finish({ lane, ...day }, rowsOf(1), { dataset });
        }
      }
      expect(await after.progress(batch_id ?? '')).toMatchObject({
        status: 'completed',
        success: total,
      });
    } finally {
      await after.close();
    }
  });

  it('reuses no number of a batch', async () => {
    const { seq } = await moving.sync.start(D1, D1);
    await moving.sync.start(D2, D2);
    await moving.sync.database.write('forget', async ({ db }) => {
      await db.deleteFrom('batch').where('seq', '>', seq).execute();
      await db.deleteFrom('batch_day').where('day', '=', D2).execute();
    });
    await moving.move();
    const other = await ScratchInstallation.open(moving.url);
    const next = await other.start(D2, D2);
    await other.close();
    expect([seq, next.seq]).toEqual([1, 3]);
  });

  it('goes on where it stopped, copies nothing twice, and comes to the same', async () => {
    await moving.fill();
    for (const table of ['batch', 'sync_record', 'every_type']) {
      expect(await moving.move({ until: { type: 'table_begun', table } })).toEqual({
        kind: 'stopped',
      });
      expect(await moving.inPostgres(hasUnfinishedMove)).toBe(true);
    }
    moving.events = [];
    const result = await moving.move();
    expect(result.kind).toBe('moved');
    const { rows } = result as Extract<MoveResult, { kind: 'moved' }>;
    const [begun] = moving.events;
    expect(begun).toEqual({ type: 'begun', rows, copied: rows - ROWS.length });
    const copied = moving.events.flatMap((event) => (event.type === 'rows_done' ? event.rows : []));
    // What was left of the copy, and all of it compared.
    expect(copied.reduce((sum, count) => sum + count, 0)).toBe(ROWS.length + rows);
  });

  it('goes on in the middle of a table, chunk by chunk', async () => {
    await moving.write(Array.from({ length: 25_000 }, (_, n) => ({ integer: n })));
    const chunk = { type: 'rows_done', rows: 10_000 } as const;
    // Each of the three targets has a version.
    const rows = 25_003;
    for (const copied of [0, 10_003]) {
      moving.events = [];
      expect(await moving.move({ until: chunk })).toEqual({ kind: 'stopped' });
      expect(moving.events[0]).toEqual({ type: 'begun', rows, copied });
    }
    expect(await moving.move()).toMatchObject({ kind: 'moved', rows });
  });

  it('begins anew where SQLite has changed meanwhile, or the datasets', async () => {
    await moving.fill();
    await moving.copy();
    await moving.write(ROWS.slice(1));
    expect(await moving.copy()).toEqual({ kind: 'stopped' });
    expect(moving.events).toContainEqual({ type: 'begun_anew' });
    moving.events = [];
    expect(await moving.move({ datasets: [EVERY_TYPE] })).toMatchObject({
      kind: 'moved',
      left: ['other', 'readings'],
    });
    expect(moving.events[0]).toEqual({ type: 'begun_anew' });
    expect(await moving.rowsOf('every_type')).toHaveLength(ROWS.length - 1);
    expect(await moving.rowsOf('readings')).toEqual([]);
  });

  it('finds what is not the same: table, key and column', async () => {
    await moving.fill();
    expect(await moving.copy()).toEqual({ kind: 'stopped' });
    await moving.execute(`
      update batch set total = total + 1 where seq = 2;
      update sync_record set error_text = null where day = '${D2}';
      delete from idempotency_key;
      insert into session select 'other', token_name, token_hash, created_at, expires_at from session;
      update readings set value = 4711 where sync_day = '${D1}' and value = 2;
      delete from readings where sync_day = '2025-10-04';
      update every_type set decimal = decimal + 0.001, text = '' where "integer" is null;
    `);
    const lines = [
      'batch, seq 2, column total: SQLite has "13" (text), PostgreSQL "14" (text)',
      'sync_record, dataset readings, day 2025-10-02, column error_text: SQLite has "a\ufffdb" (text), PostgreSQL null',
      'idempotency_key, identity ana, key k1: a row that SQLite has and PostgreSQL does not',
      'session, secret_hash other: a row that PostgreSQL has and SQLite does not',
      'readings, sync_day 2025-10-01, row 2 of the day, column value: SQLite has "2" (text), PostgreSQL "4711" (text)',
      'readings, sync_day 2025-10-04, row 1 of the day: a row that SQLite has and PostgreSQL does not',
      'every_type, sync_day 2025-10-01, row 2 of the day, column text: SQLite has null, PostgreSQL "" (text)',
    ];
    expect(linesOf(await moving.move())).toEqual(lines);
    // It has not ended, and the next try finds the same.
    expect(await moving.inPostgres(hasUnfinishedMove)).toBe(true);
    expect(linesOf(await moving.move())).toEqual(lines);
    expect(await moving.move({ anew: true })).toMatchObject({ kind: 'moved' });
  });

  it('finds duplicate rows, and accepts another order', async () => {
    await moving.fill();
    await moving.copy();
    await moving.execute(`
      with removed as (delete from readings where sync_day = '2025-10-06' and value < 3000 returning *)
      insert into readings select * from removed order by value desc;
      insert into readings select * from readings where sync_day = '2025-10-06' and value = 7;
    `);
    expect(linesOf(await moving.move())).toEqual([
      expect.stringMatching(
        /^readings, sync_day 2025-10-06, row \d+ of the day: a row that PostgreSQL has/,
      ),
    ]);
    await moving.execute(`
      delete from readings where ctid = (select max(ctid) from readings where value = 7)
    `);
    expect(linesOf(await moving.move())).toEqual(['moved']);
  });

  it('lists the first differences, and counts the others', async () => {
    await moving.fill();
    await moving.copy();
    await moving.execute(
      `update readings set value = value + 1000000 where sync_day = '2025-10-06'`,
    );
    const result = await moving.move();
    if (result.kind !== 'differs') throw new Error(`expected differences, got ${result.kind}`);
    expect([result.differences.first.length, result.differences.count]).toEqual([20, 5_000]);
  });
});
