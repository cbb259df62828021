import { Injectable } from '@nestjs/common';
import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely';
import { toInstant } from '../config/clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { DeliveryRow, DeliveryState, Schema } from '../database/schema.js';
import { LONGEST_DELAY_MS, type DeliveryAttempt, type Verdict } from './attempt.js';
import type { WebhookErrorCode } from './webhook-errors.js';

/** A delivery that this process tries, and nobody else until `claimed_until`. */
export type ClaimedDelivery = Pick<
  DeliveryRow,
  'id' | 'endpoint' | 'event' | 'batch_id' | 'payload'
> & {
  /** This attempt included. */
  readonly attempts: number;
  readonly claimed_until: string;
};

/** An endpoint that deliveries are due for. */
export interface DueEndpoint {
  readonly endpoint: string;
  /** When the one that was left alone for longest was last tried, or written. */
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

/** How many an endpoint is to be given up of in a transaction; there may be more. */
const MOST_GIVEN_UP = 500;

/** Webhooks in the database. Instants are those of a clock that is never set back. */
@Injectable()
export class DeliveryStore {
  constructor(private readonly database: Database) {}

  /** The endpoints that something is due for. */
  due(nowMs: number): Promise<DueEndpoint[]> {
    return this.database.read
      .selectFrom('webhook_delivery')
      .select((select) => ['endpoint', select.fn.min(lastTouched(select)).as('since')])
      .where((delivery) => isDue(delivery, nowMs))
      .groupBy('endpoint')
      .execute();
  }

  /** The endpoints that want to be told nothing any more. */
  async gone(): Promise<readonly string[]> {
    const rows = await this.database.read
      .selectFrom('webhook_endpoint')
      .select('name')
      .where('gone_at', 'is not', null)
      .execute();
    return rows.map(({ name }) => name);
  }

  /**
   * Takes due deliveries, the longest due first; each counts as an attempt from then on.
   * @param room how many of which endpoint
   * @param options.now read once nobody else writes: a wait for that takes nothing from the lease
   * @param options.except what this process tries as it is, even where its lease is over
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
        for (const id of ids) claimed.push(await take(transaction, id, toInstant(nowMs), until));
      }
      return claimed;
    });
  }

  /**
   * Keeps what an attempt came to; nothing, where somebody else has the delivery by now.
   * @param addressHash of the address that was asked: what it says holds for no other
   * @returns whether it was kept
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

  /** Gives back what was taken and not tried to its end: it costs no attempt. */
  async giveBack(claimed: readonly ClaimedDelivery[]): Promise<void> {
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

  /** Gives back all that is taken: the process that took it has ended, and no other is there. */
  async giveBackAll(): Promise<void> {
    const taken = await this.database.read
      .selectFrom('webhook_delivery')
      .select('id')
      .where('state', '=', sql.lit('pending'))
      .where('claimed_until', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (taken === undefined) return;
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
   * Gives up the due deliveries of an endpoint, or some of them.
   * @param before only those that were last tried, or written, earlier
   * @returns how many
   */
  giveUp(
    endpoint: string,
    error: { readonly code: WebhookErrorCode; readonly text: string },
    { before, nowMs }: { readonly before: string | null; readonly nowMs: number },
  ): Promise<number> {
    return this.database.write('webhook', async (transaction) => {
      const ids = await selectDue(transaction, endpoint, MOST_GIVEN_UP, { nowMs, before });
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

  /** A page of them, the newest first. */
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

  /**
   * Has a delivery tried at once. One that has ended has all its attempts again, and its endpoint is asked again even
   * if it wanted to be told nothing any more; one that is being tried is left alone.
   * @returns the delivery; undefined if there is none
   */
  redeliver(id: string): Promise<DeliveryRow | undefined> {
    return this.database.write('webhook', async ({ db, dialect }) => {
      let query = db.selectFrom('webhook_delivery').selectAll().where('id', '=', id);
      // Its attempt may be ending at this moment.
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
      // The system's clock was set back meanwhile.
      delivery('next_attempt_at', '>', toInstant(nowMs + LONGEST_DELAY_MS)),
    ]),
    delivery.or([delivery('claimed_until', 'is', null), delivery('claimed_until', '<=', now)]),
  ]);
}

/** When somebody who knew its endpoint last had it: one that was never tried, when it was written. */
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
  // What another process is taking at this moment is not due for this one.
  if (dialect === 'postgres') query = query.forUpdate().skipLocked();
  return (await query.execute()).map(({ id }) => id);
}

function take(
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
