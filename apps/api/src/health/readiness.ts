import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../config/clock.js';
import { freeBytesOf, inMegabytes, LEAST_FREE_BYTES } from '../config/disk.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { LaneWorker, type WorkerState } from '../runner/lane-worker.js';

export interface Check {
  readonly name: 'database' | 'loop' | 'disk';
  readonly ok: boolean;
  readonly detail: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

/** Requests within this time share one check. */
const FRESH_MS = 1_000;
/** A commit that takes longer counts as failed, unless the writer advances. */
const MOST_COMMIT_MS = 2_000;

export interface ReadinessPorts {
  readonly database: Pick<Database, 'probe' | 'advances'>;
  readonly worker: Pick<LaneWorker, 'state'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The free bytes on the disk of the data. */
  readonly freeBytes: () => Promise<number>;
  /** @default MOST_COMMIT_MS */
  readonly mostCommitMs?: number;
}

/**
 * Checks whether the program can do its work. It does not use Nest's terminus, whose body fits neither the envelope nor a
 * problem, and which runs its checks again for each request.
 */
export class ReadinessChecks {
  private last: { readonly at: number; readonly result: Promise<Readiness> } | undefined;
  /** A pending commit is awaited, not repeated. */
  private probing: Promise<void> | undefined;

  constructor(private readonly ports: ReadinessPorts) {}

  /** The checks, at most a second old. */
  read(): Promise<Readiness> {
    const now = this.ports.clock.monotonic();
    if (this.last === undefined || now - this.last.at >= FRESH_MS) {
      const result = this.check();
      this.last = { at: now, result };
      // A failed check is not cached.
      result.catch(() => (this.last = undefined));
    }
    return this.last.result;
  }

  private async check(): Promise<Readiness> {
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
      // The probe waits behind other writes, such as a day of a million rows.
      if (this.ports.database.advances > before) {
        return { name: 'database', ok: true, detail: 'a large transaction is running' };
      }
      const detail = `expected a commit within ${mostCommitMs / 1_000} s, it is still pending`;
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
      const detail = `can not read the free space of DATA_DIR: ${String(error.code)}`;
      return { name: 'disk', ok: false, detail };
    }
    const ok = free >= LEAST_FREE_BYTES;
    const expected = ok ? '' : `expected at least ${inMegabytes(LEAST_FREE_BYTES)} free, got `;
    return { name: 'disk', ok, detail: `${expected}${inMegabytes(free)} free` };
  }
}

const LOOP_DETAILS: Readonly<Record<WorkerState, string>> = {
  starting: 'the batches of the last process are not recovered yet',
  running: 'batches run',
  broken: 'the queue failed, no batch can run; see the log',
  stopping: 'the program is stopping',
};

@Injectable()
export class ProgramReadiness extends ReadinessChecks {
  constructor(
    database: Database,
    worker: LaneWorker,
    @Inject(CLOCK) clock: Clock,
    @Inject(APP_CONFIG) { dataDir }: AppConfig,
  ) {
    // With PostgreSQL, only the rows of large days are here, for a short time.
    const folder = database.dialect === 'sqlite' ? dataDir : tmpdir();
    super({ database, worker, clock, freeBytes: () => freeBytesOf(folder) });
  }
}
