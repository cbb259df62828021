import { Injectable } from '@nestjs/common';
import { REPEATED_ERROR, type ProgressError } from '@daysync/progress';
import { BatchStates } from '../batches/store/batch-states.js';
import { FINDING_CODES } from '../batches/day-finding.js';
import type { BatchState } from '../batches/transition.js';
import type { WriteTransaction } from '../database/database.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { DayError } from '../sources/day-source.js';
import type { DecidedDay } from './day-commit.js';
import { answersOf, hasAnswered } from './lane-row.js';
import {
  countDeferred,
  countDeferredAlike,
  countFailedAlike,
  hasDayToRun,
} from './lane-statements.js';

/** A batch pauses itself once this many days are deferred: its source is down. An answer of the source ends the count. */
const MOST_DEFERRED = 5;

/**
 * Decides, with the batch locked, what the verdict on one day means for the batch: whether its deferred days fail, and
 * whether it pauses itself because its days fail one after another.
 */
@Injectable()
export class AutoPause {
  constructor(private readonly states: BatchStates) {}

  /**
   * Once the source answers for another day, it is not down: the deferred days fail with their own errors. While days
   * fail alike and none has an answer, they are counted, over all lanes and processes.
   */
  async decide(
    transaction: WriteTransaction,
    before: BatchState,
    { dataset, decided, at }: { dataset: Dataset; decided: DecidedDay; at: string },
  ): Promise<BatchState> {
    if (before.batch.status !== 'running') return before;
    const { batch_id } = before.batch;
    let state = before;
    if (hasAnswered(decided.fetched)) {
      const deferred = (await countDeferred(transaction, { batch_id })).rows[0]?.count ?? 0;
      if (deferred > 0) state = await this.states.failDeferred(transaction, state, at);
    }
    const reason = await this.reasonToPause(transaction, state, dataset, decided);
    if (reason === null) return state;
    return this.states.autoPause(transaction, state, at, reason);
  }

  private async reasonToPause(
    transaction: WriteTransaction,
    state: BatchState,
    { pauseAfterFailures }: Dataset,
    { fetched, verdict }: DecidedDay,
  ): Promise<ProgressError | null> {
    const { batch_id } = state.batch;
    switch (verdict.state) {
      case 'deferred': {
        const { error } = verdict;
        // Errors of the whole source are one cause, whatever their codes.
        const isWide = fetched.kind === 'error' && fetched.errorKind === 'source_wide';
        const { rows } = isWide
          ? await countDeferred(transaction, { batch_id })
          : await countDeferredAlike(transaction, sameAs(state, error));
        if ((rows[0]?.count ?? 0) < MOST_DEFERRED) return null;
        return { code: error.code, text: error.text };
      }
      case 'failed': {
        const { error } = verdict;
        const isFinding = FINDING_CODES.some((code) => code === error.code);
        if (pauseAfterFailures === 0 || isFinding) return null;
        const same = { ...sameAs(state, error), answers_before: answersOf(state) };
        const { rows } = await countFailedAlike(transaction, same);
        const count = rows[0]?.count ?? 0;
        if (count < pauseAfterFailures) return null;
        // A batch that has only days in flight left ends by itself.
        if ((await hasDayToRun(transaction, { batch_id })).rows.length === 0) return null;
        return repeated(count, error);
      }
      case 'success':
      case 'skipped':
      case 'waiting':
        return null;
    }
  }
}

function sameAs(
  { batch: { batch_id } }: BatchState,
  { code, column }: DayError,
): Parameters<typeof countDeferredAlike>[1] {
  return { batch_id, error_code: code, error_column: column ?? '' };
}

/** The error of a batch that pauses because days fail with the same error. */
function repeated(count: number, { code, column, text }: DayError): ProgressError {
  const where = column === null ? '' : ` in column ${column}`;
  return {
    code: REPEATED_ERROR,
    text: `${count} days in a row failed with ${code}${where} (pause_after_failures); the last one: ${text}`,
  };
}
