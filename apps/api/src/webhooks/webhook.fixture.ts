import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { restoreProgress, type Progress } from '@daysync/progress';
import type { Clock } from '../config/clock.js';
import type { Database, WriteTransaction } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import { NOTICE_EVENTS, type NoticeEvent, type NoticeRow } from '../database/schema.js';
import { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import type { NoticeEndpoint } from './webhook-endpoint.js';
import { registerEndpoints } from './endpoint-register.js';
import { writeNotices } from './outbox.js';

export const AT = '2025-10-17T16:00:00.000Z';
export const NOTICE_SECRET = `whsec_${Buffer.alloc(32, 'daysync').toString('base64')}`;

/** An endpoint that is told everything; specs override what they are about. */
export function makeEndpoint(overrides: Partial<NoticeEndpoint> = {}): NoticeEndpoint {
  const url = 'http://127.0.0.1:9/notices';
  return {
    ...{ name: 'ops', url, writtenUrl: url, secret: NOTICE_SECRET },
    ...{ on: NOTICE_EVENTS, datasets: null, allowPrivate: true },
    ...overrides,
  };
}

/** A clock that stands still until it is moved. */
export function standingClock(): Clock & { ms: number } {
  const read = (): number => clock.ms;
  const clock = { ms: Date.parse(AT), ...{ now: read, steady: read, monotonic: read } };
  return clock;
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

/** A database of its own with its outbox. */
export class ScratchOutbox {
  private constructor(
    readonly database: Database,
    private readonly folder: string,
  ) {}

  /** @param url of an empty database on PostgreSQL; null for SQLite */
  static async open(url: string | null = null): Promise<ScratchOutbox> {
    const folder = mkdtempSync(path.join(tmpdir(), 'daysync-notices-'));
    const database =
      url === null
        ? await SqliteDatabase.open(path.join(folder, 'daysync.db'))
        : await PostgresDatabase.open({ url, connections: 6, applicationName: 'daysync' });
    return new ScratchOutbox(database, folder);
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.folder, { recursive: true });
  }

  async reset(...endpoints: readonly NoticeEndpoint[]): Promise<void> {
    await this.write(async (db) => {
      await db.deleteFrom('notice').execute();
      await db.deleteFrom('notice_endpoint').execute();
    });
    await registerEndpoints(this.database, endpoints);
  }

  /** Something has happened. */
  async happen(event: NoticeEvent = 'completed', overrides: Partial<Progress> = {}): Promise<void> {
    await this.database.write('step', (transaction) =>
      writeNotices(transaction, { event, at: AT, progress: progressOf(overrides) }),
    );
  }

  /** Something is written that is no notice of ours. */
  async write(work: (db: WriteTransaction['db']) => Promise<unknown>): Promise<void> {
    await this.database.write('probe', async ({ db }) => {
      await work(db);
    });
  }

  notices(): Promise<NoticeRow[]> {
    return this.database.read.selectFrom('notice').selectAll().orderBy('id').execute();
  }

  /** The only notice that there is. */
  async notice(): Promise<NoticeRow> {
    const [notice, ...others] = await this.notices();
    if (notice === undefined || others.length > 0) throw new Error('expected one notice');
    return notice;
  }
}
