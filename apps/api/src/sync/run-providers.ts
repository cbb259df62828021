import type { Provider } from '@nestjs/common';
import type { ProgressOptions } from '@daysync/progress/nest';
import { CLOCK, systemClock } from '../config/clock.js';
import type { AppConfig } from '../config/environment.js';
import { CrashMarker } from '../database/sqlite/crash-marker.js';
import { Database } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import type { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import type { BossLaneQueue } from '../runner/shared/boss-lane-queue.js';
import { LaneQueue } from '../batches/lane-queue.js';
import { LiveView } from '../batches/live-view.js';
import { LocalLiveView } from '../runner/local/local-live-view.js';
import { SharedLiveView } from '../runner/shared/shared-live-view.js';
import { LocalLaneQueue } from '../runner/local/local-lane-queue.js';
import { ClusterProcess } from '../runner/shared/cluster-process.js';
import { OnlyProcess } from '../runner/local/only-process.js';
import { Process } from '../runner/process.js';

/** What batches are kept in and run by: one process on SQLite, or any number on PostgreSQL. */
export type Installation =
  | {
      readonly kind: 'embedded';
      readonly database: SqliteDatabase;
      readonly crashMarker: CrashMarker;
    }
  | {
      readonly kind: 'scaled';
      readonly database: PostgresDatabase;
      readonly queue: BossLaneQueue;
    };

const A_DAY_OF_SECONDS = 86_400;

/** How long ended batches stay in memory: what leaves the history has left it before. */
export function shownInMemory({
  progressTtlSeconds,
  historyDays,
}: Pick<AppConfig, 'progressTtlSeconds' | 'historyDays'>): Pick<
  Required<ProgressOptions>,
  'ttlSeconds'
> {
  return { ttlSeconds: Math.min(progressTtlSeconds, historyDays * A_DAY_OF_SECONDS) };
}

/** What differs between the two ways to run. */
export function runProviders(installation: Installation): Provider[] {
  switch (installation.kind) {
    case 'embedded':
      return [
        { provide: Database, useValue: installation.database },
        { provide: CrashMarker, useValue: installation.crashMarker },
        { provide: CLOCK, useValue: systemClock },
        { provide: LaneQueue, useValue: new LocalLaneQueue(systemClock) },
        { provide: LiveView, useClass: LocalLiveView },
        { provide: Process, useClass: OnlyProcess },
      ];
    case 'scaled': {
      const { database, queue } = installation;
      return [
        { provide: PostgresDatabase, useValue: database },
        { provide: Database, useValue: database },
        { provide: CLOCK, useValue: database.clock },
        { provide: LaneQueue, useValue: queue },
        { provide: LiveView, useClass: SharedLiveView },
        { provide: Process, useClass: ClusterProcess },
      ];
    }
    default: {
      const unknown: never = installation;
      return unknown;
    }
  }
}
