import {
  sql,
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type SqlBool,
  type SelectQueryBuilder,
} from 'kysely';
import type { SkipReason } from '@daysync/progress';
import type { Dialect, WriteTransaction } from '../database/database.js';
import { preparedStatement } from '../database/prepared-statement.js';
import type { BatchDayRow, LaneRow, Schema } from '../database/schema.js';
import { LANE_COLUMNS } from '../batches/store/batch-reading.js';
import { writeDayError } from '../batches/store/sync-record.js';

// The statements of a commit that concern the lane and its next day.

type LaneKey = Pick<LaneRow, 'batch_id' | 'number'>;

export type Candidate = Pick<BatchDayRow, 'day' | 'position' | 'attempts'>;

/** Locks a lane. */
export const selectLane = preparedStatement<LaneKey, LaneRow>(({ db, dialect }, params) => {
  const { batch_id, number } = params('batch_id', 'number');
  const row = db
    .selectFrom('lane')
    .selectAll()
    .where('batch_id', '=', batch_id)
    .where('number', '=', number);
  return dialect === 'sqlite' ? row : row.forUpdate();
});

function lanesOf(
  db: Kysely<Schema>,
  batchId: Expression<string>,
): SelectQueryBuilder<Schema, 'lane', Pick<LaneRow, 'number'>> {
  return db.selectFrom('lane').select('number').where('batch_id', '=', batchId);
}

/** Locks an open lane with the token of a claim; for PostgreSQL. */
export const selectOpenLane = preparedStatement<
  LaneKey & Pick<LaneRow, 'token'>,
  Pick<LaneRow, 'number'>
>(({ db }, params) => {
  const { batch_id, number, token } = params('batch_id', 'number', 'token');
  return lanesOf(db, batch_id)
    .where('number', '=', number)
    .where('token', '=', token)
    .where('open', '=', sql.lit(1))
    .forUpdate();
});

/** Locks an open lane without a day in flight; for PostgreSQL. */
export const selectFreeLane = preparedStatement<LaneKey, Pick<LaneRow, 'number'>>(
  ({ db }, params) => {
    const { batch_id, number } = params('batch_id', 'number');
    return lanesOf(db, batch_id)
      .where('number', '=', number)
      .where('day', 'is', null)
      .where('open', '=', sql.lit(1))
      .forUpdate();
  },
);

/** Locks another lane of the batch with a day in flight, so that it can't commit meanwhile; for PostgreSQL. */
export const lockAnotherLane = preparedStatement<LaneKey, Pick<LaneRow, 'number'>>(
  ({ db }, params) => {
    const { batch_id, number } = params('batch_id', 'number');
    return lanesOf(db, batch_id)
      .where('number', '!=', number)
      .where('day', 'is not', null)
      .orderBy('number')
      .limit(sql<number>`1`)
      .forShare()
      .skipLocked();
  },
);

type Days = ExpressionBuilder<Schema, 'batch_day'>;

/** The eligible days. @param now by the steady clock */
function isEligible(where: Days, now: Expression<string>): Expression<SqlBool> {
  return where.and([
    where('state', '=', sql.lit('pending')),
    where('action', '=', sql.lit('run')),
    where('suspect', '=', sql.lit(0)),
    // A deferred day has no `next_at`.
    where.or([where('waits_for', 'is', null), where('next_at', '<=', now)]),
  ]);
}

interface NextDay {
  readonly batch_id: string;
  readonly now: string;
}

/** The next eligible day, skipping those that another lane is claiming. */
export const selectNext = preparedStatement<NextDay, Candidate>(({ db, dialect }, params) => {
  const { batch_id, now } = params('batch_id', 'now');
  const next = db
    .selectFrom('batch_day')
    .select(['day', 'position', 'attempts'])
    .where('batch_id', '=', batch_id)
    .where((where) => isEligible(where, now))
    .orderBy('position')
    .limit(sql<number>`1`);
  return dialect === 'sqlite' ? next : next.forUpdate().skipLocked();
});

/** The first suspect. */
export const selectSuspect = preparedStatement<Pick<NextDay, 'batch_id'>, Candidate>(
  ({ db }, params) => {
    const { batch_id } = params('batch_id');
    return db
      .selectFrom('batch_day')
      .select(['day', 'position', 'attempts'])
      .where('batch_id', '=', batch_id)
      .where('suspect', '=', sql.lit(1))
      .where('state', '=', sql.lit('pending'))
      .orderBy('position')
      .limit(sql<number>`1`);
  },
);

export const countDeferred = preparedStatement<
  Pick<NextDay, 'batch_id'>,
  { readonly count: number }
>(({ db }, params) => {
  const { batch_id } = params('batch_id');
  return db
    .selectFrom('batch_day')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('batch_id', '=', batch_id)
    .where('waits_for', '=', sql.lit('source'));
});

/** The error that days have in common. */
type SameError = Pick<NextDay, 'batch_id'> & {
  readonly error_code: string;
  /** Empty for none. */
  readonly error_column: string;
};

/** Counts the deferred days with the same error. */
export const countDeferredAlike = preparedStatement<SameError, { readonly count: number }>(
  ({ db }, params) => {
    const { batch_id, error_code, error_column } = params('batch_id', 'error_code', 'error_column');
    return db
      .selectFrom('batch_day')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('batch_id', '=', batch_id)
      .where('waits_for', '=', sql.lit('source'))
      .where('error_code', '=', error_code)
      .where((where) => where(columnOrNone(where), '=', error_column));
  },
);

/** Counts the failed days with the same error and no answer in between. */
export const countFailedAlike = preparedStatement<
  SameError & { readonly answers_before: number },
  { readonly count: number }
>(({ db }, params) => {
  const value = params('batch_id', 'answers_before', 'error_code', 'error_column');
  return db
    .selectFrom('batch_day')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('batch_id', '=', value.batch_id)
    .where('answers_before', '=', value.answers_before)
    .where('error_code', '=', value.error_code)
    .where((where) => where(columnOrNone(where), '=', value.error_column));
});

function columnOrNone({ fn }: Days): Expression<string> {
  return fn.coalesce('error_column', sql<string>`''`);
}

/** One of the days that are still to run, whatever they wait for. */
export const hasDayToRun = preparedStatement<Pick<NextDay, 'batch_id'>, Pick<BatchDayRow, 'day'>>(
  ({ db }, params) => {
    const { batch_id } = params('batch_id');
    return db
      .selectFrom('batch_day')
      .select('day')
      .where('batch_id', '=', batch_id)
      .where('action', '=', sql.lit('run'))
      .where('state', '=', sql.lit('pending'))
      .limit(sql<number>`1`);
  },
);

/** The first of the days that wait for a time. */
export const selectWaiting = preparedStatement<
  Pick<NextDay, 'batch_id'>,
  Pick<BatchDayRow, 'day' | 'waits_for' | 'next_at' | 'error_text'>
>(({ db }, params) => {
  const { batch_id } = params('batch_id');
  return db
    .selectFrom('batch_day')
    .select(['day', 'waits_for', 'next_at', 'error_text'])
    .where('batch_id', '=', batch_id)
    .where('waits_for', 'is not', null)
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(sql<number>`1`);
});

/** The columns of a day that begins, beside those of its claim. */
const BEGUN = {
  state: 'running',
  waits_for: null,
  next_at: null,
  ...writeDayError(null),
} as const;

export const beginDay = preparedStatement<
  Pick<BatchDayRow, 'batch_id' | 'day' | 'token' | 'lane' | 'rev' | 'started_at' | 'attempts'>
>(({ db }, params) => {
  const { batch_id, day, ...columns } = params(
    'batch_id',
    'day',
    'token',
    'lane',
    'rev',
    'started_at',
    'attempts',
  );
  return db
    .updateTable('batch_day')
    .set({ ...BEGUN, ...columns })
    .where('batch_id', '=', batch_id)
    .where('day', '=', day);
});

type PassedColumns = Pick<BatchDayRow, 'batch_id' | 'position' | 'finished_at' | 'lane' | 'rev'>;

/** Skips the planned skips before a position in the batch, except those that another lane is skipping. */
export const skipPassed = preparedStatement<PassedColumns, Pick<BatchDayRow, 'reason'>>(
  ({ db, dialect }, params) => {
    const { batch_id, position, ...columns } = params(
      'batch_id',
      'position',
      'finished_at',
      'lane',
      'rev',
    );
    return db
      .updateTable('batch_day')
      .set({ state: 'skipped', ...columns })
      .where('batch_id', '=', batch_id)
      .where(isPlannedSkip(db, dialect, batch_id, position))
      .returning('reason');
  },
);

function isPlannedSkip(
  db: Kysely<Schema>,
  dialect: Dialect,
  batchId: Expression<string>,
  position: Expression<number>,
): Expression<SqlBool> {
  const skips = db
    .selectFrom('batch_day')
    .select('day')
    .where('batch_id', '=', batchId)
    .where('state', '=', sql.lit('pending'))
    .where('action', '=', sql.lit('skip'))
    .where('position', '<', position);
  return dialect === 'sqlite'
    ? sql<SqlBool>`batch_day.day in ${skips}`
    : // An array is looked up by key; for a join the planner would read all days of the batch.
      sql<SqlBool>`batch_day.day = any(array${skips.forUpdate().skipLocked()})`;
}

type SteppedLane = Omit<LaneRow, 'open'>;

const STEP_COLUMNS = LANE_COLUMNS.filter(
  (column): column is keyof SteppedLane => column !== 'open',
);

const updateLane = preparedStatement<SteppedLane>(({ db }, params) => {
  const { batch_id, number, ...columns } = params(...STEP_COLUMNS);
  return db
    .updateTable('lane')
    .set(columns)
    .where('batch_id', '=', batch_id)
    .where('number', '=', number);
});

/** Writes a lane after a step. Whether it is open is written with its batch. */
export async function writeLane(
  transaction: WriteTransaction,
  { open: _open, ...columns }: LaneRow,
): Promise<void> {
  await updateLane(transaction, columns);
}

interface ClaimValues extends LaneKey {
  /** By the steady clock. */
  readonly now: string;
  readonly at: string;
  readonly holder: string;
  readonly success: number;
  readonly skipped: number;
  readonly quarantined_rows: number;
  readonly rows: number;
  /** Why the finished day was skipped; null if it was not. */
  readonly skip_reason: SkipReason | null;
  /** Null keeps the value. */
  readonly outcomes: string | null;
  readonly outcome_rows: string | null;
  readonly answered_at: string | null;
}

/** The lane's skipped days by reason, with the finished day and the passed ones counted. */
function skipsCounted(reason: Expression<string | null>): Expression<string> {
  return sql<string>`(
    select coalesce(json_object_agg(reason, count)::text, '{}') from (
      select reason, sum(count)::integer as count from (
        select key as reason, value::integer as count from json_each_text(lane.skip_reasons::json)
        union all select skipped, 1 from (select ${reason}::text as skipped) as finished
          where skipped is not null
        union all select reason, 1 from passed where reason is not null
      ) as each group by reason
    ) as counted
  )`;
}

/** The lane after the claim. */
export type ClaimedLane = LaneRow & {
  readonly attempt: number;
  /** The reasons of the planned skips before the claimed day. */
  readonly passed: readonly SkipReason[];
};

/**
 * On PostgreSQL, for a locked lane, in one statement: claims the next eligible day, skips the planned skips before it, and
 * counts the finished day. It undoes its transaction if it claims nothing, and if the batch has a deferred day or a
 * suspect: those are decided with the batch locked.
 */
export const claimNext = preparedStatement<ClaimValues, ClaimedLane>(({ db }, params) => {
  const value = params(
    'batch_id',
    'number',
    'now',
    'at',
    'holder',
    'success',
    'skipped',
    'quarantined_rows',
    'rows',
    'skip_reason',
    'outcomes',
    'outcome_rows',
    'answered_at',
  );
  const { batch_id, number, at, now } = value;
  // A clock that was set back must not make the time of a change go back.
  const steppedAt = sql<string>`greatest(lane.updated_at, ${at})`;
  const next = db
    .selectFrom('batch_day')
    .select('day')
    .where('batch_id', '=', batch_id)
    .where((where) => isEligible(where, now))
    .where((where) =>
      where.not(
        where.exists(
          db
            .selectFrom('batch_day as other')
            .select('other.day')
            .where('other.batch_id', '=', batch_id)
            .where('other.waits_for', '=', sql.lit('source')),
        ),
      ),
    )
    .where((where) =>
      where.not(
        where.exists(
          db
            .selectFrom('batch_day as other')
            .select('other.day')
            .where('other.batch_id', '=', batch_id)
            .where('other.suspect', '=', sql.lit(1))
            .where('other.state', '=', sql.lit('pending')),
        ),
      ),
    )
    .orderBy('position')
    .limit(sql<number>`1`)
    .forUpdate()
    .skipLocked();
  return (
    db
      .with('claimed', (claim) =>
        claim
          .updateTable('batch_day')
          .from('lane')
          .set((set) => ({
            ...BEGUN,
            started_at: steppedAt,
            token: set('lane.token', '+', 1),
            lane: set.ref('lane.number'),
            rev: set('lane.rev', '+', 1),
            attempts: set('batch_day.attempts', '+', 1),
          }))
          .where('lane.batch_id', '=', batch_id)
          .where('lane.number', '=', number)
          .where('batch_day.batch_id', '=', batch_id)
          .where('batch_day.day', '=', next)
          .returning([
            'batch_day.day',
            'batch_day.position',
            'batch_day.attempts',
            'batch_day.rev',
            'batch_day.started_at',
          ]),
      )
      .with('passed', (pass) =>
        pass
          .updateTable('batch_day')
          .from('claimed')
          .set((set) => ({
            state: 'skipped',
            finished_at: set.ref('claimed.started_at'),
            lane: number,
            rev: set.ref('claimed.rev'),
          }))
          .where('batch_day.batch_id', '=', batch_id)
          .where(
            isPlannedSkip(db, 'postgres', batch_id, sql<number>`(select position from claimed)`),
          )
          .returning('batch_day.reason'),
      )
      .with('stepped', (step) =>
        step
          .updateTable('lane')
          .from('claimed')
          .set((set) => ({
            token: set('lane.token', '+', 1),
            holder: value.holder,
            stopping: 0,
            day: set.ref('claimed.day'),
            current_day: set.ref('claimed.day'),
            current_at: steppedAt,
            success: sql<number>`lane.success + ${value.success}`,
            skipped: sql<number>`lane.skipped + ${value.skipped} + (select count(*) from passed)`,
            planned: sql<number>`lane.planned + (select count(*) from passed)`,
            quarantined_rows: sql<number>`lane.quarantined_rows + ${value.quarantined_rows}`,
            rows: sql<number>`lane.rows + ${value.rows}`,
            skip_reasons: skipsCounted(value.skip_reason),
            wait_kind: null,
            wait_until: null,
            wait_detail: null,
            answered_at: sql<string | null>`coalesce(${value.answered_at}, lane.answered_at)`,
            outcomes: sql<string>`coalesce(${value.outcomes}, lane.outcomes)`,
            outcome_rows: sql<string>`coalesce(${value.outcome_rows}, lane.outcome_rows)`,
            rev: set('lane.rev', '+', 1),
            updated_at: steppedAt,
          }))
          .where('lane.batch_id', '=', batch_id)
          .where('lane.number', '=', number)
          .returningAll('lane')
          .returning([
            'claimed.attempts as attempt',
            sql<SkipReason[]>`(select coalesce(json_agg(reason), '[]'::json) from passed)`.as(
              'passed',
            ),
          ]),
      )
      // Divides by zero if nothing was claimed, which undoes the transaction.
      .selectFrom((from) =>
        from
          .selectFrom('stepped')
          .select(sql<number>`1 / count(*)`.as('claims'))
          .as('counted'),
      )
      .leftJoin('stepped', (join) => join.onTrue())
      .where('counted.claims', '=', sql.lit(1))
      .selectAll('stepped')
  );
});
