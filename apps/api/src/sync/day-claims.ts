import { sql, type RawBuilder } from 'kysely';
import { ACTIVE_STATUSES, type CalendarDay } from '@daysync/progress';
import { toInstant } from '../clock.js';
import type { WriteTransaction } from '../database/database.js';
import { preparedStatement } from '../database/prepared-statement.js';
import type { BatchDayRow, DayWait } from '../database/schema.js';
import { writeDayError } from '../dispatch/day-error-columns.js';
import type { Claim } from './day-commit.js';

/** What the days of a batch that are not begun wait for. */
export interface Outlook {
  /** Days that may begin as soon as a place and the throttle allow it. */
  readonly ready: boolean;
  /** The next day that waits for its attempt, if there is one. */
  readonly waiting: {
    readonly day: CalendarDay;
    readonly waitsFor: DayWait;
    /** In milliseconds since the epoch, by the clock that is never set. */
    readonly dueAt: number;
    readonly text: string | null;
  } | null;
  /** A day that may have ended the process before runs alone: till then no other begins. */
  readonly blocked: boolean;
}

export interface Claims {
  readonly claims: readonly (Claim & { readonly position: number })[];
  readonly outlook: Outlook;
}

export interface ClaimRequest {
  readonly taskId: string;
  readonly at: string;
  readonly steadyNow: number;
  readonly rev: number;
  /** How many days may begin. */
  readonly mayBegin: number;
  /** How many days of this batch are in flight. */
  readonly running: number;
  /** This commit brings no day of its own: a suspect is claimed by such a one alone. */
  readonly claimsOnly: boolean;
  /** Who begins them, where there are several that may. */
  readonly holder: Holder | null;
}

/** A process among several, and the jobs by which it holds its days. */
export interface Holder {
  /** Of one process alone: another start of the same node has another one. */
  readonly node: string;
  /** One for each day that may begin, in the order in which they are taken. */
  readonly jobs: readonly string[];
  /** Whether the process has no other day in flight, and begins none for as long as this goes on. */
  readonly alone: boolean;
}

/** Begins the next days of a running batch: each is in flight and holds a token when this resolves. */
export async function claimDays(
  transaction: WriteTransaction,
  request: ClaimRequest,
): Promise<Claims> {
  return request.holder === null
    ? claimInProcess(transaction, request)
    : claimAmongNodes(transaction, request, request.holder);
}

/** In the one process that there is: while a suspect is open nothing else begins. */
async function claimInProcess(
  transaction: WriteTransaction,
  request: ClaimRequest,
): Promise<Claims> {
  const { rows: suspects } = await openSuspects(transaction, { task_id: request.taskId });
  return suspects.length > 0
    ? claimSuspect(transaction, request, suspects)
    : claimNext(transaction, request);
}

/** Among several processes: a suspect is alone in its own, and comes first there. */
async function claimAmongNodes(
  transaction: WriteTransaction,
  request: ClaimRequest,
  { alone }: Holder,
): Promise<Claims> {
  if (!alone) {
    const next = await claimNext(transaction, request);
    if (next.claims.length > 0 || next.outlook.ready) return next;
    const isBlocked = (await firstSuspect(transaction, request.taskId)) !== undefined;
    return { ...next, outlook: { ...next.outlook, blocked: isBlocked } };
  }
  const suspect = await firstSuspect(transaction, request.taskId);
  if (suspect === undefined) return claimNext(transaction, request);
  const claims = request.mayBegin > 0 ? await begin(transaction, request, [suspect]) : [];
  return { claims, outlook: { ready: false, waiting: null, blocked: true } };
}

function firstSuspect({ db }: WriteTransaction, taskId: string): Promise<Candidate | undefined> {
  return db
    .selectFrom('batch_day')
    .select(['day', 'position', 'attempts'])
    .where('task_id', '=', taskId)
    .where('suspect', '=', sql.lit(1))
    .where('state', '=', 'pending')
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
}

/** What every column of a day is that begins, whoever begins it. */
const BEGUN = {
  state: 'running',
  waits_for: null,
  next_at: null,
  ...writeDayError(null),
} as const;

/** A day that may begin. */
type Candidate = Pick<BatchDayRow, 'day' | 'position' | 'attempts'>;

const selectNext = preparedStatement<
  { readonly task_id: string; readonly now: string; readonly most: number },
  Candidate
>(({ db }, places) => {
  const { task_id, now, most } = places('task_id', 'now', 'most');
  return db
    .selectFrom('batch_day')
    .select(['day', 'position', 'attempts'])
    .where('task_id', '=', task_id)
    .where('state', '=', sql.lit('pending'))
    .where('action', '=', 'run')
    .where('suspect', '=', sql.lit(0))
    .where((where) =>
      where.or([
        where('waits_for', 'is', null),
        // A held day has no time at which it is due.
        where('next_at', '<=', now),
      ]),
    )
    .orderBy('position')
    .limit(sql<number>`${most} + 0`);
});

/** The next days that are no suspects. */
async function claimNext(transaction: WriteTransaction, request: ClaimRequest): Promise<Claims> {
  const { taskId, steadyNow, mayBegin } = request;
  const { rows: next } = await selectNext(transaction, {
    task_id: taskId,
    now: toInstant(steadyNow),
    most: mayBegin + 1,
  });
  const claims = await begin(transaction, request, next.slice(0, mayBegin));
  const ready = next.length > mayBegin;
  const waiting = ready ? null : await nextWaiting(transaction, taskId);
  return { claims, outlook: { ready, waiting, blocked: false } };
}

/** The suspects of batches that run: a batch that is paused holds up nobody with its own. */
const openSuspects = preparedStatement<
  Pick<BatchDayRow, 'task_id'>,
  Candidate & Pick<BatchDayRow, 'task_id'>
>(({ db }, places) => {
  const { task_id } = places('task_id');
  return db
    .selectFrom('batch_day')
    .innerJoin('batch', 'batch.task_id', 'batch_day.task_id')
    .select(['batch_day.task_id', 'day', 'position', 'attempts'])
    .where('suspect', '=', sql.lit(1))
    .where('state', 'in', ['pending', 'running'])
    .where((where) =>
      where.or([where('batch.status', '=', 'running'), where('batch.task_id', '=', task_id)]),
    )
    .orderBy('position');
});

async function claimSuspect(
  transaction: WriteTransaction,
  request: ClaimRequest,
  suspects: readonly (Candidate & Pick<BatchDayRow, 'task_id'>)[],
): Promise<Claims> {
  const outlook = { ready: false, waiting: null, blocked: true };
  const { taskId, running, claimsOnly, mayBegin } = request;
  const own = suspects.find((suspect) => suspect.task_id === taskId);
  if (own === undefined || !claimsOnly || mayBegin === 0 || running > 0) {
    return { claims: [], outlook };
  }
  const { others } = await transaction.db
    .selectFrom('batch')
    .select((select) => select.fn.sum<number | null>('running').as('others'))
    .where('task_id', '!=', taskId)
    .where('status', 'in', ACTIVE_STATUSES)
    .executeTakeFirstOrThrow();
  if ((others ?? 0) > 0) return { claims: [], outlook };
  return { claims: await begin(transaction, request, [own]), outlook };
}

const beginDay = preparedStatement<
  Pick<BatchDayRow, 'task_id' | 'day' | 'started_at' | 'attempts' | 'token' | 'rev'>
>(({ db }, places) => {
  const { task_id, day, ...columns } = places(
    'task_id',
    'day',
    'started_at',
    'attempts',
    'token',
    'rev',
  );
  return db
    .updateTable('batch_day')
    .set({ ...BEGUN, ...columns })
    .where('task_id', '=', task_id)
    .where('day', '=', day);
});

async function begin(
  transaction: WriteTransaction,
  request: ClaimRequest,
  days: readonly Candidate[],
): Promise<Claims['claims']> {
  const { taskId: task_id, at: started_at, rev, holder } = request;
  const claims = days.map(({ day, position, attempts }) => ({
    day,
    position,
    token: rev,
    attempt: attempts + 1,
  }));
  if (holder !== null) {
    await beginTogether(transaction, request, holder, days);
    return claims;
  }
  for (const { day, token, attempt } of claims) {
    await beginDay(transaction, { task_id, day, started_at, attempts: attempt, token, rev });
  }
  return claims;
}

/** Days that begin together are one statement: everybody else waits for each. */
async function beginTogether(
  { db }: WriteTransaction,
  { taskId, at, rev }: ClaimRequest,
  holder: Holder,
  days: readonly Candidate[],
): Promise<void> {
  if (days.length === 0) return;
  await db
    .updateTable('batch_day')
    .set((set) => ({
      ...BEGUN,
      token: rev,
      node: holder.node,
      job: jobOfEach(days, holder),
      started_at: at,
      attempts: set('attempts', '+', 1),
      rev,
    }))
    .where('task_id', '=', taskId)
    .where(
      'day',
      'in',
      days.map(({ day }) => day),
    )
    .execute();
}

function jobOfEach(
  days: readonly { readonly day: CalendarDay }[],
  { jobs }: Holder,
): RawBuilder<string> {
  const cases = days.map(({ day }, index) => sql`when ${day} then ${jobs[index]}`);
  return sql`case day ${sql.join(cases, sql` `)} end`;
}

async function nextWaiting({ db }: WriteTransaction, taskId: string): Promise<Outlook['waiting']> {
  const next = await db
    .selectFrom('batch_day')
    .select(['day', 'waits_for', 'next_at', 'error_text'])
    .where('task_id', '=', taskId)
    .where('waits_for', 'is not', null)
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst();
  if (next?.waits_for == null || next.next_at === null) return null;
  const { day, waits_for: waitsFor, next_at, error_text: text } = next;
  return { day, waitsFor, dueAt: Date.parse(next_at), text };
}
