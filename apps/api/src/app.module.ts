import { ProgressModule } from '@daysync/progress/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AccessGate } from './auth/access-gate.js';
import { SessionController } from './auth/session.controller.js';
import { Sessions } from './auth/sessions.js';
import { Tokens } from './auth/tokens.js';
import { APP_CONFIG } from './config/app-config.js';
import type { AppConfig } from './config/environment.js';
import { DatasetCatalog } from './datasets/dataset-catalog.js';
import { DayRows } from './datasets/day-rows.js';
import { DatasetsController } from './datasets/datasets.controller.js';
import { DatasetsService } from './datasets/datasets.service.js';
import { DAY_DISPATCHER } from './dispatch/day-dispatcher.js';
import { InProcessDispatcher } from './dispatch/in-process-dispatcher.js';
import { HealthController } from './health/health.controller.js';
import { ProgramReadiness } from './health/readiness.js';
import { callLimits } from './http/call-limit.js';
import { EnvelopeInterceptor } from './http/envelope.interceptor.js';
import { InputPipe } from './http/input.pipe.js';
import { ProblemFilter } from './http/problem.filter.js';
import { CalendarService } from './records/calendar.service.js';
import { CoverageController } from './records/coverage.controller.js';
import { CoverageService } from './records/coverage.service.js';
import { ExportAnswer } from './records/export-answer.js';
import { HistoryService } from './records/history.service.js';
import { KnownDatasets } from './records/known-datasets.js';
import { RecordsController } from './records/records.controller.js';
import { RecordsExport } from './records/records-export.js';
import { RecordsService } from './records/records.service.js';
import { LOGGER } from './logging/logger.js';
import { SecretValues } from './logging/secret-values.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Firings } from './schedules/firings.js';
import { Schedules } from './schedules/schedules.js';
import { ShownSchedules } from './schedules/shown-schedules.js';
import { BatchCommit } from './sync/batch-commit.js';
import { BatchControl } from './sync/batch-control.js';
import { BatchCreation } from './sync/batch-creation.js';
import { BatchHistory } from './sync/batch-history.js';
import { BatchStore } from './sync/batch-store.js';
import { EndedBatches } from './sync/ended-batches.js';
import { EventStreams } from './sync/event-streams.js';
import { PollRoute } from './sync/poll-route.js';
import { ProgressAnswers } from './sync/progress-answers.js';
import { runProviders, type Installation } from './sync/run-providers.js';
import { StartService } from './sync/start.service.js';
import { SyncController } from './sync/sync.controller.js';
import { SyncMetrics } from './sync/sync-metrics.js';
import { SyncService } from './sync/sync.service.js';

const A_DAY_OF_SECONDS = 86_400;

/** What a worker does not answer. */
const API_CONTROLLERS = [
  SyncController,
  RecordsController,
  CoverageController,
  DatasetsController,
  SessionController,
];

/** What was read and opened before the program starts. */
export interface AppParts {
  readonly config: AppConfig;
  readonly catalog: DatasetCatalog;
  readonly installation: Installation;
  readonly logger: Logger;
  readonly secrets: SecretValues;
  readonly metrics: Metrics;
}

@Module({})
export class AppModule {
  static forRoot({
    config,
    catalog,
    installation,
    logger,
    secrets,
    metrics,
  }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            logger,
            genReqId: (request) => request.id,
            // A hundred consoles poll: only what goes wrong is worth a line.
            customLogLevel: (_request, response, error) =>
              error !== undefined || response.statusCode >= 500 ? 'error' : 'debug',
            serializers: {
              req: (request: { id: string; method: string; url: string }) => ({
                id: request.id,
                method: request.method,
                url: request.url,
              }),
              // Not its headers: one of them is the secret of a session.
              res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
            },
          },
        }),
        callLimits({ starts: config.limitStarts, logins: config.limitLogins }),
        ProgressModule.forRoot({
          // What leaves the history has left memory before.
          ttlSeconds: Math.min(config.progressTtlSeconds, config.historyDays * A_DAY_OF_SECONDS),
        }),
      ],
      controllers: [
        ...(config.role === 'worker' ? [] : API_CONTROLLERS),
        HealthController,
        MetricsController,
      ],
      providers: [
        { provide: APP_CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: SecretValues, useValue: secrets },
        { provide: Metrics, useValue: metrics },
        ...runProviders(installation),
        { provide: DatasetCatalog, useValue: catalog },
        { provide: DAY_DISPATCHER, useClass: InProcessDispatcher },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_PIPE, useClass: InputPipe },
        Tokens,
        Sessions,
        AccessGate,
        BatchStore,
        BatchCreation,
        BatchCommit,
        BatchControl,
        BatchHistory,
        EndedBatches,
        ProgressAnswers,
        PollRoute,
        EventStreams,
        SyncMetrics,
        ProgramReadiness,
        StartService,
        SyncService,
        Firings,
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
      ],
    };
  }
}
