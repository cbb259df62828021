import {
  addDays,
  compareDays,
  countDays,
  toEpochDay,
  type BatchStatus,
  type CalendarDay,
  type Progress,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../../config/clock.js';
import { Database, type WriteTransaction } from '../../database/database.js';
import type { BatchRow } from '../../database/schema.js';
import type { ExpectedDays } from '../../datasets/expected/expected-days.js';
import { readExpectedDays } from '../../datasets/expected/settled-days.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { isOutdated } from '../../datasets/file/stored-datasets-file.js';
import { hasChosenDays, progressOf } from '../batch-progress.js';
import { LaneQueue } from '../lane-queue.js';
import { LiveView } from '../live-view.js';
import type { PlannedDay } from '../plan.js';
import { refuseTooLarge, type RangeTooLarge } from '../range-limit.js';
import { readRange } from '../range-state.js';
import { planInSlices } from '../sliced-plan.js';
import { isExtendable, type BatchState } from '../transition.js';
import { lockBatch } from './batch-reading.js';
import { BatchStates } from './batch-states.js';
import { openLanes } from './open-lanes.js';
import { countSkips, insertDays } from './planned-days.js';

export interface Extension {
  readonly batchId: string;
  /** The first day that the batch is to have; undefined for the one that it has. */
  readonly start: CalendarDay | undefined;
  /** The last day that the batch is to have; undefined for the one that it has. */
  readonly end: CalendarDay | undefined;
  /** The most expected days that it may have then. */
  readonly maxDays: number;
  /** The name of the caller's token. */
  readonly by?: string | null;
}

/** A configured dataset, and the date now in its time zone. */
export interface PlannedDataset {
  readonly dataset: Dataset;
  readonly today: CalendarDay;
}

interface Range {
  readonly start: CalendarDay;
  readonly end: CalendarDay;
}

type ExtendRefusal =
  | { readonly kind: 'unknown_batch' }
  /** The batch has ended, or is being cancelled. */
  | { readonly kind: 'wrong_state'; readonly state: BatchStatus }
  /** Its days were chosen one by one, as those of a retry: it has no whole range. */
  | { readonly kind: 'chosen_days' }
  /** The batch has days outside the range that was asked for. */
  | { readonly kind: 'range_shrinks'; readonly has: Range; readonly asked: Range }
  | RangeTooLarge
  | { readonly kind: 'unknown_dataset'; readonly dataset: string }
  /** This process has the dataset otherwise than the batch, or than the newest datasets file. */
  | { readonly kind: 'outdated_dataset'; readonly dataset: string }
  /** Another active batch has some of the days. */
  | { readonly kind: 'overlaps'; readonly dataset: string; readonly batchId: string };

export type ExtendResult =
  | {
      /** Whether the batch got more days, or has had them all. */
      readonly kind: 'changed' | 'unchanged';
      /** The batch after the transaction. */
      readonly progress: Progress;
    }
  | ExtendRefusal;

/** Gives active batches more days: planned and counted in one transaction. */
@Injectable()
export class BatchExtension {
  constructor(
    private readonly database: Database,
    private readonly states: BatchStates,
    private readonly queue: LaneQueue,
    private readonly live: LiveView,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * Extends a batch to a larger range. Durable when this resolves.
   * @param datasetOf a configured dataset; undefined for a name that is not configured
   */
  extend(
    extension: Extension,
    datasetOf: (name: string) => PlannedDataset | undefined,
  ): Promise<ExtendResult> {
    return this.database.write('extend', async (transaction): Promise<ExtendResult> => {
      // No other batch can take one of the days meanwhile, and this one can't end.
      await transaction.lockExclusive('start');
      const state = await lockBatch(transaction, extension.batchId);
      if (state === undefined) return { kind: 'unknown_batch' };
      const has: Range = { start: state.batch.start_date, end: state.batch.end_date };
      const asked: Range = { start: extension.start ?? has.start, end: extension.end ?? has.end };
      const { dataset: name, fingerprint } = state.batch;
      const configured = datasetOf(name);
      const { expected: rule = null } = configured?.dataset ?? {};
      const expected = await readExpectedDays(transaction.db, { name, expected: rule });
      const refused = refuse(state.batch, has, asked, { limit: extension.maxDays, expected });
      if (refused !== null) return refused;
      const { by = null } = extension;
      const ranges = addedRanges(has, asked);
      if (ranges.length === 0) return { kind: 'unchanged', progress: progressOf(state) };

      if (configured === undefined) return { kind: 'unknown_dataset', dataset: name };
      const { dataset } = configured;
      const isCurrent =
        dataset.fingerprint === fingerprint && !(await isOutdated(transaction.db, state.batch));
      if (!isCurrent) return { kind: 'outdated_dataset', dataset: name };
      const plans: (readonly PlannedDay[])[] = [];
      for (const range of ranges) {
        const planned = await planRange(transaction, state.batch, configured, range);
        if ('kind' in planned) return planned;
        plans.push(planned);
      }
      return {
        kind: 'changed',
        progress: await this.add(transaction, state, dataset, { ...asked, by }, plans),
      };
    });
  }

  private async add(
    transaction: WriteTransaction,
    state: BatchState,
    { concurrency }: Dataset,
    { start, end, by }: Range & { readonly by: string | null },
    plans: readonly (readonly PlannedDay[])[],
  ): Promise<Progress> {
    const { batch_id: batchId, rev } = state.batch;
    const origin = await originOf(transaction, state.batch);
    for (const days of plans) {
      const [one] = days;
      if (one === undefined) continue;
      const first = origin.positionOf(one.day);
      await insertDays(transaction, { batchId, days, first, rev: rev + 1 });
    }
    const days = plans.flat();
    const at = toInstant(this.clock.now());
    const extended = await this.states.advance(transaction, state, {
      ...{ type: 'extend', at, start, end, by },
      ...{ count: days.length, skips: countSkips(days) },
    });
    if (extended.batch.status === 'running') {
      const open = state.lanes.filter((lane) => lane.open === 1).length;
      const count = Math.max(open, Math.min(concurrency, extended.batch.total));
      await openLanes(transaction, this.queue, state, { count, at });
      await transaction.publish({ kind: 'lanes_free' });
    }
    await transaction.publish({ kind: 'batch_changed', batch_id: batchId });
    this.live.batchChanged(transaction, extended);
    return progressOf(extended);
  }
}

async function planRange(
  transaction: WriteTransaction,
  { dataset: name, day_order: order, mode }: BatchRow,
  { dataset, today }: PlannedDataset,
  range: Range,
): Promise<readonly PlannedDay[] | Extract<ExtendRefusal, { kind: 'overlaps' }>> {
  const { expected, target } = dataset;
  const found = await readRange(transaction, { dataset: name, ...range, target, expected });
  if (found.overlaps !== null) return { kind: 'overlaps', dataset: name, batchId: found.overlaps };
  return planInSlices({ ...range, order, mode, today, ...found.recorded }, transaction.turn);
}

function refuse(
  batch: BatchRow,
  has: Range,
  asked: Range,
  { limit, expected }: { readonly limit: number; readonly expected: ExpectedDays },
): ExtendRefusal | null {
  const { status, total } = batch;
  if (!isExtendable(status)) return { kind: 'wrong_state', state: status };
  if (hasChosenDays(batch)) return { kind: 'chosen_days' };
  if (compareDays(asked.start, has.start) > 0 || compareDays(asked.end, has.end) < 0) {
    return { kind: 'range_shrinks', has, asked };
  }
  const grows = countDays(asked.start, asked.end) > total;
  return grows ? refuseTooLarge(asked, limit, expected) : null;
}

/** The days of the larger range that the smaller one does not have. */
function addedRanges(has: Range, asked: Range): readonly Range[] {
  const added: Range[] = [];
  if (compareDays(asked.start, has.start) < 0) {
    added.push({ start: asked.start, end: addDays(has.start, -1) });
  }
  if (compareDays(asked.end, has.end) > 0) {
    added.push({ start: addDays(has.end, 1), end: asked.end });
  }
  return added;
}

/** Where the days of a batch are: in its order, without holes. A day before the first one gets a negative position. */
async function originOf(
  { db }: WriteTransaction,
  { batch_id, day_order, start_date }: BatchRow,
): Promise<{ readonly positionOf: (day: CalendarDay) => number }> {
  const { position } = await db
    .selectFrom('batch_day')
    .select('position')
    .where('batch_id', '=', batch_id)
    .where('day', '=', start_date)
    .executeTakeFirstOrThrow();
  const direction = day_order === 'asc' ? 1 : -1;
  return {
    positionOf: (day) => position + direction * (toEpochDay(day) - toEpochDay(start_date)),
  };
}
