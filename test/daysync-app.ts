// Daysync in the process of the test, on a real port: for tests that need no process of its own to kill, signal or read.
import { afterFile } from './after-file.js';
import { shippedContract } from './contract.js';
import { Daysync, daysyncEnvironment, type StartOptions } from './daysync.js';
import type { Exit } from './daysync-process.js';
import { scratchFolder, TOP } from './scratch.js';
import path from 'node:path';
import { BootError } from '../apps/api/src/app/boot.js';
import { Server } from '../apps/api/src/server.js';
import { systemClock } from '../apps/api/src/config/clock.js';
import { SecretValues } from '../apps/api/src/config/secret-values.js';
import { LineBuffer, LogFile } from '../apps/api/src/logging/log-file.js';
import { createLogger } from '../apps/api/src/logging/logger.js';

const FOLDERS = { console: path.join(TOP, 'dist/web'), site: path.join(TOP, 'dist/site') };

/** Starts Daysync in this process; it is stopped after the last test of the file. */
export async function startApp(options: StartOptions): Promise<DaysyncApp> {
  const folder = options.folder ?? (await scratchFolder());
  const server = await open(folder, options, new SecretValues());
  shippedContract().compile();
  const app = new DaysyncApp(await server.start(), server, folder, options.token);
  afterFile(() => app.stop());
  return app;
}

/** Opens Daysync in this process, which must be refused. @returns what the program would print, and its exit code */
export async function refusedApp(options: StartOptions): Promise<Pick<Exit, 'code' | 'stderr'>> {
  const secrets = new SecretValues();
  try {
    const server = await open(options.folder ?? (await scratchFolder()), options, secrets);
    await server.close();
  } catch (error) {
    if (!(error instanceof BootError)) throw error;
    return { code: error.exitCode, stderr: secrets.redact(error.lines.join('\n')) };
  }
  throw new Error('expected Daysync to refuse its start');
}

async function open(folder: string, options: StartOptions, secrets: SecretValues): Promise<Server> {
  return Server.open(await daysyncEnvironment(folder, withoutThreads(options)), {
    secrets,
    openLog({ config }) {
      const file = new LogFile(config.logFile, systemClock, (error) => {
        throw error;
      });
      const lines = new LineBuffer(file);
      const logger = createLogger(config.logLevel, secrets, [lines]);
      const close = (): Promise<void> => {
        lines.flush();
        return file.close();
      };
      return { logger, close };
    },
    folders: FOLDERS,
    answersOnly: false,
  });
}

/** The program of a provider's thread exists only in the build. */
function withoutThreads({ datasets = [], ...options }: StartOptions): StartOptions {
  return {
    ...options,
    datasets: datasets.map((dataset) =>
      dataset.source['kind'] === 'provider'
        ? { ...dataset, source: { thread: false, ...dataset.source } }
        : dataset,
    ),
  };
}

export class DaysyncApp extends Daysync {
  private stopped: Promise<void> | undefined;

  constructor(
    readonly url: string,
    private readonly server: Server,
    folder: string,
    token?: string,
  ) {
    super(folder, token);
  }

  get isRunning(): boolean {
    return this.stopped === undefined;
  }

  /** Stops it as a signal would, for a later start on its folder. */
  stop(): Promise<void> {
    this.stopped ??= this.server.close();
    return this.stopped;
  }
}
