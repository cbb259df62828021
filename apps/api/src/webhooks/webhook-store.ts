import { Injectable } from '@nestjs/common';
import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely';
import { toInstant } from '../config/clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { NoticeRow, NoticeState, Schema } from '../database/schema.js';
import { LONGEST_DELAY_MS, type DeliveryAttempt, type Verdict } from './attempt.js';
import type { NoticeErrorCode } from './webhook-errors.js';

/** A notice that this process tries, and nobody else until `claimed_until`. */
export type ClaimedNotice = Pick<NoticeRow, 'id' | 'endpoint' | 'event' | 'task_id' | 'payload'> & {
  /** This attempt included. */
  readonly attempts: number;
  readonly claimed_until: string;
};

/** An endpoint that notices are due for. */
export interface DueEndpoint {
  readonly endpoint: string;
  /** When the one that was left alone for longest was last tried, or written. */
  readonly since: string;
}

export interface NoticeFilter {
  readonly state?: NoticeState | undefined;
  readonly taskId?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

interface ClaimOptions {
  readonly now: () => number;
  readonly leaseMs: number;
  readonly except: readonly string[];
}

/** How many an endpoint is to be given up of in a transaction; there may be more. */
const MOST_GIVEN_UP = 500;

/** Notices in the database. Instants are those of a clock that is never set back. */
@Injectable()
export class NoticeStore {
  constructor(private readonly database: Database) {}

  /** The endpoints that something is due for. */
  due(nowMs: number): Promise<DueEndpoint[]> {
    return this.database.read
      .selectFrom('notice')
      .select((select) => ['endpoint', select.fn.min(lastTouched(select)).as('since')])
      .where((notice) => isDue(notice, nowMs))
      .groupBy('endpoint')
      .execute();
  }

  /** The endpoints that want to be told nothing any more. */
  async gone(): Promise<readonly string[]> {
    const rows = await this.database.read
      .selectFrom('notice_endpoint')
      .select('name')
      .where('gone_at', 'is not', null)
      .execute();
    return rows.map(({ name }) => name);
  }

  /**
   * Takes due notices, the longest due first; each counts as an attempt from then on.
   * @param room how many of which endpoint
   * @param options.now read once nobody else writes: a wait for that takes nothing from the lease
   * @param options.except what this process tries as it is, even where its lease is over
   */
  claim(
    room: ReadonlyMap<string, number>,
    { except, leaseMs, now }: ClaimOptions,
  ): Promise<ClaimedNotice[]> {
    return this.database.write('notice', async (transaction) => {
      const claimed: ClaimedNotice[] = [];
      const nowMs = now();
      for (const [endpoint, most] of room) {
        const ids = await selectDue(transaction, endpoint, most, { nowMs, except });
        const until = toInstant(nowMs + leaseMs);
        for (const id of ids) claimed.push(await take(transaction, id, toInstant(nowMs), until));
      }
      return claimed;
    });
  }

  /**
   * Keeps what an attempt came to; nothing, where somebody else has the notice by now.
   * @param addressHash of the address that was asked: what it says holds for no other
   * @returns whether it was kept
   */
  settle(
    { claimed_until, endpoint, id }: ClaimedNotice,
    attempt: DeliveryAttempt,
    verdict: Verdict,
    { addressHash, nowMs }: { readonly addressHash: string; readonly nowMs: number },
  ): Promise<boolean> {
    return this.database.write('notice', async ({ db }) => {
      const failed = attempt.kind === 'failed';
      const { numUpdatedRows } = await db
        .updateTable('notice')
        .set({
          state: verdict.state,
          next_attempt_at: verdict.state === 'waiting' ? toInstant(nowMs + verdict.inMs) : null,
          claimed_until: null,
          last_status: attempt.status,
          error_code: failed ? attempt.code : null,
          error_text: failed ? attempt.text : null,
        })
        .where('id', '=', id)
        .where('claimed_until', '=', claimed_until)
        .executeTakeFirst();
      if (Number(numUpdatedRows) === 0) return false;
      if (failed && attempt.code === 'NOTICE_ENDPOINT_GONE') {
        await db
          .updateTable('notice_endpoint')
          .set({ gone_at: toInstant(nowMs) })
          .where('name', '=', endpoint)
          .where('address_hash', '=', addressHash)
          .execute();
      }
      return true;
    });
  }

  /** Gives back what was taken and not tried to its end: it costs no attempt. */
  async giveBack(claimed: readonly ClaimedNotice[]): Promise<void> {
    await this.database.write('notice', async ({ db }) => {
      for (const { claimed_until, id } of claimed) {
        await db
          .updateTable('notice')
          .set((notice) => ({ claimed_until: null, attempts: notice('attempts', '-', 1) }))
          .where('id', '=', id)
          .where('claimed_until', '=', claimed_until)
          .execute();
      }
    });
  }

  /** Gives back all that is taken: the process that took it has ended, and no other is there. */
  async giveBackAll(): Promise<void> {
    const taken = await this.database.read
      .selectFrom('notice')
      .select('id')
      .where('state', '=', sql.lit('waiting'))
      .where('claimed_until', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (taken === undefined) return;
    await this.database.write('notice', async ({ db }) => {
      await db
        .updateTable('notice')
        .set({ claimed_until: null })
        .where('state', '=', sql.lit('waiting'))
        .where('claimed_until', 'is not', null)
        .execute();
    });
  }

  /**
   * Gives up the due notices of an endpoint, or some of them.
   * @param before only those that were last tried, or written, earlier
   * @returns how many
   */
  giveUp(
    endpoint: string,
    error: { readonly code: NoticeErrorCode; readonly text: string },
    { before, nowMs }: { readonly before: string | null; readonly nowMs: number },
  ): Promise<number> {
    return this.database.write('notice', async (transaction) => {
      const ids = await selectDue(transaction, endpoint, MOST_GIVEN_UP, { nowMs, before });
      if (ids.length === 0) return 0;
      await transaction.db
        .updateTable('notice')
        .set({
          state: 'given_up',
          next_attempt_at: null,
          claimed_until: null,
          error_code: error.code,
          error_text: error.text,
        })
        .where('id', 'in', ids)
        .execute();
      return ids.length;
    });
  }

  /** A page of them, the newest first. */
  async list({ endpoint, limit, offset, state, taskId }: NoticeFilter): Promise<{
    readonly items: readonly NoticeRow[];
    readonly total: number;
  }> {
    let query = this.database.read.selectFrom('notice');
    if (state !== undefined) query = query.where('state', '=', state);
    if (taskId !== undefined) query = query.where('task_id', '=', taskId);
    if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const items = await query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { items, total };
  }

  /**
   * Has a notice tried at once. One that has ended has all its attempts again, and its endpoint is asked again even
   * if it wanted to be told nothing any more; one that is being tried is left alone.
   * @returns the notice; undefined if there is none
   */
  redeliver(id: string): Promise<NoticeRow | undefined> {
    return this.database.write('notice', async ({ db, dialect }) => {
      let query = db.selectFrom('notice').selectAll().where('id', '=', id);
      // Its attempt may be ending at this moment.
      if (dialect === 'postgres') query = query.forUpdate();
      const notice = await query.executeTakeFirst();
      if (notice === undefined) return undefined;
      await db
        .updateTable('notice_endpoint')
        .set({ gone_at: null })
        .where('name', '=', notice.endpoint)
        .execute();
      return db
        .updateTable('notice')
        .set({
          state: 'waiting',
          next_attempt_at: null,
          attempts: notice.state === 'waiting' ? notice.attempts : 0,
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
    });
  }
}

type OfNotice = ExpressionBuilder<Schema, 'notice'>;

function isDue(notice: OfNotice, nowMs: number): ExpressionWrapper<Schema, 'notice', SqlBool> {
  const now = toInstant(nowMs);
  return notice.and([
    notice('state', '=', sql.lit('waiting')),
    notice.or([
      notice('next_attempt_at', 'is', null),
      notice('next_attempt_at', '<=', now),
      // The system's clock was set back meanwhile.
      notice('next_attempt_at', '>', toInstant(nowMs + LONGEST_DELAY_MS)),
    ]),
    notice.or([notice('claimed_until', 'is', null), notice('claimed_until', '<=', now)]),
  ]);
}

/** When somebody who knew its endpoint last had it: one that was never tried, when it was written. */
function lastTouched(notice: OfNotice): ExpressionWrapper<Schema, 'notice', string> {
  return notice.fn.coalesce('last_attempt_at', 'created_at');
}

async function selectDue(
  { db, dialect }: WriteTransaction,
  endpoint: string,
  most: number,
  {
    before = null,
    except = [],
    nowMs,
  }: {
    readonly nowMs: number;
    readonly before?: string | null;
    readonly except?: readonly string[];
  },
): Promise<string[]> {
  let query = db
    .selectFrom('notice')
    .select('id')
    .where('endpoint', '=', endpoint)
    .where((notice) => isDue(notice, nowMs))
    .orderBy('created_at')
    .limit(most);
  if (before !== null) query = query.where((notice) => notice(lastTouched(notice), '<', before));
  if (except.length > 0) query = query.where('id', 'not in', except);
  // What another process is taking at this moment is not due for this one.
  if (dialect === 'postgres') query = query.forUpdate().skipLocked();
  return (await query.execute()).map(({ id }) => id);
}

function take(
  { db }: WriteTransaction,
  id: string,
  at: string,
  until: string,
): Promise<ClaimedNotice> {
  return db
    .updateTable('notice')
    .set((notice) => ({
      claimed_until: until,
      last_attempt_at: at,
      attempts: notice('attempts', '+', 1),
    }))
    .where('id', '=', id)
    .returning(['id', 'endpoint', 'event', 'task_id', 'payload', 'attempts'])
    .executeTakeFirstOrThrow()
    .then((notice) => ({ ...notice, claimed_until: until }));
}
