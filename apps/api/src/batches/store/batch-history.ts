import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../../config/environment.js';
import { Database, type WriteTransaction } from '../../database/database.js';
import { LOGGER } from '../../logging/logger.js';
import { keysKeptSince } from './idempotency-keys.js';

const A_DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
/**
 * What one transaction deletes at most, because other writers wait for it. A batch with more days is deleted alone, in
 * one transaction: readers see all of it or nothing.
 */
const MOST_DAYS = 1_000;
const MOST_BATCHES = 50;
const MOST_KEYS = 1_000;
const MOST_DELIVERIES = 1_000;
const MOST_FILES = 50;
/** Between two transactions, for polls and days. */
const PAUSE_MS = 10;

/** Deletes batches that ended more than `HISTORY_DAYS` ago, with their days, old deliveries, and expired idempotency keys. */
@Injectable()
export class BatchHistory {
  private timer: NodeJS.Timeout | undefined;
  private pruning: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'historyDays'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Prunes now, and every hour. */
  start(): void {
    this.pruneLogged();
    this.timer = setInterval(() => {
      this.pruneLogged();
    }, PRUNE_EVERY_MS).unref();
  }

  /** A pruning under way ends with its transaction. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.pruning;
  }

  /**
   * Deletes everything that is old enough, in short transactions.
   * @returns how many batches were deleted
   * @throws {DatabaseUnavailableError} the next call deletes the rest
   */
  async prune(): Promise<number> {
    const now = this.clock.now();
    const endedBefore = toInstant(now - this.config.historyDays * A_DAY_MS);
    let batches = 0;
    await this.repeat(async () => {
      const { forgotten, more } = await this.database.write('forget', async (transaction) => {
        const result = await forgetBatches(transaction, endedBefore);
        await transaction.publish({ kind: 'batches_forgotten', batch_ids: result.forgotten });
        return result;
      });
      batches += forgotten.length;
      return more;
    });
    await this.repeat(() =>
      this.database.write('forget', (transaction) =>
        forgetKeys(transaction, keysKeptSince(toInstant(now))),
      ),
    );
    await this.repeat(() =>
      this.database.write('forget', (transaction) => forgetWebhooks(transaction, endedBefore)),
    );
    await this.repeat(() => this.database.write('forget', forgetUnreadable));
    return batches;
  }

  private pruneLogged(): void {
    this.pruning = this.pruning
      .then(() => this.prune())
      .then(
        (batches) => {
          if (batches > 0) this.logger.info({ batches }, '已清理过期的批次');
        },
        (error: unknown) => {
          this.logger.error({ err: error }, '清理过期的批次失败，下次重试');
        },
      );
  }

  private async repeat(forgetSome: () => Promise<boolean>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && (await forgetSome())) {
      await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

interface Forgotten {
  readonly forgotten: readonly string[];
  /** Whether there may be others. */
  readonly more: boolean;
}

async function forgetBatches(
  transaction: WriteTransaction,
  endedBefore: string,
): Promise<Forgotten> {
  await transaction.lockExclusive('forget');
  const { db } = transaction;
  const old = await db
    .selectFrom('batch')
    .select(['batch_id', 'created_at', 'total'])
    .where('finished_at', '<', endedBefore)
    .orderBy('finished_at')
    .limit(MOST_BATCHES)
    .execute();
  const forgotten: string[] = [];
  let days = 0;
  for (const { batch_id, created_at, total } of old) {
    days += total;
    if (days > MOST_DAYS && forgotten.length > 0) return { forgotten, more: true };
    await db.deleteFrom('batch_day').where('batch_id', '=', batch_id).execute();
    await db.deleteFrom('batch').where('batch_id', '=', batch_id).execute();
    // A key is as old as its batch: by its age it is found by an index.
    await db
      .deleteFrom('idempotency_key')
      .where('created_at', '=', created_at)
      .where('batch_id', '=', batch_id)
      .execute();
    await db.deleteFrom('batch_unreadable_file').where('batch_id', '=', batch_id).execute();
    forgotten.push(batch_id);
  }
  return { forgotten, more: old.length === MOST_BATCHES };
}

/** Deletes unreadable rows that no file has any more, and that belong to no batch. @returns whether there may be others */
async function forgetUnreadable({ db, lockExclusive }: WriteTransaction): Promise<boolean> {
  await lockExclusive('forget');
  const old = await db
    .deleteFrom('unreadable_file')
    .where('id', 'in', (file) =>
      file
        .selectFrom('unreadable_file')
        .select('id')
        .where('is_current', '=', 0)
        .where('id', 'not in', file.selectFrom('batch_unreadable_file').select('file_id'))
        .limit(MOST_FILES),
    )
    // Since it was selected, another process may have found the same rows.
    .where('is_current', '=', 0)
    .returning('id')
    .execute();
  for (const { id } of old) {
    await db.deleteFrom('unreadable_row').where('file_id', '=', id).execute();
  }
  return old.length === MOST_FILES;
}

/** @returns whether there may be others */
async function forgetKeys(
  { db, lockExclusive }: WriteTransaction,
  keptSince: string,
): Promise<boolean> {
  await lockExclusive('forget');
  const { numDeletedRows } = await db
    .deleteFrom('idempotency_key')
    .where((key) =>
      key(
        key.refTuple('identity', 'key'),
        'in',
        key
          .selectFrom('idempotency_key')
          .select(['identity', 'key'])
          .where('created_at', '<=', keptSince)
          .orderBy('created_at')
          .limit(MOST_KEYS)
          .$asTuple('identity', 'key'),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows) === MOST_KEYS;
}

/** Pending deliveries stay. @returns whether there may be others */
async function forgetWebhooks(
  { db, lockExclusive }: WriteTransaction,
  before: string,
): Promise<boolean> {
  await lockExclusive('forget');
  const { numDeletedRows } = await db
    .deleteFrom('webhook_delivery')
    .where('id', 'in', (delivery) =>
      delivery
        .selectFrom('webhook_delivery')
        .select('id')
        .where('created_at', '<', before)
        .where('state', '!=', 'pending')
        .orderBy('created_at')
        .limit(MOST_DELIVERIES),
    )
    .executeTakeFirst();
  return Number(numDeletedRows) === MOST_DELIVERIES;
}
