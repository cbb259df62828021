import type { Logger } from 'pino';
import { isTerminal, type ProgressError } from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';
import { toInstant, type Clock } from '../clock.js';
import type { PostgresDatabase } from '../database/postgres-database.js';
import type { PostgresTransaction, WriteTransaction } from '../database/database.js';
import type { News } from '../database/news.js';
import { tellWork } from '../database/news-feed.js';
import type { BatchRow } from '../database/schema.js';
import type { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import type { DayDispatcher } from '../dispatch/day-dispatcher.js';
import { paceWaitMs, takePlace, type Paced } from '../dispatch/pace.js';
import type { HeldSlot, Slot, SlotQueue } from '../dispatch/slot-queue.js';
import type { BatchCommit } from './batch-commit.js';
import { newsOfStep } from './batch-commit.js';
import { batchesOf, giveBackLost, selectRunning, type LostDay } from './batch-recovery.js';
import { findBatch } from './batch-row.js';
import { takeStep, type Step, type StepResult } from './batch-step.js';
import { StaleClaimError, type Claim, type FinishedDay } from './day-commit.js';
import type { LostSlots } from './lost-slots.js';
import { spacingOf } from './throttle.js';

/** How often it is looked whether a suspect may run, or another node may what this one may not. */
const BLOCKED_MS = 200;
const OUTDATED_MS = 5_000;
/** After so long a batch is nobody's that has its dataset as it was: whoever would have it has begun by then. */
const MOST_OUTDATED_MS = 600_000;
/** A slot that was of no use is not looked at again at once. */
const LEAST_SPENT_MS = 50;

/** A day that this process has begun. */
export interface BegunDay {
  readonly slot: HeldSlot;
  readonly dataset: Dataset;
  readonly claim: Claim;
}

/** What a day's commit has led to. */
export interface Finished {
  readonly result: StepResult;
  /** The day that the slot holds now. */
  readonly next: BegunDay | null;
  /** In how many milliseconds the slot is free again; null if nobody is to have it. */
  readonly freeInMs: number | null;
}

/** What came of looking for a day. */
export type Turn =
  | { readonly kind: 'begun'; readonly day: BegunDay; readonly result: StepResult }
  /** A slot was there and nothing to begin for it. */
  | {
      readonly kind: 'spent';
      /** A day is left that has to be alone in its process. */
      readonly blocked: boolean;
      readonly result: StepResult | null;
      /** The batch can't go on. */
      readonly broken: ProgressError | null;
      /** The batch is cancelling, and nothing of it is in flight any more. */
      readonly cancels: boolean;
      readonly slot: HeldSlot;
      /** In how many milliseconds the slot is free again; null if nobody is to have it. */
      readonly freeInMs: number | null;
    }
  | { readonly kind: 'none' };

type Looked = Turn | { readonly kind: 'redelivered'; readonly slot: HeldSlot };

/** What a process works with that takes turns. */
export interface TurnPorts {
  readonly database: PostgresDatabase;
  readonly queue: SlotQueue;
  readonly commit: BatchCommit;
  readonly lost: LostSlots;
  readonly registry: ProgressRegistry;
  readonly catalog: DatasetCatalog;
  readonly dispatcher: DayDispatcher;
  /** Whose steady time is the database's. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this process alone. */
  readonly node: string;
  /** When it began. */
  readonly bootedAt: string;
}

/** The transactions by which a process holds a slot: one that begins a day, and one that commits it. */
export class SlotTurns {
  constructor(private readonly ports: TurnPorts) {}

  /**
   * Takes a free slot and begins a day of its batch.
   * @param alone whether this process has no other day in flight
   * @throws {DatabaseUnavailableError}
   */
  async take(alone: boolean): Promise<Turn> {
    const { database, queue, lost } = this.ports;
    const looked = await database.write(
      'turn',
      async (transaction): Promise<Looked> => {
        const slot = await queue.take(transaction);
        if (slot === null) return { kind: 'none' };
        if (slot.redelivered) return { kind: 'redelivered', slot };
        return this.begin(transaction, slot, alone);
      },
      { news: newsOfTurn },
    );
    if (looked.kind !== 'redelivered') return this.settle(looked);
    await lost.giveBack(looked.slot);
    const turn = await database.write(
      'turn',
      async (transaction): Promise<Turn> => {
        // Giving back may have taken so long that somebody else has it by now.
        const isOurs = await queue.keepIn(transaction, looked.slot);
        return isOurs ? this.begin(transaction, looked.slot, alone) : { kind: 'none' };
      },
      { news: newsOfTurn },
    );
    return this.settle(turn);
  }

  /**
   * Gives back what this process holds by the database and does not know of: the answer to a commit may have been
   * lost on its way.
   * @param known the slots that it knows of
   */
  async giveBackUnknown(known: readonly HeldSlot[]): Promise<void> {
    const { clock, database, node } = this.ports;
    const jobs = known.map(({ attempt }) => attempt.id);
    const at = toInstant(clock.now());
    await database.write(
      'give_back',
      async (transaction) => {
        let held = selectRunning(transaction).where('node', '=', node);
        if (jobs.length > 0) held = held.where('job', 'not in', jobs);
        const days = await held.execute();
        await giveBackLost(transaction, days, { at, afterCrash: false });
        return days;
      },
      { news: newsOfReturned },
    );
  }

  /** A batch that was only kept by what this slot had in flight ends. */
  private async settle(turn: Turn): Promise<Turn> {
    if (turn.kind === 'spent' && turn.cancels) {
      await this.ports.lost.endCancelling(turn.slot.taskId);
    }
    return turn;
  }

  /**
   * Commits a day. Then the slot goes to whoever takes it next, or holds the batch's next day in the same commit.
   * @param goesOn whether this process may hold it for one more day
   * @throws {StaleClaimError} if somebody else holds the day or the slot by now; nothing is written
   */
  async finish(
    { slot, dataset }: BegunDay,
    finished: FinishedDay,
    goesOn: boolean,
  ): Promise<Finished> {
    const { clock, commit, database, dispatcher } = this.ports;
    const paced = pacedDays(dataset);
    const waitMs = await paceWaitMs(database.read, paced, clock.steady());
    // Evenly spaced days take their places one by one.
    const begins = goesOn && paced.spacingMs === 0 && (dispatcher.waitMs(dataset) ?? 0) === 0;
    const step = this.step(slot, dataset, { finished, waitMs, begins, alone: false });
    let settled: Pick<Finished, 'next' | 'freeInMs'> = { next: null, freeInMs: null };
    const result = await commit.step(step, {
      alongside: async (transaction, taken) => {
        const [claim] = taken.claims;
        if (claim === undefined) {
          const inMs = freeInMs(taken, { waitMs, steadyNow: step.steadyNow });
          await this.passOn(inPostgres(transaction), slot, finished.claim, inMs);
          settled = { next: null, freeInMs: inMs };
        } else {
          await this.keep(inPostgres(transaction), slot, finished.claim);
          settled = { next: { slot, dataset, claim }, freeInMs: null };
        }
      },
    });
    return { result, ...settled };
  }

  /**
   * Gives a day back, and its slot: it costs no attempt.
   * @throws {StaleClaimError} if somebody else holds the day or the slot by now; nothing is written
   */
  async giveBack({ slot, claim }: BegunDay): Promise<void> {
    const { clock, commit } = this.ports;
    await commit.giveBack(slot.taskId, [claim], toInstant(clock.now()), {
      alongside: (transaction) => this.passOn(inPostgres(transaction), slot, claim, 0),
    });
  }

  /**
   * Lets go of a slot, and offers it anew. A day that it holds goes back: of a commit whose connection broke nobody
   * knows, and it may have begun one.
   */
  async release(slot: HeldSlot): Promise<void> {
    const { clock, database, node, queue } = this.ports;
    const at = toInstant(clock.now());
    await database.write(
      'give_back',
      async (transaction) => {
        const isOurs = await queue.end(transaction, slot);
        // Also where the slot is another's by now: what is in our name is nobody else's.
        const days = await selectRunning(transaction)
          .where('job', '=', slot.attempt.id)
          .where('node', '=', node)
          .execute();
        await giveBackLost(transaction, days, { at, afterCrash: false });
        if (isOurs) await this.offer(transaction, slot, 0);
        return days;
      },
      { news: newsOfReturned },
    );
  }

  private async begin(
    transaction: PostgresTransaction,
    slot: HeldSlot,
    alone: boolean,
  ): Promise<Turn> {
    const { clock, dispatcher, queue } = this.ports;
    const spent = async (
      { blocked = false, broken = null, cancels = false, result = null }: SpentDetails,
      inMs: number | null,
    ): Promise<Turn> => {
      await queue.end(transaction, slot);
      const freeInMs = inMs === null ? null : Math.max(inMs, LEAST_SPENT_MS);
      await this.offer(transaction, slot, freeInMs);
      return { kind: 'spent', blocked, result, broken, cancels, slot, freeInMs };
    };
    const batch = await findBatch(transaction, slot.taskId);
    if (batch?.status === 'cancelling' && batch.running === 0) {
      return spent({ cancels: true }, OUTDATED_MS);
    }
    if (batch?.status !== 'running') return spent({}, null);
    const dataset = this.datasetOf(batch);
    if (dataset === 'outdated') return spent({}, OUTDATED_MS);
    // The slot goes with its batch; where that can't be ended now, whoever has the slot next ends it.
    if ('code' in dataset) return spent({ broken: dataset }, OUTDATED_MS);
    const paced = pacedDays(dataset);
    const throttleMs = await paceWaitMs(transaction.db, paced, clock.steady());
    const sourceMs = dispatcher.waitMs(dataset) ?? 0;
    const waitMs = Math.max(throttleMs, sourceMs);
    const kind = sourceMs > throttleMs ? 'rate_limit' : 'throttle';
    const begins = waitMs === 0;
    const step = this.step(slot, dataset, { finished: null, waitMs, begins, kind, alone });
    const result = await takeStep(transaction, step);
    const [claim] = result.claims;
    if (claim === undefined) {
      const { blocked } = result.outlook;
      return spent({ blocked, result }, freeInMs(result, { waitMs, steadyNow: step.steadyNow }));
    }
    await takePlace(transaction.db, paced, step.steadyNow);
    // It may have waited for the batch's row: the sign of life that came with the slot is old by then.
    await this.keep(transaction, slot, claim);
    return { kind: 'begun', day: { slot, dataset, claim }, result };
  }

  /** The dataset of a batch as this process knows it; a newer process may know it otherwise. */
  private datasetOf(batch: BatchRow): Dataset | 'outdated' | ProgressError {
    return currentDataset(this.ports, batch);
  }

  private step(
    { attempt, taskId }: HeldSlot,
    dataset: Dataset,
    {
      alone,
      begins,
      finished,
      kind = 'throttle',
      waitMs,
    }: {
      readonly alone: boolean;
      readonly begins: boolean;
      readonly finished: FinishedDay | null;
      readonly kind?: 'throttle' | 'rate_limit';
      readonly waitMs: number;
    },
  ): Step {
    const { clock, node, registry } = this.ports;
    const now = clock.now();
    return {
      dataset,
      taskId,
      at: toInstant(now),
      steadyNow: clock.steady(),
      finished,
      mayBegin: begins ? 1 : 0,
      waiting: waitMs > 0 ? { kind, until: toInstant(now + waitMs), detail: null } : null,
      told: registry.get(taskId)?.waiting_for ?? null,
      // Which batch has its turn is decided elsewhere, for all processes.
      admits: false,
      holder: { node, job: attempt.id, alone },
    };
  }

  /** Ends a slot that was held for a claim, and offers it anew. */
  private async passOn(
    transaction: PostgresTransaction,
    slot: HeldSlot,
    claim: Claim,
    inMs: number | null,
  ): Promise<void> {
    const isOurs = await this.ports.queue.end(transaction, slot);
    if (!isOurs) throw new StaleClaimError(slot.taskId, claim);
    await this.offer(transaction, slot, inMs);
  }

  /** Sees that a slot is still held that was held for a claim, and says that its process lives. */
  private async keep(
    transaction: PostgresTransaction,
    slot: HeldSlot,
    claim: Claim,
  ): Promise<void> {
    const isOurs = await this.ports.queue.keepIn(transaction, slot);
    if (!isOurs) throw new StaleClaimError(slot.taskId, claim);
  }

  private async offer(
    transaction: PostgresTransaction,
    slot: Slot,
    inMs: number | null,
  ): Promise<void> {
    if (inMs === null) return;
    const { clock, queue } = this.ports;
    await queue.offer(transaction, slot, inMs > 0 ? new Date(clock.steady() + inMs) : null);
    if (inMs === 0) await tellWork(transaction.db);
  }
}

interface SpentDetails {
  readonly blocked?: boolean;
  readonly broken?: ProgressError | null;
  readonly cancels?: boolean;
  readonly result?: StepResult | null;
}

/**
 * The dataset of a batch as this process has it configured; `outdated` where the batch was started by a process that
 * has it otherwise and began later, or what ends the batch: nobody has it as it was.
 */
export function currentDataset(
  {
    bootedAt,
    catalog,
    clock,
  }: Pick<TurnPorts, 'bootedAt' | 'catalog'> & {
    readonly clock: Pick<Clock, 'now'>;
  },
  { created_at, dataset: name, fingerprint }: BatchRow,
): Dataset | 'outdated' | ProgressError {
  const dataset = catalog.get(name);
  if (dataset?.fingerprint === fingerprint) return dataset;
  const isNew = Date.parse(created_at) > clock.now() - MOST_OUTDATED_MS;
  if (created_at > bootedAt && isNew) return 'outdated';
  const now =
    dataset === undefined ? 'not configured any more' : 'not configured as it was at the start';
  return { code: 'DATASET_CHANGED', text: `the dataset ${name} is ${now}` };
}

/** In how many milliseconds somebody is to look again for a day to begin; null if nobody has to. */
function freeInMs(
  { outlook, status }: StepResult,
  { waitMs, steadyNow }: { readonly waitMs: number; readonly steadyNow: number },
): number | null {
  if (status !== 'running') return null;
  if (outlook.ready) return waitMs;
  if (outlook.blocked) return Math.max(waitMs, BLOCKED_MS);
  return outlook.waiting === null ? null : Math.max(waitMs, outlook.waiting.dueAt - steadyNow);
}

function newsOfTurn(turn: Looked): readonly News[] {
  switch (turn.kind) {
    case 'begun':
      return newsOfStep({ taskId: turn.day.slot.taskId, finished: null }, turn.result);
    case 'spent':
      return turn.result === null
        ? []
        : newsOfStep({ taskId: turn.slot.taskId, finished: null }, turn.result);
    case 'none':
    case 'redelivered':
      return [];
    default: {
      const unknown: never = turn;
      return unknown;
    }
  }
}

/** Whoever follows batches reads those whose days went back. */
function newsOfReturned(days: readonly LostDay[]): readonly News[] {
  return batchesOf(days).map((task_id) => ({ kind: 'batch_written', task_id, waits: false }));
}

function pacedDays(dataset: Dataset): Paced {
  return { name: dataset.name, spacingMs: spacingOf(dataset) };
}

/** Slots are jobs in PostgreSQL: what moves them is written there. */
export function inPostgres(transaction: WriteTransaction): PostgresTransaction {
  if (transaction.dialect === 'postgres') return transaction;
  throw new TypeError('expected a transaction of PostgreSQL');
}

/** Whether a batch has ended by a step. */
export function hasEnded({ change, status }: StepResult): boolean {
  return change !== null && isTerminal(status);
}
