import { setTimeout as sleep } from 'node:timers/promises';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { Logger } from 'pino';
import { Sessions } from '../auth/sessions.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import type { BatchMoved, News } from '../database/news.js';
import { NewsFeed, tellNews, tellWork } from '../database/news-feed.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import type { Schema } from '../database/schema.js';
import { SlotQueue } from '../dispatch/slot-queue.js';
import { LOGGER } from '../logging/logger.js';
import { tellDatabaseWait } from './database-wait.js';
import { EndedBatches } from './ended-batches.js';
import { FollowedProgress } from './followed-progress.js';

const RELOAD_MS = 500;
/** How often the server's time is taken over: either clock may be set. */
const CLOCK_MS = 5_000;

/** By these a place comes free, or somebody joins the queue for one. */
const ASKS_ADMISSION: ReadonlySet<string> = new Set([
  'batch_paused',
  'batch_resumed',
  'batch_cancelled',
  'batch_completed',
  'batch_failed',
]);

/** What this process hears from the others and from itself, and what it tells them. */
@Injectable()
export class NodeFeed implements OnApplicationShutdown {
  private readonly feed: NewsFeed;
  private wasLost = false;
  private stopped = false;
  private clocks: NodeJS.Timeout | undefined;
  private work: () => void = () => undefined;
  private reconnected: () => void = () => undefined;

  constructor(
    private readonly database: PostgresDatabase,
    private readonly queue: SlotQueue,
    private readonly followed: FollowedProgress,
    private readonly ended: EndedBatches,
    private readonly sessions: Sessions,
    private readonly registry: ProgressRegistry,
    @Inject(APP_CONFIG) { databaseUrl, nodeName }: Pick<AppConfig, 'databaseUrl' | 'nodeName'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    database.announceBy((db, news) => this.tell(db, news));
    const options = { url: databaseUrl ?? '', applicationName: `daysync ${nodeName} feed` };
    this.feed = new NewsFeed(options, {
      news: (news) => {
        this.hear(news);
      },
      work: () => {
        this.work();
      },
      connected: () => this.catchUp(),
      lost: (error) => {
        this.lose(error);
      },
      unreadable: (error) => {
        this.logger.error({ err: error }, '无法读取其他进程的消息');
      },
    });
  }

  get isConnected(): boolean {
    return this.feed.isConnected;
  }

  /** Called whenever there is work. */
  onWork(work: () => void): void {
    this.work = work;
  }

  /** Called whenever the database is there again. */
  onReconnect(reconnected: () => void): void {
    this.reconnected = reconnected;
  }

  /** Hears from now on, and knows what was before. */
  start(): Promise<void> {
    this.clocks = setInterval(() => {
      // As long as the database is away, the time goes on as it was.
      this.database.setClock().catch(() => undefined);
    }, CLOCK_MS).unref();
    return this.feed.start();
  }

  /** Hears to the last answer. */
  onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.clocks);
    this.followed.stop();
    return this.feed.stop();
  }

  private async tell(db: Transaction<Schema>, news: News): Promise<void> {
    await tellNews(db, news);
    if (!asksAdmission(news)) return;
    await this.queue.askAdmission(db);
    await tellWork(db);
  }

  private hear(news: News): void {
    switch (news.kind) {
      case 'batch_moved':
        this.hearMove(news);
        break;
      case 'batch_written':
        this.followed.readLater(news.task_id);
        break;
      case 'batches_forgotten':
        this.ended.forget(news.task_ids);
        break;
      case 'sessions_ended':
        this.sessions.forget(news.ids);
        break;
      case 'session_begun':
        this.reloadSessions();
        break;
      default: {
        const unknown: never = news;
        return unknown;
      }
    }
  }

  /** What does not fit is read: another version may tell what this one does not know. */
  private hearMove(news: BatchMoved): void {
    try {
      this.followed.hear(news);
    } catch (error) {
      this.logger.warn({ err: error, task_id: news.task_id }, '进度变更无法应用，改为重新读取');
      this.followed.readLater(news.task_id);
    }
  }

  private reloadSessions(): void {
    this.sessions.reload().catch(async (error: unknown) => {
      this.logger.warn({ err: error }, '读取会话失败，稍后重试');
      await sleep(RELOAD_MS, undefined, { ref: false });
      if (!this.stopped) this.reloadSessions();
    });
  }

  private async catchUp(): Promise<void> {
    await this.database.setClock();
    await this.followed.catchUp();
    await this.sessions.reload();
    if (!this.wasLost) return;
    this.wasLost = false;
    this.logger.info('与数据库的连接已恢复');
    this.reconnected();
  }

  private lose(error: unknown): void {
    if (this.wasLost) return;
    this.wasLost = true;
    this.logger.error({ err: error }, '与数据库的连接已断开，正在重连');
    const detail = 'the database does not answer';
    tellDatabaseWait(this.registry, { kind: 'database', until: null, detail });
  }
}

/** Whether it may be another batch's turn by what has happened. */
export function asksAdmission(news: News): boolean {
  switch (news.kind) {
    case 'batch_written':
      return news.waits;
    case 'batch_moved':
      return news.change.events.some(({ type }) => ASKS_ADMISSION.has(type));
    case 'batches_forgotten':
    case 'session_begun':
    case 'sessions_ended':
      return false;
    default: {
      const unknown: never = news;
      return unknown;
    }
  }
}
