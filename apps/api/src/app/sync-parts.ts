import type { Provider, Type } from '@nestjs/common';
import { DayRows } from '../datasets/day-rows.js';
import { DatasetsController } from '../datasets/datasets.controller.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { BatchControl } from '../batches/store/batch-control.js';
import { BatchStates } from '../batches/store/batch-states.js';
import { DAY_DISPATCHER } from '../runner/fetch/day-dispatcher.js';
import { InProcessDispatcher } from '../runner/fetch/in-process-dispatcher.js';
import { CalendarService } from '../records/calendar.service.js';
import { CoverageController } from '../records/coverage.controller.js';
import { CoverageService } from '../records/coverage.service.js';
import { ExportAnswer } from '../records/export-answer.js';
import { HistoryService } from '../records/history.service.js';
import { KnownDatasets } from '../records/known-datasets.js';
import { RecordsController } from '../records/records.controller.js';
import { RecordsExport } from '../records/records-export.js';
import { RecordsService } from '../records/records.service.js';
import { Admission } from '../runner/admission.js';
import { ConfiguredDatasets } from '../runner/configured-datasets.js';
import { LaneRunner } from '../runner/lane-runner.js';
import { LaneClaims } from '../runner/lane-claims.js';
import { LaneSteps } from '../runner/lane-step.js';
import { LaneWorker } from '../runner/lane-worker.js';
import { LostDays } from '../runner/lost-days.js';
import { ScheduleRuns } from '../schedules/schedule-runs.js';
import { Schedules } from '../schedules/schedules.js';
import { ShownSchedules } from '../schedules/shown-schedules.js';
import { BatchCreation } from '../batches/store/batch-creation.js';
import { BatchHistory } from '../batches/store/batch-history.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { EndedBatches } from '../batches/store/ended-batches.js';
import { EventStreams } from '../sync/event-streams.js';
import { ProgressAnswers } from '../sync/progress-answers.js';
import { StartService } from '../sync/start.service.js';
import { SyncController } from '../sync/sync.controller.js';
import { SyncMetrics } from '../batches/batch-metrics.js';

/** The API under `/api/v1/sync-status`, without the console's logins. */
export const SYNC_CONTROLLERS: readonly Type<object>[] = [
  SyncController,
  RecordsController,
  CoverageController,
  DatasetsController,
];

/**
 * What plans, runs and shows batches and their records, in the program and in an app of one's own alike. It needs
 * beside it what the run providers give, and `SyncService`, `DatasetCatalog`, `Metrics`, `LOGGER`, `APP_CONFIG` and
 * the `ProgressRegistry`.
 */
export const SYNC_PROVIDERS: readonly Provider[] = [
  { provide: DAY_DISPATCHER, useClass: InProcessDispatcher },
  BatchStore,
  BatchCreation,
  BatchStates,
  BatchControl,
  ConfiguredDatasets,
  LaneClaims,
  LaneSteps,
  LostDays,
  LaneRunner,
  Admission,
  LaneWorker,
  BatchHistory,
  EndedBatches,
  ProgressAnswers,
  EventStreams,
  SyncMetrics,
  StartService,
  ScheduleRuns,
  Schedules,
  ShownSchedules,
  RecordsService,
  RecordsExport,
  ExportAnswer,
  CalendarService,
  HistoryService,
  CoverageService,
  KnownDatasets,
  DatasetsService,
  DayRows,
];
