import { destination, pino, type Logger } from 'pino';
import type { Clock } from '../config/clock.js';
import type { LogLevel } from '../config/environment.js';
import { LineBuffer, type LineSink, LogFile } from './log-file.js';
import { HIDDEN, type SecretValues } from '../config/secret-values.js';
import { terminalLine } from './terminal-line.js';
import type { LoggerService } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';

export const LOGGER = Symbol('LOGGER');

/** The program's log, and how to end it. */
export interface Log {
  readonly logger: Logger;
  /** Resolves when every line is in the file, or soon after where that can't be. */
  readonly close: () => Promise<void>;
}

export interface LogSurroundings {
  readonly secrets: SecretValues;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Fields with these names are hidden, whatever their value. */
const SECRET_NAMES = ['authorization', 'cookie', 'set-cookie', 'token', 'password', 'secret'];
/** The objects in which they can occur. A wildcard would cost ten times as much, for each line. */
const SECRET_PLACES = ['', 'req', 'req.headers', 'res', 'res.headers', 'err', 'error'];

/**
 * Opens the program's log: one JSON line per event, into `file` and to standard output, both without secrets. On a
 * terminal the lines are readable. A log that can't be written never ends the process.
 */
export function createLog(file: string, level: LogLevel, { secrets, clock }: LogSurroundings): Log {
  let isReported = false;
  const logFile = new LogFile(file, clock, (error) => {
    if (!isReported) {
      process.stderr.write(secrets.redact(`The log ${file} can't be written: ${error.message}\n`));
    }
    isReported = true;
  });
  const linesOfFile = new LineBuffer(logFile);
  process.on('exit', () => {
    linesOfFile.flush({ write: (lines) => logFile.writeNow(lines) });
    linesOfOutput.flush();
  });
  // Made after that: it flushes itself at the exit. An output that no program reads delays nothing.
  const linesOfOutput = new LineBuffer(destination({ dest: process.stdout.fd, sync: false }));
  const logger = createLogger(level, secrets, [linesOfFile, forOutput(linesOfOutput)]);
  const close = (): Promise<void> => {
    linesOfFile.flush();
    return logFile.close();
  };
  return { logger, close };
}

function forOutput(sink: LineSink): LineSink {
  if (!process.stdout.isTTY) return sink;
  const hasColors = process.stdout.hasColors();
  return { write: (line) => sink.write(terminalLine(line, hasColors)) };
}

/** A logger that removes secrets from each line, and writes it to every sink. */
export function createLogger(
  level: LogLevel,
  secrets: SecretValues,
  sinks: readonly LineSink[],
): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_PLACES.flatMap(secretPathsAt), censor: HIDDEN },
      mixin: () => {
        const id = currentRequestId();
        return id === undefined ? {} : { request_id: id };
      },
    },
    {
      write(line: string) {
        const shown = withoutSecrets(line, secrets);
        for (const sink of sinks) sink.write(shown);
      },
    },
  );
}

function secretPathsAt(place: string): string[] {
  return SECRET_NAMES.map((name) => `${place}["${name}"]`);
}

function withoutSecrets(line: string, secrets: SecretValues): string {
  const json = line.trimEnd();
  return `${secrets.redactJson(json)}\n`;
}

/** Puts Nest's own lines into the program's log; those of its start have level debug. */
export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown) => {
      logger.debug({ nest: message });
    },
    warn: (message: unknown) => {
      logger.warn({ nest: message });
    },
    error: (message: unknown) => {
      logger.error(message instanceof Error ? { err: message } : { nest: message });
    },
  };
}

const requestIds = new AsyncLocalStorage<string | undefined>();

/** Runs the work of a request: each log line of it has the request's id. */
export function inRequest(id: string, work: () => void): void {
  requestIds.run(id, work);
}

/** Runs what goes on after the request that started it: its log lines have no request id. */
export function outsideRequests(work: () => void): void {
  requestIds.run(undefined, work);
}

function currentRequestId(): string | undefined {
  return requestIds.getStore();
}
