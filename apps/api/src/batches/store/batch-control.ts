import {
  type BatchStatus,
  type Control,
  type Progress,
  type ProgressError,
  type SkipCount,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../../config/clock.js';
import { Database, type WriteTransaction } from '../../database/database.js';
import { prepareResume, skipOpen } from './open-days.js';
import { progressOf } from '../batch-progress.js';
import { lockBatch } from './batch-reading.js';
import { BatchStates } from './batch-states.js';
import { hasEnded, effectOf, type BatchState } from '../transition.js';

export type ControlResult =
  | {
      /** Whether the verb has changed the batch, or had nothing left to do. */
      readonly kind: 'changed' | 'unchanged';
      /** The batch after the transaction. */
      readonly progress: Progress;
    }
  | { readonly kind: 'unknown_batch' }
  /** The verb is not allowed in this state. */
  | { readonly kind: 'wrong_state'; readonly state: BatchStatus };

/** Controls batches. Each change is one transaction, and durable when the call resolves. */
@Injectable()
export class BatchControl {
  constructor(
    private readonly database: Database,
    private readonly states: BatchStates,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Pauses, resumes or cancels a batch. */
  apply(batchId: string, { verb, by }: Omit<Control, 'at'>): Promise<ControlResult> {
    const at = toInstant(this.clock.now());
    const control = { verb, by };
    return this.database.write('control', async (transaction): Promise<ControlResult> => {
      const state = await lockBatch(transaction, batchId);
      if (state === undefined) return { kind: 'unknown_batch' };
      switch (effectOf(verb, state.batch.status)) {
        case 'wrong_state':
          return { kind: 'wrong_state', state: state.batch.status };
        case 'done':
          return { kind: 'unchanged', progress: progressOf(state) };
        case 'changes':
          break;
      }
      switch (verb) {
        case 'pause': {
          const input = { type: 'pause', at, error: null, control } as const;
          return changed(await this.states.advance(transaction, state, input));
        }
        case 'resume': {
          const rev = state.batch.rev + 1;
          await prepareResume(transaction, { batchId, rev });
          return changed(
            await this.states.advance(transaction, state, { type: 'resume', at, control }),
          );
        }
        case 'cancel': {
          const skipped = await this.skipOpen(transaction, state, { at, reason: 'cancelled' });
          const input = { type: 'cancel', at, skipped, control } as const;
          const cancelling = await this.states.advance(transaction, state, input);
          return changed(await this.states.endIfDone(transaction, cancelling, at));
        }
      }
    });
  }

  /** Fails a batch that can't go on, unless it has ended. Its days without an outcome are skipped. */
  async fail(batchId: string, error: ProgressError): Promise<void> {
    const at = toInstant(this.clock.now());
    await this.database.write('fail', async (transaction) => {
      const state = await lockBatch(transaction, batchId);
      if (state === undefined || hasEnded(state)) return;
      const reason = state.batch.status === 'cancelling' ? 'cancelled' : 'not_run';
      const skipped = await this.skipOpen(transaction, state, { at, reason, withRunning: true });
      await this.states.advance(transaction, state, { type: 'fail', at, error, skipped });
    });
  }

  private async skipOpen(
    transaction: WriteTransaction,
    { batch: { dataset, rev, batch_id: batchId } }: BatchState,
    skip: { at: string; reason: 'cancelled' | 'not_run'; withRunning?: boolean },
  ): Promise<readonly SkipCount[]> {
    const skipped = await skipOpen(transaction, { ...skip, batchId, rev: rev + 1 });
    this.states.countSkipped(transaction, dataset, skipped);
    return skipped;
  }
}

function changed(state: BatchState): ControlResult {
  return { kind: 'changed', progress: progressOf(state) };
}
