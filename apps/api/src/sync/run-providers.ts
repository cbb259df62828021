import type { Provider } from '@nestjs/common';
import type { ProgressOptions } from '@daysync/progress/nest';
import { CLOCK, systemClock } from '../clock.js';
import type { AppConfig } from '../config/environment.js';
import { CrashMarker } from '../database/crash-marker.js';
import { Database } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import type { SqliteDatabase } from '../database/sqlite-database.js';
import { SlotQueue } from '../dispatch/slot-queue.js';
import { BatchAdmission } from './batch-admission.js';
import { BatchQueue } from './batch-queue.js';
import { BatchRecovery } from './batch-recovery.js';
import { FollowedProgress } from './followed-progress.js';
import { LiveProgress, OwnProgress } from './live-progress.js';
import { LostSlots } from './lost-slots.js';
import { NodeFeed } from './node-feed.js';
import { NodeRecovery } from './node-recovery.js';
import { ScaledQueue } from './scaled-queue.js';

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
      readonly queue: SlotQueue;
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
        { provide: LiveProgress, useClass: OwnProgress },
        BatchRecovery,
        BatchQueue,
      ];
    case 'scaled': {
      const { database, queue } = installation;
      return [
        { provide: PostgresDatabase, useValue: database },
        { provide: Database, useValue: database },
        { provide: SlotQueue, useValue: queue },
        { provide: CrashMarker, useValue: NO_MARKER },
        { provide: CLOCK, useValue: database.clock },
        FollowedProgress,
        { provide: LiveProgress, useExisting: FollowedProgress },
        { provide: BatchRecovery, useClass: NodeRecovery },
        { provide: BatchQueue, useClass: ScaledQueue },
        BatchAdmission,
        LostSlots,
        NodeFeed,
      ];
    }
    default: {
      const unknown: never = installation;
      return unknown;
    }
  }
}

/** Where a process that ends is told by its leases. */
export const NO_MARKER: Pick<CrashMarker, 'crashed' | 'set' | 'clear'> = {
  crashed: false,
  set: () => undefined,
  clear: () => undefined,
};
