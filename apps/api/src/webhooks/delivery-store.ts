import { Injectable } from '@nestjs/common';
import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely';
import { toInstant } from '../config/clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { DeliveryRow, DeliveryState, Schema } from '../database/schema.js';
import { LONGEST_DELAY_MS, type DeliveryAttempt, type Verdict } from './attempt.js';
import type { WebhookErrorCode } from './webhook-errors.js';

/** A delivery that this process has claimed: no other process tries it before `claimed_until`. */
export type ClaimedDelivery = Pick<
  DeliveryRow,
  'id' | 'endpoint' | 'event' | 'batch_id' | 'payload'
> & {
  /** This attempt included. */
  readonly attempts: number;
  readonly claimed_until: string;
};

/** An endpoint with due deliveries. */
export interface DueEndpoint {
  readonly endpoint: string;
  /** The earliest of their last attempts; of a delivery that was never tried, when it was written. */
  readonly since: string;
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  readonly batchId?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

interface ClaimOptions {
  readonly now: () => number;
  readonly leaseMs: number;
  readonly except: readonly string[];
}

/** How many deliveries one transaction fails at most. */
const FAIL_LIMIT = 500;

/** Deliveries in the database. Instants are by a clock that is never set back. */
@Injectable()
export class DeliveryStore {
  constructor(private readonly database: Database) {}

  due(nowMs: number): Promise<DueEndpoint[]> {
    return this.database.read
      .selectFrom('webhook_delivery')
      .select((select) => ['endpoint', select.fn.min(lastTouched(select)).as('since')])
      .where((delivery) => isDue(delivery, nowMs))
      .groupBy('endpoint')
      .execute();
  }

  /** The names of the endpoints that have answered 410 Gone. */
  async gone(): Promise<readonly string[]> {
    const rows = await this.database.read
      .selectFrom('webhook_endpoint')
      .select('name')
      .where('gone_at', 'is not', null)
      .execute();
    return rows.map(({ name }) => name);
  }

  /**
   * Claims due deliveries, the oldest first. Each counts as an attempt from then on.
   * @param room how many at most, by endpoint
   * @param options.now read inside the transaction: a wait for other writers does not shorten the lease
   * @param options.except what this process has in flight, even where its lease has expired
   */
  claim(
    room: ReadonlyMap<string, number>,
    { except, leaseMs, now }: ClaimOptions,
  ): Promise<ClaimedDelivery[]> {
    return this.database.write('webhook', async (transaction) => {
      const claimed: ClaimedDelivery[] = [];
      const nowMs = now();
      for (const [endpoint, most] of room) {
        const ids = await selectDue(transaction, endpoint, most, { nowMs, except });
        const until = toInstant(nowMs + leaseMs);
        for (const id of ids)
          claimed.push(await claimOne(transaction, id, toInstant(nowMs), until));
      }
      return claimed;
    });
  }

  /**
   * Writes the result of an attempt, unless another process has claimed the delivery since.
   * @param addressHash of the address that was called: its 410 counts for no other address
   * @returns whether it was written
   */
  settle(
    { claimed_until, endpoint, id }: ClaimedDelivery,
    attempt: DeliveryAttempt,
    verdict: Verdict,
    { addressHash, nowMs }: { readonly addressHash: string; readonly nowMs: number },
  ): Promise<boolean> {
    return this.database.write('webhook', async ({ db }) => {
      const failed = attempt.kind === 'failed';
      const { numUpdatedRows } = await db
        .updateTable('webhook_delivery')
        .set({
          state: verdict.state,
          next_attempt_at: verdict.state === 'pending' ? toInstant(nowMs + verdict.inMs) : null,
          claimed_until: null,
          last_status: attempt.status,
          error_code: failed ? attempt.code : null,
          error_text: failed ? attempt.text : null,
        })
        .where('id', '=', id)
        .where('claimed_until', '=', claimed_until)
        .executeTakeFirst();
      if (Number(numUpdatedRows) === 0) return false;
      if (failed && attempt.code === 'WEBHOOK_ENDPOINT_GONE') {
        await db
          .updateTable('webhook_endpoint')
          .set({ gone_at: toInstant(nowMs) })
          .where('name', '=', endpoint)
          .where('address_hash', '=', addressHash)
          .execute();
      }
      return true;
    });
  }

  /** Releases claimed deliveries whose attempt was aborted: that costs no attempt. */
  async release(claimed: readonly ClaimedDelivery[]): Promise<void> {
    await this.database.write('webhook', async ({ db }) => {
      for (const { claimed_until, id } of claimed) {
        await db
          .updateTable('webhook_delivery')
          .set((delivery) => ({ claimed_until: null, attempts: delivery('attempts', '-', 1) }))
          .where('id', '=', id)
          .where('claimed_until', '=', claimed_until)
          .execute();
      }
    });
  }

  /** Releases all claimed deliveries: the only process that there is has just started. */
  async releaseAll(): Promise<void> {
    const claimed = await this.database.read
      .selectFrom('webhook_delivery')
      .select('id')
      .where('state', '=', sql.lit('pending'))
      .where('claimed_until', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (claimed === undefined) return;
    await this.database.write('webhook', async ({ db }) => {
      await db
        .updateTable('webhook_delivery')
        .set({ claimed_until: null })
        .where('state', '=', sql.lit('pending'))
        .where('claimed_until', 'is not', null)
        .execute();
    });
  }

  /**
   * Fails due deliveries of an endpoint, without an attempt.
   * @param before only those that were last tried, or written, before this instant
   * @returns how many
   */
  fail(
    endpoint: string,
    error: { readonly code: WebhookErrorCode; readonly text: string },
    { before, nowMs }: { readonly before: string | null; readonly nowMs: number },
  ): Promise<number> {
    return this.database.write('webhook', async (transaction) => {
      const ids = await selectDue(transaction, endpoint, FAIL_LIMIT, { nowMs, before });
      if (ids.length === 0) return 0;
      await transaction.db
        .updateTable('webhook_delivery')
        .set({
          state: 'failed',
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

  /** A page of deliveries, the newest first. */
  async list({ endpoint, limit, offset, state, batchId }: DeliveryFilter): Promise<{
    readonly items: readonly DeliveryRow[];
    readonly total: number;
  }> {
    let query = this.database.read.selectFrom('webhook_delivery');
    if (state !== undefined) query = query.where('state', '=', state);
    if (batchId !== undefined) query = query.where('batch_id', '=', batchId);
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

  find(id: string): Promise<DeliveryRow | undefined> {
    return this.database.read
      .selectFrom('webhook_delivery')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /**
   * Makes a delivery due at once. One that has ended gets all its attempts again, and its endpoint is called even if it
   * has answered 410. One in flight is left alone.
   * @returns the delivery; undefined if there is none
   */
  redeliver(id: string): Promise<DeliveryRow | undefined> {
    return this.database.write('webhook', async ({ db, dialect }) => {
      let query = db.selectFrom('webhook_delivery').selectAll().where('id', '=', id);
      // Its attempt may be ending right now.
      if (dialect === 'postgres') query = query.forUpdate();
      const delivery = await query.executeTakeFirst();
      if (delivery === undefined) return undefined;
      await db
        .updateTable('webhook_endpoint')
        .set({ gone_at: null })
        .where('name', '=', delivery.endpoint)
        .execute();
      return db
        .updateTable('webhook_delivery')
        .set({
          state: 'pending',
          next_attempt_at: null,
          attempts: delivery.state === 'pending' ? delivery.attempts : 0,
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
    });
  }
}

type OfDelivery = ExpressionBuilder<Schema, 'webhook_delivery'>;

function isDue(
  delivery: OfDelivery,
  nowMs: number,
): ExpressionWrapper<Schema, 'webhook_delivery', SqlBool> {
  const now = toInstant(nowMs);
  return delivery.and([
    delivery('state', '=', sql.lit('pending')),
    delivery.or([
      delivery('next_attempt_at', 'is', null),
      delivery('next_attempt_at', '<=', now),
      // Further ahead than any delay: the system's clock was set back.
      delivery('next_attempt_at', '>', toInstant(nowMs + LONGEST_DELAY_MS)),
    ]),
    delivery.or([delivery('claimed_until', 'is', null), delivery('claimed_until', '<=', now)]),
  ]);
}

/** When it was last tried by a process that has its endpoint; when it was written, if it never was. */
function lastTouched(delivery: OfDelivery): ExpressionWrapper<Schema, 'webhook_delivery', string> {
  return delivery.fn.coalesce('last_attempt_at', 'created_at');
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
    .selectFrom('webhook_delivery')
    .select('id')
    .where('endpoint', '=', endpoint)
    .where((delivery) => isDue(delivery, nowMs))
    .orderBy('created_at')
    .limit(most);
  if (before !== null)
    query = query.where((delivery) => delivery(lastTouched(delivery), '<', before));
  if (except.length > 0) query = query.where('id', 'not in', except);
  // Another process is claiming the locked ones.
  if (dialect === 'postgres') query = query.forUpdate().skipLocked();
  return (await query.execute()).map(({ id }) => id);
}

function claimOne(
  { db }: WriteTransaction,
  id: string,
  at: string,
  until: string,
): Promise<ClaimedDelivery> {
  return db
    .updateTable('webhook_delivery')
    .set((delivery) => ({
      claimed_until: until,
      last_attempt_at: at,
      attempts: delivery('attempts', '+', 1),
    }))
    .where('id', '=', id)
    .returning(['id', 'endpoint', 'event', 'batch_id', 'payload', 'attempts'])
    .executeTakeFirstOrThrow()
    .then((delivery) => ({ ...delivery, claimed_until: until }));
}
