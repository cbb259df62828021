import { isTerminal, type ProgressError } from '@daysync/progress';
import type { News } from '../database/news.js';
import type { Dataset } from '../datasets/dataset.js';
import type { HeldSlot } from '../dispatch/slot-queue.js';
import { newsOfStep } from './batch-commit.js';
import type { StepResult } from './batch-step.js';
import type { Claim, FinishedDay } from './day-commit.js';

/** How often it is looked whether a day may run that has to be alone in its process. */
const BLOCKED_MS = 200;

/** A day that this process has begun. */
export interface BegunDay {
  readonly slot: HeldSlot;
  readonly dataset: Dataset;
  readonly claim: Claim;
}

/** A day that was fetched in a slot. */
export interface EndedDay {
  readonly day: BegunDay;
  readonly finished: FinishedDay;
  /** Whether its slot may hold one more day. */
  readonly goesOn: boolean;
}

/** What a day's commit has led to. */
export interface Finished {
  /** Of all that were committed together. */
  readonly result: StepResult;
  /** The day that the slot holds now. */
  readonly next: BegunDay | null;
  /** In how many milliseconds the slot is free again; null if nobody is to have it. */
  readonly freeInMs: number | null;
}

/** A slot was there, and nothing to begin for it. */
export interface SpentTurn {
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

/** What came of looking for a day. */
export type Turn =
  | { readonly kind: 'begun'; readonly day: BegunDay; readonly result: StepResult }
  | SpentTurn
  /** A lost process had it: whoever was in flight with it is to be alone in its process. */
  | { readonly kind: 'reserved'; readonly slot: HeldSlot }
  | { readonly kind: 'none' };

/** The same before a lost process's slot was looked into. */
export type Looked = Turn | { readonly kind: 'redelivered'; readonly slot: HeldSlot };

/** What a turn means for those who follow the batch. */
export function newsOfTurn(turn: Looked): readonly News[] {
  switch (turn.kind) {
    case 'begun':
      return newsOfStep(turn.day.slot.taskId, turn.result);
    case 'spent':
      return turn.result === null ? [] : newsOfStep(turn.slot.taskId, turn.result);
    case 'none':
    case 'reserved':
    case 'redelivered':
      return [];
    default: {
      const unknown: never = turn;
      return unknown;
    }
  }
}

/** Whether a batch has ended by a step. */
export function hasEnded({ change, status }: StepResult): boolean {
  return change !== null && isTerminal(status);
}

/** In how many milliseconds somebody is to look again for a day to begin; null if nobody has to. */
export function freeInMs(
  { outlook, status }: StepResult,
  { waitMs, steadyNow }: { readonly waitMs: number; readonly steadyNow: number },
): number | null {
  if (status !== 'running') return null;
  if (outlook.ready) return waitMs;
  if (outlook.blocked) return Math.max(waitMs, BLOCKED_MS);
  return outlook.waiting === null ? null : Math.max(waitMs, outlook.waiting.dueAt - steadyNow);
}
