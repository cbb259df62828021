import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { BootError, type Booted } from './app/boot.js';
import { Server } from './server.js';
import { systemClock } from './config/clock.js';
import { SecretValues } from './config/secret-values.js';
import { createLog, type Log } from './logging/logger.js';
import { logStrayRejections } from './runner/fetch/stray-rejections.js';
import { serveSourceEntry } from './sources/provider/provider-module.js';

/** From the command line, for a list with `--local`: run no days, no schedules and no webhooks. */
const ANSWERS_ONLY = '--answers-only';
/** Relative to dist/api/apps/api/src. */
const FOLDERS = {
  console: fileURLToPath(new URL('../../../../web', import.meta.url)),
  site: fileURLToPath(new URL('../../../../site', import.meta.url)),
};
/** The old generation is collected once it has grown by a fifth: the garbage of a large day needs 130 MB less. */
const COLLECTS_SOON = '--heap-growing-percent=20';
/** A launcher sends every signal twice; a signal after this time ends the process at once. */
const SAME_SIGNAL_MS = 1_000;

/** Exists before the first output, which has to be redacted as well. */
const secrets = new SecretValues();

function stopOnSignals(server: Server): void {
  let stoppingSince: number | undefined;
  const stop = (): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    server.close().then(
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

function openLog({ config, catalog, metrics }: Booted): Log {
  const log = createLog(config.logFile, config.logLevel, { secrets, clock: systemClock });
  logStrayRejections(log.logger, catalog);
  metrics.observeProcess();
  return log;
}

async function main(): Promise<void> {
  serveSourceEntry();
  const answersOnly = process.argv.includes(ANSWERS_ONLY);
  const server = await Server.open(process.env, {
    ...{ secrets, openLog, answersOnly },
    folders: FOLDERS,
  });
  stopOnSignals(server);
  const url = await server.start();
  // Set only now: with this flag, V8 refuses the cached code of Node's own modules, and a start takes a sixth longer.
  setFlagsFromString(COLLECTS_SOON);
  for (const change of server.changesLeft) complain(`Left to the next start: ${change}.`);
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
