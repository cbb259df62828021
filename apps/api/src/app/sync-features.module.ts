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

/** The API under `/api/v1/sync-status`, except for webhooks and logins, which an embedding app does not have. */
export const SYNC_CONTROLLERS: readonly Type<object>[] = [
  SyncController,
  RecordsController,
  CoverageController,
  DatasetsController,
];

// Nest stops the modules in this order: an export ends before the days in flight.
const FEATURES = [
  RecordsModule,
  DatasetsModule,
  SchedulesModule,
  BatchesModule,
  RunnerModule,
  SyncServicesModule,
];

/** The features that the program and an embedding app share. */
@Module({ imports: FEATURES, exports: FEATURES })
export class SyncFeaturesModule {}
