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
import type { WebhookEndpoint } from './webhooks/webhook-endpoint.js';
import { HealthController } from './health/health.controller.js';
import { ProgramReadiness } from './health/readiness.js';
import { EnvelopeInterceptor } from './http/input/envelope.interceptor.js';
import { InputPipe } from './http/input/input.pipe.js';
import { ProblemFilter } from './http/problems/problem.filter.js';
import { LOGGER } from './logging/logger.js';
import { SecretValues } from './config/secret-values.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { WEBHOOK_ENDPOINTS, WebhookSender } from './webhooks/webhook-sender.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksService } from './webhooks/webhooks.service.js';
import { DeliveryStore } from './webhooks/delivery-store.js';
import { PollRoute } from './sync/poll-route.js';
import { runProviders, shownInMemory, type Installation } from './sync/run-providers.js';
import { SyncService } from './sync/sync.service.js';
import { SYNC_CONTROLLERS, SYNC_PROVIDERS } from './app/sync-parts.js';

/** What a worker does not answer. */
const API_CONTROLLERS = [...SYNC_CONTROLLERS, WebhooksController, SessionController];

/** What was read and opened before the program starts. */
export interface AppParts {
  readonly config: AppConfig;
  readonly catalog: DatasetCatalog;
  readonly webhooks: readonly WebhookEndpoint[];
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
    webhooks,
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
        ProgressModule.forRoot(shownInMemory(config)),
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
        { provide: WEBHOOK_ENDPOINTS, useValue: webhooks },
        DeliveryStore,
        WebhookSender,
        WebhooksService,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_PIPE, useClass: InputPipe },
        Tokens,
        Sessions,
        AccessGate,
        ...SYNC_PROVIDERS,
        PollRoute,
        ProgramReadiness,
        SyncService,
      ],
    };
  }
}
