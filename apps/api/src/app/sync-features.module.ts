import { Module, type Type } from '@nestjs/common';
import { DatasetsController } from '../datasets/datasets.controller.js';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { CoverageController, RecordsController } from '../records/records.controller.js';
import { RecordsModule } from '../records/records.module.js';
import { BatchesModule } from '../batches/store/batches.module.js';
import { RunnerModule } from '../runner/runner.module.js';
import { SchedulesModule } from '../schedules/schedules.module.js';
import { SyncServicesModule } from '../sync/sync-services.module.js';
import { SyncController } from '../sync/sync.controller.js';

/** The API under `/api/v1/sync-status`, without webhooks and the console's logins. */
export const SYNC_CONTROLLERS: readonly Type<object>[] = [
  SyncController,
  RecordsController,
  CoverageController,
  DatasetsController,
];

// Modules stop in this order: an export that is being sent ends before the days in flight.
const FEATURES = [
  RecordsModule,
  DatasetsModule,
  SchedulesModule,
  BatchesModule,
  RunnerModule,
  SyncServicesModule,
];

/** What the program and an embedding app have alike. */
@Module({ imports: FEATURES, exports: FEATURES })
export class SyncFeaturesModule {}
