import type { ProgressRegistry } from '@daysync/progress/nest';
import { toInstant, type Clock } from '../clock.js';
import type { PostgresTransaction } from '../database/database.js';
import { inPostgres } from '../database/in-postgres.js';
import type { News } from '../database/news.js';
import type { PostgresDatabase } from '../database/postgres-database.js';
import type { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { spacingOf, type Dataset } from '../datasets/dataset.js';
import type { DayDispatcher } from '../dispatch/day-dispatcher.js';
import type { HeldSlot, SlotQueue } from '../dispatch/slot-queue.js';
import { SharedSpacing } from '../limits/shared-spaced-limiter.js';
import type { BatchCommit } from './batch-commit.js';
import { batchesOf, giveBackLost, selectRunning, type LostDay } from './batch-recovery.js';
import { findBatch } from './batch-row.js';
import { takeStep, type Step } from './batch-step.js';
import { currentDataset } from './current-dataset.js';
import type { FinishedDay } from './day-commit.js';
import { namesOf } from './leaving.js';
import type { LostSlots } from './lost-slots.js';
import { SlotHold } from './slot-hold.js';
import {
  freeInMs,
  newsOfTurn,
  type BegunDay,
  type EndedDay,
  type Finished,
  type Looked,
  type SpentTurn,
  type Turn,
} from './slot-turn.js';

/** How often it is looked whether another node may what this one may not. */
const OUTDATED_MS = 5_000;
/** A slot that was of no use is not looked at again at once. */
const LEAST_SPENT_MS = 50;

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
  /** Of this process alone. */
  readonly node: string;
  /** When it began. */
  readonly bootedAt: string;
}

/** The transactions by which a process holds a slot: one that begins a day, and one that commits it. */
export class SlotTurns {
  private readonly hold: SlotHold;

  constructor(private readonly ports: TurnPorts) {
    this.hold = new SlotHold(ports.queue, ports.clock);
  }

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
    const { slot } = looked;
    return (await lost.giveBack(slot)) && !alone
      ? { kind: 'reserved', slot }
      : this.takeReserved(slot, alone);
  }

  /**
   * Begins a day in a slot that is held already.
   * @param alone whether this process has no other day in flight
   */
  async takeReserved(slot: HeldSlot, alone: boolean): Promise<Turn> {
    const { database, queue } = this.ports;
    const turn = await database.write(
      'turn',
      async (transaction): Promise<Turn> => {
        // It may have been held for so long that somebody else has it by now.
        const [kept] = await queue.keepIn(transaction, [slot]);
        return kept === undefined ? { kind: 'none' } : this.begin(transaction, slot, alone);
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
        let held = selectRunning(transaction).where('node', 'in', namesOf(node));
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
   * Commits days of one batch together. Then each slot goes to whoever takes it next, or holds the batch's next day
   * in the same commit.
   * @throws {StaleClaimError} if somebody else holds a day or a slot of them by now; nothing is written
   * @throws {TargetRefusedError} if the target does not take the rows of one of several; nothing is written
   */
  async finish(days: readonly [EndedDay, ...EndedDay[]]): Promise<readonly Finished[]> {
    const { clock, commit, database, dispatcher } = this.ports;
    const { dataset, slot } = days[0].day;
    const paced = pacedDays(dataset);
    const waitMs = await paced.waitMs(database.read, clock.steady());
    // Evenly spaced days take their places one by one.
    const mayGoOn = paced.spacingMs === 0 && (dispatcher.waitMs(dataset) ?? 0) === 0;
    const goers = mayGoOn ? days.filter(({ goesOn }) => goesOn) : [];
    const step = this.step(slot.taskId, dataset, {
      finished: days.map(({ finished }) => finished),
      jobs: goers.map(({ day }) => day.slot.attempt.id),
      waitMs,
      alone: false,
    });
    const next = new Map<EndedDay, BegunDay>();
    let inMs: number | null = null;
    const result = await commit.step(step, {
      alongside: async (transaction, taken) => {
        next.clear();
        for (const [index, claim] of taken.claims.entries()) {
          const goer = goers[index];
          if (goer !== undefined) next.set(goer, { slot: goer.day.slot, dataset, claim });
        }
        inMs = freeInMs(taken, { waitMs, steadyNow: step.steadyNow });
        const postgres = inPostgres(transaction);
        await this.hold.keep(
          postgres,
          [...next.keys()].map(({ day }) => day),
        );
        for (const ended of days) {
          if (!next.has(ended)) await this.hold.passOn(postgres, ended.day, inMs);
        }
      },
    });
    return days.map((ended) => {
      const begun = next.get(ended) ?? null;
      return { result, next: begun, freeInMs: begun === null ? inMs : null };
    });
  }

  /**
   * Gives a day back, and its slot: it costs no attempt.
   * @throws {StaleClaimError} if somebody else holds the day or the slot by now; nothing is written
   */
  async giveBack(day: BegunDay): Promise<void> {
    const { clock, commit } = this.ports;
    const { slot, claim } = day;
    await commit.giveBack(slot.taskId, [claim], toInstant(clock.now()), {
      alongside: (transaction) => this.hold.passOn(inPostgres(transaction), day, 0),
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
          .where('node', 'in', namesOf(node))
          .execute();
        await giveBackLost(transaction, days, { at, afterCrash: false });
        if (isOurs) await this.hold.offer(transaction, slot, 0);
        return days;
      },
      { news: newsOfReturned },
    );
  }

  /** Says that this process is about to end: however it does, that is no crash of the days that it has in flight. */
  async leave(): Promise<void> {
    const { database, node } = this.ports;
    await database.write('give_back', ({ db }) =>
      db
        .updateTable('batch_day')
        .set({ node: namesOf(node)[1] })
        .where('node', '=', node)
        .where('state', '=', 'running')
        .execute(),
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
      const againInMs = inMs === null ? null : Math.max(inMs, LEAST_SPENT_MS);
      await this.hold.offer(transaction, slot, againInMs);
      return { kind: 'spent', blocked, result, broken, cancels, slot, freeInMs: againInMs };
    };
    const batch = await findBatch(transaction, slot.taskId);
    if (batch?.status === 'cancelling' && batch.running === 0) {
      return spent({ cancels: true }, OUTDATED_MS);
    }
    if (batch?.status !== 'running') return spent({}, null);
    const dataset = currentDataset(this.ports, batch);
    if (dataset === 'outdated') return spent({}, OUTDATED_MS);
    // The slot goes with its batch; where that can't be ended now, whoever has the slot next ends it.
    if ('code' in dataset) return spent({ broken: dataset }, OUTDATED_MS);
    const paced = pacedDays(dataset);
    const throttleMs = await paced.waitMs(transaction.db, clock.steady());
    const sourceMs = dispatcher.waitMs(dataset) ?? 0;
    const waitMs = Math.max(throttleMs, sourceMs);
    const kind = sourceMs > throttleMs ? 'rate_limit' : 'throttle';
    const jobs = waitMs === 0 ? [slot.attempt.id] : [];
    const step = this.step(slot.taskId, dataset, { finished: [], jobs, waitMs, kind, alone });
    const result = await takeStep(transaction, step);
    const [claim] = result.claims;
    if (claim === undefined) {
      const { blocked } = result.outlook;
      return spent({ blocked, result }, freeInMs(result, { waitMs, steadyNow: step.steadyNow }));
    }
    await paced.reserve(transaction.db, step.steadyNow);
    // It may have waited for the batch's row: the sign of life that came with the slot is old by then.
    const day = { slot, dataset, claim };
    await this.hold.keep(transaction, [day]);
    return { kind: 'begun', day, result };
  }

  private step(
    taskId: string,
    dataset: Dataset,
    {
      alone,
      finished,
      jobs,
      kind = 'throttle',
      waitMs,
    }: {
      readonly alone: boolean;
      readonly finished: readonly FinishedDay[];
      /** By which days may be begun: one for each. */
      readonly jobs: readonly string[];
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
      mayBegin: jobs.length,
      waiting: waitMs > 0 ? { kind, until: toInstant(now + waitMs), detail: null } : null,
      told: registry.get(taskId)?.waiting_for ?? null,
      // Which batch has its turn is decided elsewhere, for all processes.
      admits: false,
      holder: { node, jobs, alone },
    };
  }
}

type SpentDetails = Partial<Pick<SpentTurn, 'blocked' | 'broken' | 'cancels' | 'result'>>;

/** Whoever follows batches reads those whose days went back. */
function newsOfReturned(days: readonly LostDay[]): readonly News[] {
  return batchesOf(days).map((task_id) => ({ kind: 'batch_written', task_id, waits: false }));
}

function pacedDays(dataset: Dataset): SharedSpacing {
  return SharedSpacing.ofDays(dataset.name, spacingOf(dataset));
}
