import { destination, pino, type Logger } from 'pino';
import type { Clock } from '../config/clock.js';
import type { LogLevel } from '../config/environment.js';
import { GatheredLines, type LineSink } from './gathered-lines.js';
import { LogFile } from './log-file.js';
import { currentRequestId } from './request-scope.js';
import { HIDDEN, type SecretValues } from '../config/secret-values.js';
import { terminalLine } from './terminal-line.js';

/** The token of the program's log. */
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

/** What is hidden by its name, whatever its value. */
const SECRET_NAMES = ['authorization', 'cookie', 'set-cookie', 'token', 'password', 'secret'];
/** Where it can turn up. Named one by one: a wildcard costs ten times as much, at each line. */
const SECRET_PLACES = ['', 'req', 'req.headers', 'res', 'res.headers', 'err', 'error'];

/**
 * The program's log: one JSON line an event in `file` and on standard output, which is for people where it is a
 * terminal; both without secrets.
 * A log that can't be written never ends the process.
 */
export function createLog(file: string, level: LogLevel, { secrets, clock }: LogSurroundings): Log {
  let told = false;
  const logFile = new LogFile(file, clock, (error) => {
    if (!told) {
      process.stderr.write(secrets.redact(`The log ${file} can't be written: ${error.message}\n`));
    }
    told = true;
  });
  const linesOfFile = new GatheredLines(logFile);
  process.on('exit', () => {
    linesOfFile.flush({ write: (lines) => logFile.writeNow(lines) });
    linesOfOutput.flush();
  });
  // After that: it empties itself at the exit. One that nobody reads holds up nobody.
  const linesOfOutput = new GatheredLines(destination({ dest: process.stdout.fd, sync: false }));
  const logger = createLogger(level, secrets, [linesOfFile, forOutput(linesOfOutput)]);
  const close = (): Promise<void> => {
    linesOfFile.flush();
    return logFile.close();
  };
  return { logger, close };
}

/** As they are for a program that collects them, and readable on a terminal. */
function forOutput(sink: LineSink): LineSink {
  if (!process.stdout.isTTY) return sink;
  const hasColors = process.stdout.hasColors();
  return { write: (line) => sink.write(terminalLine(line, hasColors)) };
}

/** A logger that writes each line, without its secrets, to every one of `sinks`. */
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
