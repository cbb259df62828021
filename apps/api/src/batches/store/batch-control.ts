import {
  type BatchStatus,
  type Control,
  type Progress,
  type ProgressError,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../../config/clock.js';
import { Database, type WriteTransaction } from '../../database/database.js';
import { countDaysOf } from '../day-outcome.js';
import { releaseDeferredDays, skipOpen } from './open-days.js';
import { progressOf } from '../batch-progress.js';
import { lockBatch } from './batch-reading.js';
import { BatchStates } from './batch-states.js';
import { hasEnded, effectOf, type BatchState } from '../transition.js';

export type ControlResult =
  | {
      /** Whether the verb has moved the batch, or found its work done. */
      readonly kind: 'changed' | 'unchanged';
      /** The batch as the transaction has left it. */
      readonly progress: Progress;
    }
  | { readonly kind: 'unknown' }
  /** The verb means nothing in this state. */
  | { readonly kind: 'refused'; readonly state: BatchStatus };

/** Moves whole batches: each is one transaction, and durable when it resolves. */
@Injectable()
export class BatchControl {
  constructor(
    private readonly database: Database,
    private readonly states: BatchStates,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Pauses, resumes or cancels a batch, and keeps who asked for it. */
  apply(batchId: string, { verb, by }: Omit<Control, 'at'>): Promise<ControlResult> {
    const at = toInstant(this.clock.now());
    const control = { verb, by };
    return this.database.write('control', async (transaction): Promise<ControlResult> => {
      const state = await lockBatch(transaction, batchId);
      if (state === undefined) return { kind: 'unknown' };
      switch (effectOf(verb, state.batch.status)) {
        case 'refused':
          return { kind: 'refused', state: state.batch.status };
        case 'done':
          return { kind: 'unchanged', progress: progressOf(state) };
        case 'moves':
          break;
      }
      switch (verb) {
        case 'pause': {
          const input = { type: 'pause', at, error: null, control } as const;
          return changed(await this.states.advance(transaction, state, input));
        }
        case 'resume': {
          const rev = state.batch.rev + 1;
          await releaseDeferredDays(transaction, { batchId, rev });
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
        default: {
          const unknown: never = verb;
          return unknown;
        }
      }
    });
  }

  /** Ends a batch that can't go on: its days without an outcome are skipped. Nothing where it has ended. */
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
  ): Promise<number> {
    const ended = await skipOpen(transaction, { ...skip, batchId, rev: rev + 1 });
    this.states.countEnded(transaction, dataset, ended);
    return countDaysOf(ended);
  }
}

function changed(state: BatchState): ControlResult {
  return { kind: 'changed', progress: progressOf(state) };
}
