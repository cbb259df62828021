import { beforeEach, describe, expect, it, vi } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../../test/postgres.js';
import { StaleWriteError, TargetUnavailableError } from '../day-target.js';
import { quote } from '../target-dialect.js';
import { TargetChangedError, TargetRefusedError } from '../target-rows.js';
import { testDayTarget } from './day-target-contract.fixture.js';
import { targetColumn } from './day-target-values.fixture.js';
import {
  DAY,
  executeOn,
  holdOpen,
  scratchTargets,
  type ScratchPostgresTarget,
} from './postgres-target.fixture.js';
import { PostgresTarget } from './postgres-target.js';

const ODD_TABLE = 'it\'s "odd"';
const PATIENCE = {
  ...{ lock: 10_000, overtaken: 5_000, statement: 60_000, idle: 8_000, silence: 60_000 },
};
const make = scratchPostgres();

describeWithPostgres('PostgreSQL', () => {
  testDayTarget('a table', async (columns) => {
    const url = await make();
    const opened: PostgresTarget[] = [];
    const open = (its = columns): PostgresTarget => {
      const options = { url, writtenUrl: '${TARGET}', table: ODD_TABLE, columns: its };
      const target = new PostgresTarget(options);
      opened.push(target);
      return target;
    };
    return {
      target: open(),
      reopen: (its) => Promise.resolve(open(its)),
      dropPlace: async () => {
        await executeOn(url, `drop table ${quote(ODD_TABLE)}`);
      },
      close: async () => {
        for (const target of opened) await target.close();
      },
    };
  });

  describe('a table that others use, too,', () => {
    const { open, prepared } = scratchTargets();
    let url: string;
    let scratch: ScratchPostgresTarget;
    beforeEach(async () => {
      url = await make();
      scratch = await prepared(url);
    });
    const waitingFor = (changes: Partial<typeof PATIENCE>): Promise<ScratchPostgresTarget> =>
      prepared(url, { patience: { ...PATIENCE, ...changes } });

    it('is ready without the right to create tables, and refuses rows without the right to write', async () => {
      await scratch.write([[1]]);
      await scratch.execute(`
        create role reader_of_it login password 'reader';
        grant select on all tables in schema public to reader_of_it`);
      const address = new URL(url);
      [address.username, address.password] = ['reader_of_it', 'reader'];
      const limited = open(address.href);
      expect(await limited.prepare()).toBe(await scratch.target.readKey());
      const refused = await limited.failure([[2]]);
      expect(refused).toBeInstanceOf(TargetRefusedError);
      expect(String(refused)).toMatch(
        /expected readings in \$\{TARGET\} to accept the rows, got: permission denied/,
      );
      expect(String(await limited.target.fence(DAY, 9).catch((error: unknown) => error))).toMatch(
        /to accept a fencing token, got: permission denied/,
      );
      await scratch.execute('revoke select on readings from reader_of_it');
      await expect(limited.target.hasRows(DAY)).rejects.toThrow(
        /expected readings in \$\{TARGET\} to be readable, got: permission denied/,
      );
      expect(await scratch.numbers()).toEqual([1]);
      await scratch.execute('drop owned by reader_of_it; drop role reader_of_it');
    });

    it.each([
      ['a column that was dropped', 'alter table readings drop column celsius', 'celsius'],
      [
        'a column of another type',
        'alter table readings alter celsius type date using current_date',
        'invalid input syntax for type date: "2" (row 1 of the day, column celsius)',
      ],
      [
        'a new column without a value',
        'alter table readings add note text not null default 1; alter table readings alter note drop default',
        'null value in column "note"',
      ],
      [
        'a check',
        'alter table readings add check (celsius < 2)',
        'violates check constraint "readings_celsius_check" (row 1 of the day)',
      ],
      [
        'a constraint that is checked at the end',
        'alter table readings add unique (celsius) deferrable initially deferred; insert into readings values (now(), 2)',
        'violates unique constraint',
      ],
    ])('refuses rows by %s, and keeps the day', async (_what, statement, why) => {
      await scratch.write([[1]]);
      await scratch.execute(statement);
      const refused = await scratch.failure([[2], [3]], { token: 7 });
      expect(refused).toBeInstanceOf(TargetRefusedError);
      expect(refused).not.toBeInstanceOf(TargetChangedError);
      expect(String(refused)).toContain(why);
      const rows = await scratch.execute(`select from readings where sync_day = '${DAY}'`);
      expect(rows).toHaveLength(1);
      expect(await scratch.target.fence(DAY, 8)).toBe(1);
    });

    it('keeps its key in another schema than the one of new tables', async () => {
      await scratch.write([[1]]);
      const key = await scratch.target.readKey();
      await scratch.execute('create schema later; alter table readings set schema later');
      await scratch.execute('alter table daysync_day set schema later');
      const address = new URL(url);
      address.searchParams.set('options', '-c search_path=public,later');
      const moved = open(address.href);
      expect(await moved.prepare()).toBe(key);
      expect(await moved.target.fence(DAY, 5)).toBe(1);
      await moved.write([[2]], { token: 5 });
      const rows = await scratch.execute('select celsius from later.readings');
      expect(rows).toEqual([{ celsius: '2' }]);
    });

    it('has the tokens of a table no longer than the table', async () => {
      const other = await prepared(url, { table: 'others' });
      await scratch.write([[1]]);
      await other.write([[1]]);
      await scratch.execute('drop table readings');
      const key = await scratch.prepare();
      await scratch.write([[2]]);
      const rows = await scratch.execute('select target from daysync_day order by 1');
      const keys = [key, await other.target.readKey()].sort();
      expect(rows).toEqual(keys.map((target) => ({ target })));
    });

    it('gets its tokens back once their table was dropped, and keeps its rows', async () => {
      await scratch.write([[1]]);
      await scratch.execute('drop table daysync_day');
      expect(await scratch.failure([[2]])).toBeInstanceOf(TargetChangedError);
      expect(await scratch.target.fence(DAY, 5)).toBeNull();
      expect(await scratch.failure([[2]], { token: 4 })).toBeInstanceOf(StaleWriteError);
      await scratch.execute('drop table daysync_day');
      const key = await scratch.target.readKey();
      expect(await scratch.prepare()).toBe(key);
      expect(await scratch.numbers()).toEqual([1]);
      await scratch.write([[2]], { token: 6 });
      expect(await scratch.numbers()).toEqual([2]);
    });

    it('keeps all digits, and has no conflicts, whatever the settings of its database are', async () => {
      const name = new URL(url).pathname.slice(1);
      await scratch.execute(`alter database ${name} set extra_float_digits = -3;
        alter database ${name} set datestyle = 'German, DMY';
        alter database ${name} set timezone = 'Asia/Kathmandu';
        alter database ${name} set default_transaction_isolation = 'serializable'`);
      const columns = [
        targetColumn('share', 'real'),
        targetColumn('on', 'date'),
        targetColumn('at', 'timestamp'),
      ];
      const other = await prepared(url, { table: 'others', columns });
      const row = [1 / 3, '2025-10-03', '2025-10-02T23:59:59.999999Z'];
      await other.write([row]);
      const { rows } = await other.target.readPage(DAY, { offset: 0, limit: 2 });
      expect(rows).toEqual([row]);
      // Of two that write at once, the later one has no conflict.
      const earlier = await holdOpen(url, 'update daysync_day set token = token');
      const later = other.write([row, row]);
      await vi.waitUntil(async () => (await waiters(scratch)) === 1, { timeout: 60_000 });
      await earlier.query('commit');
      await earlier.end();
      await later;
    });

    it('that somebody else has made gets a key, and keeps its rows', async () => {
      await scratch.execute(`drop table readings;
        create table readings (sync_day date not null, celsius bigint not null);
        insert into readings values ('${DAY}', 7)`);
      expect(await scratch.target.readKey()).toBeNull();
      const key = await scratch.prepare();
      expect(await scratch.target.readKey()).toBe(key);
      expect(await scratch.target.fence(DAY, 1)).toBeNull();
      expect(await scratch.numbers()).toEqual([7]);
    });

    it('is waited for while another program has it locked, and no longer', async () => {
      const impatient = await waitingFor({ lock: 200, overtaken: 100 });
      await scratch.write([[1]]);
      const holder = await holdOpen(url, 'lock table readings in share mode');
      const locked = await impatient.failure([[2]], { token: 2 });
      expect(locked).toMatchObject({
        name: 'TargetUnavailableError',
        code: 'TARGET_LOCKED',
        message:
          'expected readings in ${TARGET} to be unlocked in time, got a lock of another program',
      });
      const waiting = scratch.write([[3]]);
      await vi.waitUntil(async () => (await waiters(scratch)) === 1, { timeout: 60_000 });
      await holder.end();
      await waiting;
      expect(await scratch.numbers()).toEqual([3]);
    });

    const SLOW = {
      'the delete': 'create trigger slow before delete on readings for each statement',
      'the end of the copy': 'create trigger slow after insert on readings for each statement',
      'the commit': `create constraint trigger slow after insert on readings
        deferrable initially deferred for each row`,
    };
    const slowDown = async (what: keyof typeof SLOW, seconds: number): Promise<void> => {
      await scratch.write([[1]]);
      await scratch.execute(`
        create function slow() returns trigger language plpgsql as
          $$ begin perform pg_sleep(${seconds}); return null; end $$;
        ${SLOW[what]} execute function slow()`);
    };
    const PARTS = Object.keys(SLOW) as (keyof typeof SLOW)[];

    it.each(PARTS)('may be silent for long during %s', async (what) => {
      await slowDown(what, 2.5);
      const patient = await waitingFor({ silence: 1_000 });
      await patient.write([[2]], { token: 2 });
      expect(await scratch.numbers()).toEqual([2]);
    });

    it.each(PARTS)('refuses a day once %s takes too long, and keeps it', async (what) => {
      await slowDown(what, 60);
      const impatient = await waitingFor({ silence: 1_000, statement: 1_500 });
      const refused = await impatient.failure([[2]], { token: 2 });
      expect(refused).toBeInstanceOf(TargetRefusedError);
      expect(refused).toMatchObject({
        message:
          'expected readings in ${TARGET} to accept the rows, got: a statement that takes more than 1.5 s; to fix it: remove indexes or triggers that make it slow, or other load, then retry the day',
      });
      expect(await scratch.numbers()).toEqual([1]);
      await scratch.execute('drop trigger slow on readings');
      await impatient.write([[3]], { token: 3 });
      expect(await scratch.numbers()).toEqual([3]);
    });

    it.each([
      ['off', 'on'],
      ['local', 'local'],
      ['remote_apply', 'remote_apply'],
    ])('has a commit on its disk where synchronous_commit is %s: %s', async (setting, used) => {
      const name = new URL(url).pathname.slice(1);
      await scratch.execute(`
        alter database ${name} set synchronous_commit = ${setting};
        create table used (setting text);
        create function note() returns trigger language plpgsql as
          $$ begin insert into used values (current_setting('synchronous_commit')); return null; end $$;
        create trigger note after insert on readings for each statement execute function note();
        create trigger note after insert on daysync_day for each statement execute function note()`);
      const other = await prepared(url);
      await other.write([[1]]);
      await other.target.fence(DAY, 2);
      const rows = await scratch.execute('select setting from used');
      expect(rows).toEqual([used, used, used].map((its) => ({ setting: its })));
    });

    it('ends what waits for a lock once it is aborted', async () => {
      await scratch.write([[1]]);
      const holder = await holdOpen(url, 'lock table readings in share mode');
      const stop = new AbortController();
      const waiting = scratch.failure([[2]], { signal: stop.signal });
      await vi.waitUntil(async () => (await waiters(scratch)) === 1, { timeout: 60_000 });
      const reason = new Error('stopped');
      stop.abort(reason);
      expect(await waiting).toBe(reason);
      // While the lock is still held.
      await vi.waitUntil(async () => (await waiters(scratch)) === 0, { timeout: 5_000 });
      await holder.end();
      expect(await scratch.numbers()).toEqual([1]);
    });

    it('fences a day whose write stands still, and leaves other programs alone', async () => {
      const impatient = await waitingFor({ lock: 3_000, overtaken: 100 });
      await scratch.write([[1]], { token: 3 });
      const touch = 'update daysync_day set written = 4';
      const halted = await holdOpen(url, touch, 'daysync');
      expect(await impatient.target.fence(DAY, 9)).toBe(3);
      await expect(halted.query('commit')).rejects.toThrow();
      const other = await holdOpen(url, touch);
      const failure = await impatient.target.fence(DAY, 10).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TargetUnavailableError);
      expect(failure).toMatchObject({ code: 'TARGET_LOCKED' });
      await other.query('commit');
      await other.end();
      expect(await impatient.target.fence(DAY, 10)).toBe(4);
    });
  });
});

/** How many connections wait for a lock. */
async function waiters(scratch: ScratchPostgresTarget): Promise<number> {
  const rows = await scratch.execute(`select from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`);
  return rows.length;
}
