import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { LaneWorker, type WorkerState } from '../runner/lane-worker.js';

/** How one part of the program is. */
export interface Check {
  readonly name: 'database' | 'loop' | 'disk';
  readonly ok: boolean;
  readonly detail: string;
}

/** Whether the program can do its work, and each part that it needs for that. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

/** What was found out is good for so long: whoever asks in a row costs one look. */
const FRESH_MS = 1_000;
/** A commit that takes longer is none, as far as those are concerned who wait for an answer, unless the writer advances. */
const MOST_COMMIT_MS = 2_000;
/** Less room ends in a batch that waits for its disk. */
const LEAST_FREE_BYTES = 100 * 1_048_576;

/** What the checks look at. */
export interface ReadinessPorts {
  readonly database: Pick<Database, 'probe' | 'advances'>;
  readonly worker: Pick<LaneWorker, 'state'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The bytes that are free where the data lie. */
  readonly freeBytes: () => Promise<number>;
  /** @default MOST_COMMIT_MS */
  readonly mostCommitMs?: number;
}

/**
 * Looks whether the program can do its work. The checks are values, as those of Nest's terminus; terminus itself has
 * a body of its own, by name and in three places, where here one entry a check goes into the envelope or a problem,
 * and it looks anew at each request.
 */
export class ReadinessChecks {
  private last: { readonly at: number; readonly result: Promise<Readiness> } | undefined;
  /** A commit that has not come back is waited for, not asked for again. */
  private probing: Promise<void> | undefined;

  constructor(private readonly ports: ReadinessPorts) {}

  /** At most a second old. */
  read(): Promise<Readiness> {
    const now = this.ports.clock.monotonic();
    if (this.last === undefined || now - this.last.at >= FRESH_MS) {
      const result = this.look();
      this.last = { at: now, result };
      // What nobody expected is looked at anew, and not told for a second.
      result.catch(() => (this.last = undefined));
    }
    return this.last.result;
  }

  private async look(): Promise<Readiness> {
    const [database, disk] = await Promise.all([this.database(), this.disk()]);
    const checks = [database, this.loop(), disk];
    return { ready: checks.every(({ ok }) => ok), checks };
  }

  private async database(): Promise<Check> {
    this.probing ??= this.ports.database.probe().finally(() => {
      this.probing = undefined;
    });
    const { mostCommitMs = MOST_COMMIT_MS } = this.ports;
    const before = this.ports.database.advances;
    const late = new AbortController();
    try {
      const done = await Promise.race([
        this.probing.then(() => true),
        sleep(mostCommitMs, false, { signal: late.signal, ref: false }),
      ]);
      if (done) return { name: 'database', ok: true, detail: 'a transaction commits' };
      // The probe waits its turn behind what is written, which may be a day of a million rows.
      if (this.ports.database.advances > before) {
        return { name: 'database', ok: true, detail: 'a large transaction goes on' };
      }
      const detail = `expected a commit within ${mostCommitMs / 1_000} s, and it is not done`;
      return { name: 'database', ok: false, detail };
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      return { name: 'database', ok: false, detail: error.message };
    } finally {
      late.abort();
    }
  }

  private loop(): Check {
    const { state } = this.ports.worker;
    return { name: 'loop', ok: state === 'running', detail: LOOP_DETAILS[state] };
  }

  private async disk(): Promise<Check> {
    let free;
    try {
      free = await this.ports.freeBytes();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      const detail = `expected to see how much is free in DATA_DIR, got ${String(error.code)}`;
      return { name: 'disk', ok: false, detail };
    }
    const ok = free >= LEAST_FREE_BYTES;
    const expected = ok ? '' : `expected at least ${inMegabytes(LEAST_FREE_BYTES)} free, got `;
    return { name: 'disk', ok, detail: `${expected}${inMegabytes(free)} free` };
  }
}

const LOOP_DETAILS: Readonly<Record<WorkerState, string>> = {
  starting: 'the batches of before are not taken up yet',
  running: 'batches get their turn',
  broken: 'expected batches to get their turn, and the queue broke; the log tells why',
  stopping: 'the program is about to end',
};

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_048_576)} MB`;
}

/** The checks of this program. */
@Injectable()
export class ProgramReadiness extends ReadinessChecks {
  constructor(
    database: Database,
    worker: LaneWorker,
    @Inject(CLOCK) clock: Clock,
    @Inject(APP_CONFIG) { dataDir, databaseUrl }: AppConfig,
  ) {
    // Beside PostgreSQL only the rows of large days lie here for a while.
    const folder = databaseUrl === null ? dataDir : tmpdir();
    const freeBytes = async (): Promise<number> => {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    };
    super({ database, worker, clock, freeBytes });
  }
}
