// Tables whose triggers, rules, policies or types change what is written: no day of theirs is called synced that is not
// in the target as it was written.
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { testsOn } from '../../../../test/tests-on.js';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { D1, rowsOf } from '../sync/sync.fixture.js';
import { targetColumn } from '../targets/elsewhere/day-target-values.fixture.js';
import {
  scratchTargets,
  type ScratchPostgresTarget,
} from '../targets/elsewhere/postgres-target.fixture.js';
import { ScratchInstallation } from './installation.fixture.js';

type Disturb = (value: number) => readonly string[];

const triggerOf =
  (when: string, body: string): Disturb =>
  (value) => [
    `create trigger disturb ${when} on readings begin ${body.replaceAll('$1', String(value))}; end`,
  ];

/** Each for the rows with one value. `spared` changes nothing of the day. */
const ON_SQLITE: Readonly<Record<string, Disturb>> = {
  'drops a row': triggerOf('before insert', 'select raise(ignore) where new.value = $1'),
  'doubles a row': triggerOf(
    'after insert',
    'insert into readings select new.sync_day, $1 where new.value = $1',
  ),
  'changes a value': triggerOf(
    'after insert',
    'update readings set value = value + 1 where rowid = new.rowid and new.value = $1',
  ),
  'moves a row': triggerOf(
    'after insert',
    `update readings set sync_day = '1999-01-01' where rowid = new.rowid and new.value = $1`,
  ),
  'keeps a row': triggerOf('before delete', 'select raise(ignore) where old.value = $1'),
  'writes elsewhere': triggerOf('after insert', 'insert into seen values (new.value)'),
};

const functionOf =
  (when: string, body: string): Disturb =>
  (value) => [
    `create or replace function disturb() returns trigger language plpgsql as $$ begin ${body.replaceAll('$1', String(value))} end $$`,
    `create ${when.includes('constraint') ? '' : 'trigger disturb '}${when} for each row execute function disturb()`,
  ];

const ON_POSTGRES: Readonly<Record<string, Disturb>> = {
  'drops a row': functionOf(
    'before insert on readings',
    'if new.value = $1 then return null; end if; return new;',
  ),
  'doubles a row': functionOf(
    'after insert on readings',
    'if new.value = $1 and pg_trigger_depth() = 1 then insert into readings values (new.sync_day, $1); end if; return null;',
  ),
  'changes a value': functionOf(
    'before insert on readings',
    'if new.value = $1 then new.value := new.value + 1; end if; return new;',
  ),
  'keeps a row': functionOf(
    'before delete on readings',
    'if old.value = $1 then return null; end if; return old;',
  ),
  'drops a row at the commit': functionOf(
    'constraint trigger disturb after insert on readings deferrable initially deferred',
    'delete from readings where value = $1; return null;',
  ),
  'has a rule that writes elsewhere': (value) => [
    `create rule disturb as on insert to readings do also insert into seen values (${value})`,
  ],
  'writes elsewhere': functionOf(
    'after insert on readings',
    'insert into seen values (new.value); return null;',
  ),
  // The last: PostgreSQL keeps the empty plan that a statement of a session has by then.
  'has a rule that keeps rows': () => [
    'create rule disturb as on delete to readings do instead nothing',
  ],
};

const FUNCTION = 'drop function if exists disturb cascade';
const UNDISTURBED = {
  sqlite: ['drop trigger if exists disturb'],
  postgres: [FUNCTION, 'drop rule if exists disturb on readings'],
};

const VALUE = targetColumn('value', 'integer', false);

const scratch = migratedDatabases();

describe.each(DIALECTS)('a day in an own table on %s', (dialect) => {
  const it = testsOn(dialect);
  const disturbances = { sqlite: ON_SQLITE, postgres: ON_POSTGRES }[dialect];
  let sync: ScratchInstallation;
  beforeAll(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect));
    await change('create table seen (value integer)');
  });
  afterAll(() => sync.close());

  const change = (statement: string): Promise<unknown> =>
    sync.database.write('targets', ({ db }) => sql.raw(statement).execute(db));
  const run = async (values: readonly number[]): Promise<string> => {
    const { batch_id } = await sync.start(D1, D1, { mode: 'all' });
    await sync.runQueued(() => rowsOf(...values));
    const [day] = await sync.days(batch_id);
    return day?.error_code ?? day?.state ?? '';
  };
  const valuesInTarget = async (): Promise<readonly number[]> =>
    (await sync.target()).filter(({ day }) => day === D1).map(({ value }) => value);

  it.each(Object.entries(disturbances))(
    'whose table %s is in it as it was written, or fails and keeps its rows',
    async (name, disturb) => {
      const values = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), {
        minLength: 1,
        maxLength: 4,
      });
      const ends = new Set<string>();
      await fc.assert(
        fc.asyncProperty(values, values, async (before, later) => {
          for (const statement of UNDISTURBED[dialect]) await change(statement);
          expect(await run(before)).toBe('success');
          for (const statement of disturb(2)) await change(statement);
          const end = await run(later);
          ends.add(end);
          const wanted = end === 'success' ? later : before;
          expect(await valuesInTarget()).toEqual(wanted.toSorted());
        }),
        {
          numRuns: name.includes('rule that keeps') ? 1 : 6,
          // Hit by each of them.
          examples: [
            [
              [1, 2, 3],
              [2, 4],
            ],
          ],
        },
      );
      expect(ends).toContain(name.includes('writes elsewhere') ? 'success' : 'TARGET_CHANGED_ROWS');
      for (const end of ends) expect(['success', 'TARGET_CHANGED_ROWS']).toContain(end);
    },
  );
});

describeWithPostgres('a day in a table of PostgreSQL', () => {
  const it = testsOn('postgres');
  const make = scratchPostgres();
  const { prepared } = scratchTargets();
  /** A target outside Daysync's own database, with the rows 2 and 3. */
  const written = async (): Promise<ScratchPostgresTarget> => {
    const scratched = await prepared(await make(), { columns: [VALUE] });
    await scratched.write([[2], [3]]);
    return scratched;
  };

  it.each(Object.entries(ON_POSTGRES))('whose table %s', async (name, disturb) => {
    const scratched = await written();
    await scratched.execute('create table seen (value integer)');
    for (const statement of disturb(2)) await scratched.execute(statement);
    const failure = await scratched.failure([[2], [4]]);
    const isHarmless = name.includes('writes elsewhere');
    if (isHarmless) expect(failure).toBeUndefined();
    else expect(failure).toMatchObject({ code: 'TARGET_CHANGED_ROWS' });
    const rows = await scratched.execute('select value::integer from readings order by value');
    expect(rows.map(({ value }) => value)).toEqual(isHarmless ? [2, 4] : [2, 3]);
  });

  it('whose column has another type since the start is refused, and keeps its rows', async () => {
    const scratched = await written();
    await scratched.execute('alter table readings alter value type numeric(4, 0)');
    expect(await scratched.failure([[4]])).toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringContaining('expected bigint not null, got numeric(4,0)') as unknown,
    });
    const sync = await ScratchInstallation.open(await scratch('postgres'));
    const run = async (): Promise<unknown> => {
      const { batch_id } = await sync.start(D1, D1, { mode: 'all' });
      await sync.runQueued(() => rowsOf(4));
      return (await sync.days(batch_id))[0];
    };
    await run();
    await sync.database.write('targets', ({ db }) =>
      sql.raw('alter table readings alter value type numeric(4, 0)').execute(db),
    );
    expect(await run()).toMatchObject({
      error_code: 'TARGET_REFUSED',
      error_text: expect.stringContaining(
        'expected bigint not null, got numeric(4,0) not null',
      ) as unknown,
    });
    await sync.close();
  });
});
