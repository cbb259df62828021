import type { ProgressRegistry } from '@daysync/progress/nest';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.js';
import { showDatabaseWait } from '../database-watch.js';
import { Process } from '../process.js';

/** How often the clock is set to the server's time: either clock may be changed. */
const CLOCK_MS = 5_000;

/** One of several processes, on PostgreSQL. The days of a dead process come back by their expired leases. */
export class ClusterProcess extends Process implements OnApplicationShutdown {
  readonly isSingle = false;
  private clocks: NodeJS.Timeout | undefined;
  private wasLost = false;

  constructor(
    private readonly database: PostgresDatabase,
    private readonly registry: ProgressRegistry,
    private readonly logger: Logger,
  ) {
    super();
    const { events } = database;
    events.onConnected(async () => {
      await database.setClock();
      if (this.wasLost) logger.info('与数据库的连接已恢复');
      this.wasLost = false;
    });
    events.onLost((error) => {
      this.lose(error);
    });
    events.onUnreadable((error) => {
      logger.error({ err: error }, '无法读取其他进程的消息');
    });
  }

  get name(): string {
    return this.database.events.processName;
  }

  get isConnected(): boolean {
    return this.database.events.isConnected;
  }

  join(): Promise<void> {
    this.clocks = setInterval(() => {
      // While the database is away, the clock goes on unchanged.
      this.database.setClock().catch(() => undefined);
    }, CLOCK_MS).unref();
    return this.database.events.start();
  }

  leave(): void {
    // The worker marks the lanes of this process as it stops.
  }

  /** It listens until the last answer is sent. */
  onApplicationShutdown(): Promise<void> {
    clearInterval(this.clocks);
    return this.database.events.stop();
  }

  private lose(error: unknown): void {
    if (this.wasLost) return;
    this.wasLost = true;
    this.logger.error({ err: error }, '与数据库的连接已断开，正在重连');
    const detail = 'the database does not answer';
    showDatabaseWait(this.registry, { kind: 'database', until: null, detail });
  }
}
