import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { DayTestController } from '../datasets/check/day-test.controller.js';
import { DatasetsController } from '../datasets/datasets.controller.js';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { QuarantineController } from '../quarantine/quarantine.controller.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import {
  BatchLogController,
  CoverageController,
  RecordsController,
} from '../records/records.controller.js';
import { SettledDaysController } from '../records/settled-days.controller.js';
import { FreshnessModule } from '../freshness/freshness.module.js';
import { RecordsModule } from '../records/records.module.js';
import { BatchesModule } from '../batches/store/batches.module.js';
import { RunnerModule } from '../runner/runner.module.js';
import { SchedulesModule } from '../schedules/schedules.module.js';
import { SyncServicesModule } from '../sync/sync-services.module.js';
import { ScheduleController } from '../sync/schedule.controller.js';
import { SyncController } from '../sync/sync.controller.js';

/** The API under `/api/v1/sync-status`, except for webhooks and logins, which an embedding app does not have. */
export const SYNC_CONTROLLERS: readonly Type<object>[] = [
  SyncController,
  RecordsController,
  BatchLogController,
  CoverageController,
  SettledDaysController,
  DatasetsController,
  DayTestController,
  ScheduleController,
  QuarantineController,
];

/**
 * What the program and an embedding app have in common. Each module imports what it needs from the same installation; two
 * installations in one app share nothing.
 */
@Module({})
export class SyncFeaturesModule {
  static of(installation: DynamicModule): DynamicModule {
    const feature = (module: Type<object>, ...needs: readonly DynamicModule[]): DynamicModule => ({
      module,
      imports: [installation, ...needs],
    });
    const datasets = feature(DatasetsModule);
    const batches = feature(BatchesModule, datasets);
    const runner = feature(RunnerModule, batches);
    const schedules = feature(SchedulesModule, batches);
    const freshness = feature(FreshnessModule);
    const records = feature(RecordsModule, batches, datasets, schedules, freshness);
    const sync = feature(SyncServicesModule, batches, datasets, runner, schedules, freshness);
    const quarantine = feature(QuarantineModule);
    const features = [batches, runner, datasets, schedules, freshness, records, sync, quarantine];
    return { module: SyncFeaturesModule, imports: features, exports: features };
  }
}
