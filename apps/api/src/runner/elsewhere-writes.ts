import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { AcquiredLane } from '../batches/lane-queue.js';
import { countRows, isAnswer, type DayAnswer } from '../batches/day-outcome.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { StaleWriteError, TargetUnavailableError, type DayWrite } from '../targets/day-target.js';
import { OpenTargets } from '../targets/open-targets.js';
import { PreparedTargets } from '../targets/prepared-targets.js';
import { TargetRefusedError } from '../targets/target-rows.js';
import { nextToken } from '../targets/target-place.js';
import { isStaged, placeOf } from '../targets/target.js';
import {
  lastTryOf,
  verifiedDay,
  type Claim,
  type DecidedDay,
  type FinishedDay,
} from './day-commit.js';
import { selectLane } from './lane-statements.js';
import { StaleClaimError } from './stale-claim.js';
import {
  beginWrite,
  findUnfinished,
  settleRecord,
  type UnfinishedOutcome,
  type UnfinishedWrite,
} from './unfinished-writes.js';

/** A target whose tokens are ahead of ours: of another installation, or from before a backup was restored. */
const MOST_TOKEN_TRIES = 3;
/** Ours are milliseconds since the epoch: they come to this in the year 144,683. Up to it they are exact numbers. */
const MOST_TOKEN = 2 ** 52;

/** A write of the rows of a day. A try after an unsure one is the same write: its token says whether its rows are in. */
interface RowsWrite {
  readonly token: number;
  /** Of the target. */
  readonly key: string;
  /** No answer has said what became of it. */
  isUnsure: boolean;
  isIn: boolean;
}

interface LaneOfDataset {
  readonly lane: AcquiredLane;
  readonly dataset: Dataset;
}

/** Writes days to targets outside Daysync's own database, each before its outcome is committed. */
@Injectable()
export class ElsewhereWrites {
  private readonly writes = new WeakMap<FinishedDay['fetched'], RowsWrite>();

  constructor(
    private readonly database: Database,
    private readonly open: OpenTargets,
    private readonly targets: PreparedTargets,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * Writes the rows of a day if its target is elsewhere and they are to be replaced, and are not in.
   * @throws {StaleClaimError} if the lane has another token: nothing is written
   * @throws {TargetUnavailableError} the rows may be in: the same can be called again
   * @throws {TargetRefusedError} the rows are not in; and the signal's reason
   */
  async write(of: LaneOfDataset, day: DecidedDay, signal: AbortSignal): Promise<void> {
    const { dataset, lane } = of;
    const { fetched, version } = day;
    const { day: date } = day.claim;
    const place = dataset.target.place === undefined ? undefined : placeOf(dataset.target);
    if (place === undefined || version === null || !isAnswer(fetched)) return;
    const { rows } = fetched;
    const { key } = version;
    const begin = async (least: number): Promise<RowsWrite> => {
      const token = await this.begin(of, day, fetched, least);
      const begun = { token, key, isUnsure: false, isIn: false };
      this.writes.set(fetched, begun);
      return begun;
    };
    const known = this.writes.get(fetched);
    let write = known?.key === key ? known : await begin(0);
    if (write.isIn) return;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.replace(dataset, { day: date, rows, token: write.token, key }, signal);
        break;
      } catch (error) {
        if (error instanceof TargetUnavailableError) write.isUnsure = true;
        const isStale = error instanceof StaleWriteError;
        // Stale may be by an own fence, whose answer was lost.
        const mayBeIn = write.isUnsure && (isStale || error instanceof TargetRefusedError);
        if (mayBeIn && (await this.isIn(dataset, { day: date, place, token: write.token }))) break;
        if (!isStale) throw error;
        requireLower(place, date, error.found);
        // The next token is only given to the lane that still has the day.
        if (tries === MOST_TOKEN_TRIES) throw new StaleClaimError(lane, day.claim);
        write = await begin(error.found);
      }
    }
    write.isIn = true;
  }

  private async replace(dataset: Dataset, write: DayWrite, signal: AbortSignal): Promise<void> {
    this.database.reach('elsewhere:before_commit');
    await this.open.use(dataset.target, (target) => target.replaceDay(write, signal));
    this.database.reach('elsewhere:after_commit');
  }

  /**
   * Before a day is fetched for a target elsewhere: prepares the target, and decides about a write of the day that was not
   * finished, by a crash, or because its lane was lost. If its rows are in the target, its outcome is committed without
   * fetching it: that of the same batch by its lane, that of another batch here.
   * @returns the day, to be committed; null if it is to be fetched
   * @throws {TargetUnavailableError}
   */
  async prepare(dataset: Dataset, batchId: string, claim: Claim): Promise<FinishedDay | null> {
    if (dataset.target.place === undefined) return null;
    try {
      await this.targets.current(dataset);
      return await this.finish(dataset, batchId, claim);
    } catch (error) {
      // The commit of the day refuses it.
      if (error instanceof TargetRefusedError) return null;
      throw error;
    }
  }

  private async finish(
    dataset: Dataset,
    batchId: string,
    claim: Claim,
  ): Promise<FinishedDay | null> {
    const { day } = claim;
    const unfinished = await findUnfinished(this.database.read, dataset.name, day);
    if (unfinished === undefined) return null;
    const isIn = await this.isIn(dataset, unfinished);
    const { outcome } = unfinished;
    if (isIn && outcome !== null && unfinished.batch_id === batchId) {
      return finishedOf(claim, outcome);
    }
    await this.settle(unfinished, isIn);
    return null;
  }

  /**
   * The same for a day that no batch has in flight: only its record is written.
   * @param dataset undefined if it is no longer in the file
   */
  async finishRecord(dataset: Dataset | undefined, unfinished: UnfinishedWrite): Promise<void> {
    const isIn = dataset?.target.place !== undefined && (await this.isIn(dataset, unfinished));
    await this.settle(unfinished, isIn);
  }

  private async settle(unfinished: UnfinishedWrite, isIn: boolean): Promise<void> {
    await this.database.write('unfinished_write', (transaction) =>
      settleRecord(transaction, isIn ? unfinished : { ...unfinished, outcome: null }),
    );
  }

  /** Whether the rows of a write are in its target. From now on they can't get in. */
  private async isIn(
    dataset: Dataset,
    { day, place, token }: Pick<UnfinishedWrite, 'day' | 'place' | 'token'>,
  ): Promise<boolean> {
    const { name, target } = dataset;
    if (placeOf(target) !== place) return false;
    const next = await this.database.write('unfinished_write', ({ db }) =>
      nextToken(db, name, target, this.clock.now()),
    );
    return (await this.fence(dataset, day, next)) === token;
  }

  private async fence(
    { target }: Dataset,
    day: CalendarDay,
    token: number,
  ): Promise<number | null> {
    try {
      return await this.open.use(target, (open) => open.fence(day, token));
    } catch (error) {
      // A later write has got in meanwhile.
      if (error instanceof StaleWriteError) return null;
      throw error;
    }
  }

  /** Keeps the outcome of a day before its rows are written. @returns the token of the write */
  private begin(
    { dataset, lane }: LaneOfDataset,
    day: DecidedDay,
    fetched: DayAnswer,
    least: number,
  ): Promise<number> {
    const { number, batchId } = lane;
    const { claim } = day;
    const at = toInstant(this.clock.now());
    const outcome = outcomeOf({ dataset, batchId, at }, day, fetched);
    return this.database.write('unfinished_write', async (transaction) => {
      const { rows } = await selectLane(transaction, { batch_id: batchId, number });
      if (rows[0]?.token !== claim.token) throw new StaleClaimError(lane, claim);
      const { db } = transaction;
      const after = Math.max(least, this.clock.now());
      const token = await nextToken(db, dataset.name, dataset.target, after);
      const place = placeOf(dataset.target);
      const of = { dataset: dataset.name, day: claim.day, place, batch_id: batchId };
      await beginWrite(db, { ...of, token, outcome, begun_at: at });
      return token;
    });
  }
}

/** A token that no installation has given would refuse all writes of its day for good. */
function requireLower(place: string, day: CalendarDay, token: number): void {
  if (token < MOST_TOKEN) return;
  const fix = `to fix it: delete what has it, the row of ${day} in the table daysync_day or the file .fence.… in the folder of the day, then retry the day`;
  throw new TargetRefusedError(
    place,
    `${token}, which Daysync does not write; ${fix}`,
    undefined,
    `have a fencing token below ${MOST_TOKEN} for ${day}`,
  );
}

function outcomeOf(
  commit: { readonly dataset: Dataset; readonly batchId: string; readonly at: string },
  day: DecidedDay,
  fetched: DayAnswer,
): UnfinishedOutcome | null {
  const { durationMs, judgement, verdict, verification = null } = day;
  // A repair that leaves no rows: the day is fetched again.
  if (verdict.state !== 'success') return null;
  const lastTry = lastTryOf(commit, day, verdict);
  const { quarantined } = fetched;
  const apart = quarantined?.rows ?? [];
  // So many that they are staged: the day is fetched again.
  if (lastTry === null || isStaged(apart)) return null;
  return {
    ...{ rows: countRows(fetched), fingerprint: fetched.fingerprint, durationMs },
    marks: judgement?.marks ?? [],
    verification,
    quarantined: quarantined === undefined ? null : { fetched: quarantined.fetched, rows: apart },
    lastTry,
    verified: verifiedDay(commit, day),
  };
}

function finishedOf(claim: Claim, outcome: UnfinishedOutcome): FinishedDay {
  const { durationMs, fingerprint, marks, quarantined, rows } = outcome;
  const apart = quarantined && { ...quarantined, count: quarantined.rows.length };
  return {
    claim,
    fetched: {
      kind: 'written',
      ...{ count: rows, fingerprint },
      ...(apart === null ? {} : { quarantined: apart }),
    },
    repeats: 0,
    durationMs,
    ...(outcome.verification === null ? {} : { verification: outcome.verification }),
    judgement: { failure: null, marks },
  };
}
