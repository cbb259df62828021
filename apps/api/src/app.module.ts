import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { InstallationModule, type OpenedInstallation } from './app/installation.module.js';
import { SYNC_CONTROLLERS, SyncFeaturesModule } from './app/sync-features.module.js';
import { AuthModule } from './auth/auth.module.js';
import { SessionController } from './auth/session.controller.js';
import { ChangesModule } from './changes/changes.module.js';
import { ReloadController } from './changes/reload.controller.js';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './health/metrics.controller.js';
import { ProgramReadiness } from './health/readiness.js';
import { ExpensiveReads } from './http/pipeline/expensive-read.js';
import { EnvelopeInterceptor } from './http/openapi/api-answers.js';
import { InputPipe } from './http/input/input.pipe.js';
import { ProblemFilter } from './http/problems/problem.filter.js';
import { PollRoute } from './sync/poll-route.js';
import { SyncRuntime } from './sync/sync-runtime.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** A process with `ROLE=worker` has none of them. */
const API_CONTROLLERS = [
  ...SYNC_CONTROLLERS,
  ReloadController,
  WebhooksController,
  SessionController,
];

/** The whole program. `main.ts` starts the runtime once the program listens. */
@Module({})
export class AppModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly runtime: SyncRuntime) {}

  static forRoot(opened: OpenedInstallation): DynamicModule {
    const installation = InstallationModule.forRoot(opened);
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            logger: opened.logger,
            genReqId: (request) => request.id,
            // A hundred consoles poll: a line for each request would hide the errors.
            customLogLevel: (_request, response, error) =>
              error !== undefined || response.statusCode >= 500 ? 'error' : 'debug',
            serializers: {
              req: (request: { id: string; method: string; url: string }) => ({
                id: request.id,
                method: request.method,
                url: request.url,
              }),
              // Without headers: one of them is the secret of a session.
              res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
            },
          },
        }),
        installation,
        SyncFeaturesModule.of(installation),
        { module: ChangesModule, imports: [installation] },
        { module: WebhooksModule, imports: [installation] },
        { module: AuthModule, imports: [installation] },
      ],
      controllers: [
        ...(opened.config.role === 'worker' ? [] : API_CONTROLLERS),
        HealthController,
        MetricsController,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: ExpensiveReads },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_PIPE, useClass: InputPipe },
        PollRoute,
        ProgramReadiness,
      ],
    };
  }
  onApplicationBootstrap(): Promise<void> {
    return this.runtime.recover();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.runtime.stop();
  }
}
