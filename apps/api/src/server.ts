import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { AccessGuard } from './auth/access.guard.js';
import { logTargets } from './changes/apply-changes.js';
import { DatasetsFollower } from './changes/datasets-follower.js';
import { systemClock } from './config/clock.js';
import type { SecretValues } from './config/secret-values.js';
import { VERSION } from './config/version.js';
import { consoleFiles } from './http/pipeline/console-files.js';
import { readJsonBody } from './http/pipeline/json-body.js';
import { PreRouterAdapter } from './http/pipeline/pre-router.js';
import { nestLogger, type Log } from './logging/logger.js';
import { PollRoute } from './sync/poll-route.js';
import { SyncRuntime } from './sync/sync-runtime.js';
import { loadTracing } from './tracing/load-tracing.js';
import type { Tracing } from './tracing/tracing.js';
import { WebhookSender } from './webhooks/webhook-sender.js';
import { boot, BootError, type Booted, type Environment } from './app/boot.js';
import { serveOpenApi } from './app/openapi.js';

/** A stop ends within 10 s, and the export of the last traces takes no more than 2 of them. */
const STOP_MS = 9_500;
const MOST_EXPORT_MS = 2_000;

/** What a server needs besides its environment. */
export interface ServerSurroundings {
  /** Collects the values that no output may contain. */
  readonly secrets: SecretValues;
  /** Opens the log once the configuration is read. */
  readonly openLog: (booted: Booted) => Log;
  /** The built console and the documentation site; either may not have been built. */
  readonly folders: { readonly console: string; readonly site: string };
  /** Whether the process runs no days, no schedules and no webhooks, and changes nothing that is stored. */
  readonly answersOnly: boolean;
}

/** The whole program in a process that handles its signals itself. */
export class Server {
  private constructor(
    private readonly app: NestExpressApplication,
    private readonly booted: Booted,
    private readonly log: Log,
    private readonly tracing: Tracing | null,
    private readonly answersOnly: boolean,
  ) {}

  /**
   * Opens the installation of an environment.
   * @throws {BootError} if the environment, the datasets file or the database can't be used
   */
  static async open(env: Environment, surroundings: ServerSurroundings): Promise<Server> {
    const { secrets, answersOnly } = surroundings;
    const booted = await boot(env, secrets, answersOnly);
    const log = surroundings.openLog(booted);
    const { exportsTraces, nodeName } = booted.config;
    const tracing =
      answersOnly || !exportsTraces
        ? null
        : await loadTracing({ version: VERSION, nodeName }, log.logger, systemClock);
    const app = await createApp(booted, log.logger, tracing, surroundings);
    return new Server(app, booted, log, tracing, answersOnly);
  }

  /** What the next start would change in the database, for a process that only answers. */
  get changesLeft(): readonly string[] {
    return this.answersOnly ? this.booted.targets.warnings : [];
  }

  /**
   * Listens, and begins its days, schedules and webhooks.
   * @returns its address
   * @throws {BootError} if the port can't be opened
   */
  async start(): Promise<string> {
    const { app, booted } = this;
    const { logger } = this.log;
    const url = await listen(app, booted.config.port, booted.config.host);
    logger.info({ url }, 'listening');
    for (const warning of booted.warnings) logger.warn(warning);
    logger.info({ version: booted.catalog.file?.version }, 'the datasets file is in use');
    logTargets(logger, booted.targets);
    if (booted.config.tokens.length === 0) {
      logger.info('AUTH_TOKENS is not set: every caller of this loopback address is an operator');
    }
    if (!this.answersOnly) {
      app.get(SyncRuntime).start();
      app.get(WebhookSender).begin();
      app.get(DatasetsFollower).begin();
    }
    return url;
  }

  /** Lets the days in flight finish for a while, closes the installation and exports the last traces. */
  async close(): Promise<void> {
    const since = performance.now();
    const exportLast = async (): Promise<void> => {
      const left = Math.max(0, STOP_MS - (performance.now() - since));
      await this.tracing?.stop(Math.min(MOST_EXPORT_MS, left));
    };
    await this.app.close();
    await Promise.all([this.booted.close(), exportLast()]);
    await this.log.close();
  }
}

async function createApp(
  booted: Booted,
  logger: Logger,
  tracing: Tracing | null,
  { secrets, folders }: ServerSurroundings,
): Promise<NestExpressApplication> {
  const adapter = new PreRouterAdapter((error, { id }) => {
    logger.error({ err: error, req: { id } }, 'an unexpected error');
  });
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot({ ...booted, logger, secrets, tracing }),
    adapter,
    { bodyParser: false, abortOnError: false, logger: nestLogger(logger) },
  );
  app.set('etag', false);
  app.disable('x-powered-by');
  // The access guard uses the same setting.
  app.set('trust proxy', booted.config.trustProxy);
  adapter.addPreRoute(app.get(AccessGuard));
  if (booted.config.role === 'worker') return app;
  app.use(consoleFiles(folders.console), readJsonBody);
  adapter.addPreRoute(app.get(PollRoute));
  serveOpenApi(app, VERSION, folders.site);
  return app;
}

/**
 * @returns the URL
 * @throws {BootError} if the port can't be opened
 */
async function listen(app: NestExpressApplication, port: number, host: string): Promise<string> {
  await app.init();
  const server = app.getHttpServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const reason = error.code === 'EADDRINUSE' ? 'it is in use' : error.message;
    const line = `Daysync can't listen on port ${port} of ${host} (${reason}): set PORT to another one.`;
    throw new BootError([line], 1);
  }
  const address = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
