import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { Clock } from '../config/clock.js';

/** When the log starts a new file, and how many old ones are kept. */
export interface LogRetention {
  /** A file of this size is rotated. */
  readonly fileBytes: number;
  /** The most bytes of all rotated files together; the oldest are deleted first. */
  readonly keptBytes: number;
  /** The most rotated files. */
  readonly keptFiles: number;
}

/** 100 MB in all, with the current file; and at least one file a day. */
const RETENTION: LogRetention = {
  fileBytes: 10 * 1_048_576,
  keptBytes: 90 * 1_048_576,
  keptFiles: 90,
};
/** The mode of its files: the owner writes, the group may read, so that a collector of logs can. */
const LOG_MODE = 0o640;
const MORE_THAN_LOG = 0o137;
/** A file that can't be written is opened again after so long. */
const REOPEN_MS = 1_000;
/** How long a stop waits for the last lines. */
const MOST_CLOSE_MS = 500;

/**
 * The file of the log. When it is large, or a day is over, it is rotated: its content moves to a file beside it whose
 * name has the time. What can't be written is dropped: the log never ends or delays the process.
 */
export class LogFile {
  private stream: RotatingFileStream | undefined;
  /** Since when it can't be written, on the monotonic clock. */
  private brokenAt: number | undefined;

  /** @param broken called with the reason when the file can't be written */
  constructor(
    private readonly file: string,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly broken: (error: Error) => void,
    private readonly retention: LogRetention = RETENTION,
  ) {
    this.stream = this.open();
  }

  write(lines: string): void {
    const { brokenAt } = this;
    if (brokenAt !== undefined && this.clock.monotonic() - brokenAt >= REOPEN_MS) {
      this.brokenAt = undefined;
      this.stream = this.open();
      // The last line may be incomplete.
      this.stream.write('\n');
    }
    this.stream?.write(lines);
  }

  /** Writes synchronously, for the end of the process. */
  writeNow(lines: string): void {
    try {
      appendFileSync(this.file, lines, { mode: LOG_MODE });
    } catch {
      // The process ends: there is no place left to report it.
    }
  }

  /** Resolves when every line is in the file, at the latest after `mostMs`. */
  async close(mostMs = MOST_CLOSE_MS): Promise<void> {
    const { stream } = this;
    if (stream === undefined) return;
    const ended = new Promise<void>((resolve) => stream.end(resolve));
    const failed = once(stream, 'error').catch(() => undefined);
    await Promise.race([ended, failed, sleep(mostMs, undefined, { ref: false })]);
  }

  private open(): RotatingFileStream {
    const { fileBytes, keptBytes, keptFiles } = this.retention;
    const name = path.basename(this.file);
    const folder = path.dirname(this.file);
    restrict(this.file);
    this.listOldFiles(folder, name);
    const stream = createStream(name, {
      path: folder,
      mode: LOG_MODE,
      size: `${fileBytes}B`,
      interval: '1d',
      // By the calendar, also where the day ended while the program was down.
      intervalBoundary: true,
      initialRotation: true,
      maxSize: `${keptBytes}B`,
      maxFiles: keptFiles,
    });
    stream.on('error', (error: Error) => {
      if (this.stream !== stream) return;
      this.stream = undefined;
      this.brokenAt = this.clock.monotonic();
      this.broken(error);
    });
    return stream;
  }

  /**
   * Rotated files are listed in a file beside the log, and only listed ones are ever deleted. A process that was killed
   * may have left one out: the list is written anew at each start.
   */
  private listOldFiles(folder: string, name: string): void {
    if (!existsSync(folder)) return;
    try {
      const old = readdirSync(folder)
        .filter((entry) => entry.endsWith(`-${name}`) && /^\d{8}-\d{4}-\d{2,3}-/.test(entry))
        .map((entry) => path.join(folder, entry));
      const list = path.join(folder, `${name}.txt`);
      writeFileSync(list, old.map((file) => `${file}\n`).join(''), { mode: LOG_MODE });
    } catch {
      // Then the log can't be written either, which is reported there.
    }
  }
}

/** Takes the rights from a file of the log that an earlier version or another umask gave to others. */
function restrict(file: string): void {
  try {
    const stat = statSync(file);
    // A device or a pipe belongs to the system.
    if (stat.isFile() && (stat.mode & MORE_THAN_LOG) !== 0) chmodSync(file, stat.mode & LOG_MODE);
  } catch {
    // It does not exist yet, or belongs to another user.
  }
}

/** How long a line waits for others. */
const BUFFER_MS = 5;

export interface LineSink {
  write(lines: string): unknown;
}

/** Writes lines together that come within milliseconds: a write costs more than making the line. */
export class LineBuffer implements LineSink {
  private lines = '';

  constructor(private readonly sink: LineSink) {}

  write(line: string): void {
    if (this.lines === '') setTimeout(() => this.flush(), BUFFER_MS).unref();
    this.lines += line;
  }

  /** Writes what has come so far, to its own sink or to another one. */
  flush(sink: LineSink = this.sink): void {
    const { lines } = this;
    this.lines = '';
    if (lines !== '') sink.write(lines);
  }
}
