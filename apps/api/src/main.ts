import 'reflect-metadata';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { AccessGuard } from './auth/access.guard.js';
import { boot, BootError, type Booted } from './app/boot.js';
import { logTargets } from './changes/apply-changes.js';
import { DatasetsFollower } from './changes/datasets-follower.js';
import { systemClock } from './config/clock.js';
import { serveSourceEntry } from './sources/provider/provider-module.js';
import { logStrayRejections } from './runner/fetch/stray-rejections.js';
import { PreRouterAdapter } from './http/pipeline/pre-router.js';
import { consoleFiles } from './http/pipeline/console-files.js';
import { serveOpenApi } from './app/openapi.js';
import { readJsonBody } from './http/pipeline/json-body.js';
import { createLog, nestLogger } from './logging/logger.js';
import { SecretValues } from './config/secret-values.js';
import { VERSION } from './config/version.js';
import { WebhookSender } from './webhooks/webhook-sender.js';
import { PollRoute } from './sync/poll-route.js';
import { SyncRuntime } from './sync/sync-runtime.js';
import { loadTracing } from './tracing/load-tracing.js';
import type { Tracing } from './tracing/tracing.js';

/** From the command line, for a list with `--local`: run no days, no schedules and no webhooks. */
const ANSWERS_ONLY = '--answers-only';
/** Relative to dist/api/apps/api/src. */
const CONSOLE_FOLDER = fileURLToPath(new URL('../../../../web', import.meta.url));
/** The documentation site, if it has been built. */
const SITE_FOLDER = fileURLToPath(new URL('../../../../site', import.meta.url));
/** A launcher sends every signal twice; a signal after this time ends the process at once. */
const SAME_SIGNAL_MS = 1_000;
/** A stop ends within 10 s, and the export of the last traces takes no more than 2 of them. */
const STOP_MS = 9_500;
const MOST_EXPORT_MS = 2_000;

/** Exists before the first output, which has to be redacted as well. */
const secrets = new SecretValues();

async function createApp(
  booted: Booted,
  logger: Logger,
  tracing: Tracing | null,
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
  app.use(consoleFiles(CONSOLE_FOLDER), readJsonBody);
  adapter.addPreRoute(app.get(PollRoute));
  serveOpenApi(app, VERSION, SITE_FOLDER);
  return app;
}

function stopOnSignals(
  app: NestExpressApplication,
  { close }: Booted,
  tracing: Tracing | null,
  closeLog: () => Promise<void>,
): void {
  let stoppingSince: number | undefined;
  const stop = (): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    const since = performance.now();
    stoppingSince = since;
    const exported = async (): Promise<void> => {
      const left = Math.max(0, STOP_MS - (performance.now() - since));
      await tracing?.stop(Math.min(MOST_EXPORT_MS, left));
    };
    app
      .close()
      .then(() => Promise.all([close(), exported()]))
      .then(closeLog)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          complain(`The stop failed: ${String(error)}`);
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The process that started this one with an IPC channel, such as the command line, has ended.
  process.on('disconnect', stop);
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

async function main(): Promise<void> {
  serveSourceEntry();
  const answersOnly = process.argv.includes(ANSWERS_ONLY);
  const booted = await boot(process.env, secrets, answersOnly);
  const { exportsTraces, host, port, logFile, logLevel, nodeName, tokens } = booted.config;
  const { logger, close } = createLog(logFile, logLevel, { secrets, clock: systemClock });
  logStrayRejections(logger, booted.catalog);
  booted.metrics.observeProcess();
  const tracing =
    answersOnly || !exportsTraces
      ? null
      : await loadTracing({ version: VERSION, nodeName }, logger, systemClock);
  const app = await createApp(booted, logger, tracing);
  stopOnSignals(app, booted, tracing, close);
  const url = await listen(app, port, host);
  logger.info({ url }, 'listening');
  for (const warning of booted.warnings) logger.warn(warning);
  logger.info({ version: booted.catalog.file?.version }, 'the datasets file is in use');
  logTargets(logger, booted.targets);
  if (tokens.length === 0) {
    logger.info('AUTH_TOKENS is not set: every caller of this loopback address is an operator');
  }
  if (answersOnly) {
    for (const change of booted.targets.warnings) complain(`Left to the next start: ${change}.`);
  } else {
    app.get(SyncRuntime).start();
    app.get(WebhookSender).begin();
    app.get(DatasetsFollower).begin();
  }
  process.stdout.write(`Daysync: ${url} (Ctrl-C 停止 / stops it)\n`);
}

function complain(text: string): void {
  process.stderr.write(`${secrets.redact(text)}\n`);
}

/** Ends the process after an unexpected error. Node itself would print the error with its secrets. */
function endByBug(error: unknown): never {
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}

process.on('uncaughtException', endByBug);
main().catch((error: unknown) => {
  if (!(error instanceof BootError)) endByBug(error);
  complain(error.lines.join('\n'));
  process.exit(error.exitCode);
});
