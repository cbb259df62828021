import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { LogLevel } from '../config/environment.js';

/** The token of the program's log itself; `PinoLogger` adds the request that a line belongs to. */
export const LOGGER = Symbol('LOGGER');

/** The program's log, and how to end it. */
export interface Log {
  readonly logger: Logger;
  /** Resolves when every line is in the file, or soon after where that can't be. */
  readonly close: () => Promise<void>;
}

/** How long a stop waits for the last lines. */
const MOST_CLOSE_MS = 500;
const ROTATE_AT = '10M';
const FILES_KEPT = 10;

/**
 * The program's log: one JSON line an event in `file`, whose name stays when it is rotated, and the same readably
 * on the terminal. A log that can't be written never ends the process.
 */
export function createLog(file: string, level: LogLevel): Log {
  const stream = createStream(path.basename(file), {
    path: path.dirname(file),
    size: ROTATE_AT,
    maxFiles: FILES_KEPT,
  });
  let told = false;
  stream.on('error', (error: Error) => {
    if (!told) process.stderr.write(`The log ${file} can't be written: ${error.message}\n`);
    told = true;
  });
  const terminal = PinoPretty({
    colorize: process.stdout.isTTY,
    ignore: 'pid,hostname,context,req',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  const logger = pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream([
      { level: 'trace', stream },
      { level: 'trace', stream: terminal },
    ]),
  );
  return { logger, close: () => closeStream(stream) };
}

/** Writes what is still to be written. A file that can't be written is not waited for. */
async function closeStream(stream: RotatingFileStream): Promise<void> {
  const ended = new Promise<void>((resolve) => stream.end(resolve));
  const failed = once(stream, 'error').catch(() => undefined);
  await Promise.race([ended, failed, sleep(MOST_CLOSE_MS, undefined, { ref: false })]);
}
