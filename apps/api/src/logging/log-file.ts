import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { Clock } from '../config/clock.js';

/** When the log begins a new file, and how much of the old ones is kept. */
export interface LogRetention {
  /** A file of this size is put away. */
  readonly fileBytes: number;
  /** The most bytes of files that were put away, together; the oldest go first. */
  readonly keptBytes: number;
  /** The most of them. */
  readonly keptFiles: number;
}

/** 100 MB in all, the file that is written included; and a file for each day. */
const RETENTION: LogRetention = {
  fileBytes: 10 * 1_048_576,
  keptBytes: 90 * 1_048_576,
  keptFiles: 90,
};
/** A file that can't be written is left alone for so long. */
const REOPEN_MS = 1_000;
/** How long a stop waits for the last lines. */
const MOST_CLOSE_MS = 500;

/**
 * The file of the log. Its name stays; when it is large, or a day is over, what is in it is put away beside it under
 * a name with the time. What can't be written is dropped: a log never ends the process, nor holds it up.
 */
export class LogFile {
  private stream: RotatingFileStream | undefined;
  /** Since when it can't be written, on the monotonic clock. */
  private brokenAt: number | undefined;

  /** @param broken told once why the file can't be written */
  constructor(
    private readonly file: string,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly broken: (error: Error) => void,
    private readonly retention: LogRetention = RETENTION,
  ) {
    this.stream = this.open();
  }

  /** Writes lines, with their ends. */
  write(lines: string): void {
    const { brokenAt } = this;
    if (brokenAt !== undefined && this.clock.monotonic() - brokenAt >= REOPEN_MS) {
      this.brokenAt = undefined;
      this.stream = this.open();
      // The last line may be there by half.
      this.stream.write('\n');
    }
    this.stream?.write(lines);
  }

  /** Writes lines before it returns: at the end of the process, which waits for nothing else. */
  writeNow(lines: string): void {
    try {
      appendFileSync(this.file, lines);
    } catch {
      // Nobody is left who could be told.
    }
  }

  /** Resolves when every line is in the file, or after `mostMs` where that can't be. */
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
    this.recallOldFiles(folder, name);
    const stream = createStream(name, {
      path: folder,
      size: `${fileBytes}B`,
      interval: '1d',
      // By the calendar, and of a day that ended while the program was down, too.
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
   * The files that were put away are listed beside the log, and only those listed are ever removed. A process that
   * was killed in between leaves one out: the list is made anew at each start.
   */
  private recallOldFiles(folder: string, name: string): void {
    if (!existsSync(folder)) return;
    try {
      const old = readdirSync(folder)
        .filter((entry) => entry.endsWith(`-${name}`) && /^\d{8}-\d{4}-\d{2,3}-/.test(entry))
        .map((entry) => path.join(folder, entry));
      writeFileSync(path.join(folder, `${name}.txt`), old.map((file) => `${file}\n`).join(''));
    } catch {
      // Then the log can't be written either, which is told there.
    }
  }
}
