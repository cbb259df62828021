import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { D1, D2, makeDataset, ScratchSync } from '../sync/sync.fixture.js';
import type { TargetColumn } from './dataset.js';
import type { StagedRows } from '../database/staging.js';
import { prepareTarget, replaceDay, TargetRefusedError, targetHasRows } from './target-table.js';

const VALUE: TargetColumn = { name: 'value', from: 'value', type: 'integer', nullable: false };

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open();
});
afterEach(() => sync.close());

const prepare = (...columns: TargetColumn[]): ReturnType<typeof prepareTarget> =>
  sync.database.write('targets', (transaction) =>
    prepareTarget(transaction, makeDataset({ target: { table: 'readings', columns } })),
  );

describe('prepareTarget', () => {
  it('finds nothing to say of a table that is as the file says', async () => {
    expect(await prepare(VALUE)).toEqual([]);
  });

  it('adds a nullable column that is new, and keeps the rows', async () => {
    await sync.database.write('targets', (transaction) =>
      replaceDay(transaction, sync.dataset, D1, [[1]]),
    );
    const note: TargetColumn = { name: 'note', from: 'note', type: 'text', nullable: true };
    expect(await prepare(VALUE, note)).toEqual([]);
    const { rows } = await sql`select * from readings`.execute(sync.database.read);
    expect(rows).toEqual([{ sync_day: '2025-10-01', value: 1, note: null }]);
  });

  it('tells every other difference with what mends it, and changes nothing', async () => {
    const other: TargetColumn = { name: 'other', from: 'other', type: 'text', nullable: false };
    const differences = await prepare({ ...VALUE, type: 'text' }, other);
    expect(differences).toMatchObject([
      { column: 'value', expected: 'text not null', received: 'integer not null' },
      { column: 'other', expected: 'text not null', received: 'no such column' },
    ]);
    expect(differences[0]?.mend).toContain('drop table "readings"');
    expect(await prepare(VALUE)).toEqual([]);
  });

  it('tells a column that the file does not have', async () => {
    const [difference] = await prepare({ ...VALUE, name: 'renamed', nullable: true });
    expect(difference).toMatchObject({
      column: 'value',
      mend: 'alter table "readings" drop column "value"',
    });
  });
});

describe('replaceDay', () => {
  it('replaces the rows of its day and leaves the others', async () => {
    const write = (day: typeof D1, ...values: number[]): Promise<void> =>
      sync.database.write('targets', (transaction) =>
        replaceDay(
          transaction,
          sync.dataset,
          day,
          values.map((value) => [value]),
        ),
      );
    await write(D1, 1, 2);
    await write(D2, 3);
    await write(D1, 4);
    expect(await sync.target()).toEqual(['2025-10-01:4', '2025-10-02:3']);
    const has = await sync.database.write('targets', (transaction) =>
      targetHasRows(transaction, sync.dataset, D2),
    );
    expect(has).toBe(true);
  });

  it('moves rows that were staged, in the place of many, and lets everybody else have a turn', async () => {
    const stage = (count: number): StagedRows => {
      const table = sync.database.staging.create(1);
      for (let first = 0; first < count; first += 10_000) {
        table.append(
          Array.from({ length: Math.min(10_000, count - first) }, (_, n) => [first + n]),
        );
      }
      return table;
    };
    const write = (rows: StagedRows): Promise<void> =>
      sync.database.write('targets', (transaction) =>
        replaceDay(transaction, sync.dataset, D1, rows),
      );
    await write(stage(50_001));
    let turns = 0;
    const turn = setInterval(() => (turns += 1), 0);
    const staged = stage(30_000);
    await write(staged);
    clearInterval(turn);
    staged.drop();
    const target = await sync.target();
    expect([target.length, target.includes('2025-10-01:29999')]).toEqual([30_000, true]);
    expect(turns).toBeGreaterThan(3);
  });

  it('keeps what the day had where staged rows do not fit', async () => {
    await sync.database.write('targets', (transaction) =>
      replaceDay(transaction, sync.dataset, D1, [[1]]),
    );
    const table = sync.database.staging.create(1);
    table.append([[5], ['no number']]);
    const written = sync.database.write('targets', (transaction) =>
      replaceDay(transaction, sync.dataset, D1, table).catch((error: unknown) => error),
    );
    expect(await written).toBeInstanceOf(TargetRefusedError);
    expect(await sync.target()).toEqual(['2025-10-01:1']);
  });
});
