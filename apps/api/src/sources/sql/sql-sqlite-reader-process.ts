import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize } from 'node:v8';
import { SourceError } from '../day-source.js';
import { unlessAborted } from '../../config/abort.js';
import type { SqliteAnswer, SqliteQuestion } from './sql-sqlite-reader.js';

/**
 * The program beside this file, with the same extension: `.js` when compiled, `.mjs` beside the bundle, `.ts` in specs.
 */
const READER = fileURLToPath(
  new URL(`sql-sqlite-reader${path.extname(import.meta.url)}`, import.meta.url),
);
/** Of an answer's length. */
const LENGTH_BYTES = 4;
/** How long to wait for a killed process to end. */
const END_MS = 2_000;

/** A child process that reads days from SQLite files, one at a time. It ends with this process in any case. */
export class SqliteReader {
  private readonly child: ChildProcess;
  private readonly answers: Socket;
  private isFreeNow = true;
  /** How the process ended; undefined while it runs. */
  private end: string | undefined;
  /** The reader that waits for bytes or for the end. */
  private wake: () => void = () => undefined;

  /** @throws an error of the system where no process can be had; some come as the end of the process instead */
  constructor() {
    const args = ['--disable-warning=ExperimentalWarning', READER];
    this.child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'ipc'],
      windowsHide: true,
    });
    // A pipe is a socket, though its type does not say so.
    this.answers = this.child.stdio[3] as unknown as Socket;
    const ended = (how: string): void => {
      this.end ??= how;
      this.wake();
    };
    this.child.on('error', ({ message }) => ended(message));
    this.child.on('close', (code, signal) => ended(`its end by ${signal ?? String(code)}`));
    this.answers.on('readable', () => this.wake());
    this.answers.on('error', ({ message }) => ended(message));
    // It does not keep the process alive; only a pending answer does.
    this.child.unref();
    this.child.channel?.unref();
    this.answers.unref();
  }

  /** Whether the process is running and idle. */
  get isFree(): boolean {
    return this.isFreeNow && this.end === undefined;
  }

  /**
   * Requests a day. The process is idle again only after the last answer: after an abandoned day, {@link kill} it.
   * @throws {SourceError} passing: `SQL_CONNECTION_LOST`; and the signal's reason
   */
  async *ask(question: SqliteQuestion, signal: AbortSignal): AsyncGenerator<SqliteAnswer> {
    this.isFreeNow = false;
    this.answers.ref();
    // If the process is gone, its end says so.
    this.child.send(question, () => undefined);
    for (;;) {
      const answer = await unlessAborted(this.nextAnswer(), signal);
      const isLast = answer.kind !== 'columns' && answer.kind !== 'rows';
      if (isLast) {
        this.answers.unref();
        this.isFreeNow = true;
      }
      yield answer;
      if (isLast) return;
    }
  }

  /** Kills the process; resolves when it has ended, or has taken too long to. */
  async kill(): Promise<void> {
    const { child } = this;
    child.kill('SIGKILL');
    // Unread bytes would keep the pipe open.
    this.answers.destroy();
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    await once(child, 'exit', { signal: AbortSignal.timeout(END_MS) }).catch(() => undefined);
    child.unref();
  }

  private async nextAnswer(): Promise<SqliteAnswer> {
    const length = await this.take(LENGTH_BYTES);
    return deserialize(await this.take(length.readUInt32LE())) as SqliteAnswer;
  }

  /** The next bytes from the process; those written before its end come first. */
  private async take(bytes: number): Promise<Buffer> {
    for (;;) {
      const taken = this.answers.read(bytes) as Buffer | null;
      if (taken?.length === bytes) return taken;
      if (this.end !== undefined || taken !== null) throw this.lost();
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private lost(): SourceError {
    const message = `expected the process that reads the SQLite file to stay, got ${this.end ?? 'its end'}`;
    return new SourceError('passing', 'SQL_CONNECTION_LOST', message);
  }
}
