import path from 'node:path';
import { restoreProgress, type Progress } from '@daysync/progress';
import { openMigrated } from '../../../../test/migrated-databases.js';
import { scratchFolder } from '../../../../test/scratch.js';
import type { Database, WriteTransaction } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import { WEBHOOK_EVENTS, type BatchEvent, type DeliveryRow } from '../database/schema.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { registerEndpoints } from './endpoint-register.js';
import { writeWebhooks } from './outbox.js';

export const AT = '2025-10-17T16:00:00.000Z';
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 'daysync').toString('base64')}`;

/** An endpoint that asks for all events; specs override what they are about. */
export function makeEndpoint(overrides: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  const url = 'http://127.0.0.1:9/webhooks';
  return {
    ...{ name: 'ops', url, writtenUrl: url, secret: WEBHOOK_SECRET },
    ...{ on: WEBHOOK_EVENTS, datasets: null, allowPrivate: true },
    ...overrides,
  };
}

export function progressOf(overrides: Partial<Progress> = {}): Progress {
  return {
    ...restoreProgress({
      ...{ task_id: '2025-10-01_2025-10-03_1760716800', dataset: 'readings', status: 'completed' },
      ...{ total: 3, success: 3, failed: 0, skipped: 0, running: 0, current_date: null },
      ...{ message_code: 'BATCH_COMPLETED', start_date: '2025-10-01', end_date: '2025-10-03' },
      ...{ mode: 'all', retry_of: null, started_by: null, last_control: null, error: null },
      ...{ started_at: AT, updated_at: AT, finished_at: AT, rev: 7 },
    } as Parameters<typeof restoreProgress>[0]),
    ...overrides,
  };
}

const PROGRESS_OF: Readonly<Record<BatchEvent, Partial<Progress>>> = {
  completed: {},
  failed_days: { failed: 1 },
  failed: { status: 'failed' },
  cancelled: { status: 'cancelled' },
  paused_by_itself: { status: 'paused' },
};

/** A database of its own with its outbox. */
export class ScratchOutbox {
  private constructor(readonly database: Database) {}

  /** @param url of an empty database on PostgreSQL; null for SQLite */
  static async open(url: string | null = null): Promise<ScratchOutbox> {
    return new ScratchOutbox(
      url === null
        ? await openMigrated(path.join(await scratchFolder(), 'daysync.db'))
        : await PostgresDatabase.open({ address: url, connections: 6, applicationName: 'daysync' }),
    );
  }

  close(): Promise<void> {
    return this.database.close();
  }

  register(endpoints: readonly WebhookEndpoint[]): Promise<void> {
    return this.database.write('webhook', (transaction) =>
      registerEndpoints(transaction, endpoints),
    );
  }

  async reset(...endpoints: readonly WebhookEndpoint[]): Promise<void> {
    await this.write(async (db) => {
      await db.deleteFrom('webhook_delivery').execute();
      await db.deleteFrom('webhook_endpoint').execute();
    });
    await this.register(endpoints);
  }

  async happen(event: BatchEvent = 'completed', overrides: Partial<Progress> = {}): Promise<void> {
    await this.database.write('step', (transaction) =>
      writeWebhooks(transaction, progressOf({ ...PROGRESS_OF[event], ...overrides })),
    );
  }

  /** Writes something other than a delivery of the outbox. */
  async write(work: (db: WriteTransaction['db']) => Promise<unknown>): Promise<void> {
    await this.database.write('probe', async ({ db }) => {
      await work(db);
    });
  }

  deliveries(): Promise<DeliveryRow[]> {
    return this.database.read.selectFrom('webhook_delivery').selectAll().orderBy('id').execute();
  }

  /** The only delivery that there is. */
  async delivery(): Promise<DeliveryRow> {
    const [delivery, ...others] = await this.deliveries();
    if (delivery === undefined || others.length > 0) throw new Error('expected one delivery');
    return delivery;
  }
}
