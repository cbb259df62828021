import path from 'node:path';
import { pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { createStream } from 'rotating-file-stream';
import type { LogLevel } from '../config/environment.js';

/** The token of the program's log itself; `PinoLogger` adds the request that a line belongs to. */
export const LOGGER = Symbol('LOGGER');

const ROTATE_AT = '10M';
const FILES_KEPT = 10;

/**
 * The program's log: one JSON line an event in `file`, whose name stays when it is rotated, and the same readably
 * on the terminal. A log that can't be written never ends the process.
 */
export function createLogger(file: string, level: LogLevel): Logger {
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
  return pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream([
      { level: 'trace', stream },
      { level: 'trace', stream: terminal },
    ]),
  );
}
