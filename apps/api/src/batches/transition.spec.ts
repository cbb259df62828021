import {
  ACTIVE_STATUSES,
  addDays,
  calendarDay,
  isTerminal,
  TERMINAL_STATUSES,
  type BatchStatus,
  type CalendarDay,
  type ControlVerb,
} from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { instant, queuedBatch, withLanes } from './store/batch-model.fixture.js';
import type { LaneRow } from '../database/schema.js';
import { progressOf } from './batch-progress.js';
import {
  IllegalTransitionError,
  effectOf,
  transition,
  type BatchInput,
  type BatchState,
} from './transition.js';

const ERROR = { code: 'SOURCE_DOWN', text: 'the source refuses connections' };
const FIRST = calendarDay('2025-10-01');
const LANES = 2;

type InputType = BatchInput['type'];

/** Where each input leads from where; every other one is refused. */
const LEADS: Readonly<Record<InputType, Partial<Record<BatchStatus, BatchStatus>>>> = {
  begin: { queued: 'running' },
  pause: { queued: 'paused', running: 'paused' },
  resume: { paused: 'queued' },
  cancel: { queued: 'cancelling', running: 'cancelling', paused: 'cancelling' },
  skip_days: {
    ...{ queued: 'queued', running: 'running' },
    ...{ paused: 'paused', cancelling: 'cancelling' },
  },
  fail_days: { running: 'running' },
  extend: { queued: 'queued', running: 'running', paused: 'paused' },
  meet_unreadable: {
    ...{ queued: 'queued', running: 'running' },
    ...{ paused: 'paused', cancelling: 'cancelling' },
  },
  end: {
    ...{ queued: 'completed', running: 'completed' },
    ...{ paused: 'completed', cancelling: 'cancelled' },
  },
  fail: { queued: 'failed', running: 'failed', paused: 'failed', cancelling: 'cancelled' },
};
const INPUTS = Object.keys(LEADS) as InputType[];
const STATUSES: readonly BatchStatus[] = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];

/** An input as the program makes it of a batch: `fail_days` and `skip_days` take one day, or all that are left. */
function inputOf(type: InputType, { batch }: BatchState, at: string, most = 1): BatchInput {
  const open = batch.total - batch.success - batch.failed - batch.skipped;
  const count = Math.min(most, open);
  switch (type) {
    case 'begin':
    case 'resume':
    case 'end':
      return { type, at };
    case 'pause':
      return { type, at, error: null };
    case 'cancel': {
      const skipped = [{ reason: 'cancelled', count: open } as const];
      return { type, at, skipped, control: { verb: 'cancel', by: 'ana' } };
    }
    case 'skip_days':
      return { type, at, skipped: [{ reason: 'not_run', count }] };
    case 'fail_days':
    case 'meet_unreadable':
      return { type, at, count };
    case 'extend':
      return { type, at, start: FIRST, end: addDays(batch.end_date, 1), count: 1, skips: 0 };
    case 'fail':
      return { type, at, error: ERROR, skipped: [{ reason: 'not_run', count: open }] };
  }
}

/** The batch after an input: one that has ended has no lanes. */
function moved(state: BatchState, input: BatchInput): BatchState {
  const row = transition(state, input);
  return { batch: row, lanes: row.finished_at === null ? state.lanes : [] };
}

/** The batch once the day in a lane of it has succeeded, or a lane has begun one. */
function stepped(
  { batch, lanes }: BatchState,
  { next, number }: { readonly number: number; readonly next: CalendarDay | null },
  at: string,
): BatchState {
  const change = (lane: LaneRow): Partial<LaneRow> =>
    next === null
      ? { day: null, success: lane.success + 1 }
      : { day: next, current_day: next, current_at: at };
  return {
    batch,
    lanes: lanes.map((lane) =>
      lane.number === number
        ? { ...lane, ...change(lane), rev: lane.rev + 1, updated_at: at }
        : lane,
    ),
  };
}

/** A batch that has come through these inputs, one a second. */
function after(total: number, ...types: readonly InputType[]): BatchState {
  return types.reduce(
    (state, type, index) => moved(state, inputOf(type, state, instant(index + 1), total)),
    withLanes(queuedBatch(total), LANES),
  );
}

/** A batch with its days open, or with all of them ended, in each state. */
const IN: Record<BatchStatus, { readonly open: BatchState; readonly done: BatchState }> = {
  queued: { open: after(3), done: after(3, 'skip_days') },
  running: { open: after(3, 'begin'), done: after(3, 'begin', 'skip_days') },
  paused: { open: after(3, 'begin', 'pause'), done: after(3, 'begin', 'pause', 'skip_days') },
  cancelling: {
    open: { ...after(3, 'cancel'), batch: { ...after(3, 'cancel').batch, skipped: 2 } },
    done: after(3, 'begin', 'cancel'),
  },
  cancelled: both(after(3, 'cancel', 'end')),
  completed: both(after(3, 'begin', 'skip_days', 'end')),
  failed: both(after(3, 'begin', 'fail')),
};

function both(state: BatchState): { readonly open: BatchState; readonly done: BatchState } {
  return { open: state, done: state };
}

const CASES = INPUTS.flatMap((type) =>
  STATUSES.map((from) => [type, from, LEADS[type][from] ?? 'an error'] as const),
);

describe('transition', () => {
  it.each(CASES)('%s in %s leads to %s', (type, from, to) => {
    const state = IN[from][type === 'end' ? 'done' : 'open'];
    const before = structuredClone(state);
    const input = inputOf(type, state, instant(9));
    if (to === 'an error') {
      expect(() => transition(state, input)).toThrow(IllegalTransitionError);
    } else {
      const row = transition(state, input);
      expect(row).toMatchObject({ status: to, updated_at: instant(9), rev: before.batch.rev + 1 });
      expect(row.finished_at).toBe(isTerminal(to) ? instant(9) : null);
    }
    expect(state).toEqual(before);
  });

  it.each(ACTIVE_STATUSES)('no batch ends in %s that has days without an outcome', (status) => {
    const { open } = IN[status];
    expect(() => transition(open, { type: 'end', at: instant(9) })).toThrow(
      `end of batch batch expected one whose days all have their outcome, got one that is ${status}`,
    );
  });

  it.each<[ControlVerb, Partial<Record<BatchStatus, string>>]>([
    ['pause', { queued: 'changes', running: 'changes', paused: 'done' }],
    ['resume', { paused: 'changes', queued: 'done', running: 'done' }],
    [
      'cancel',
      {
        ...{ queued: 'changes', running: 'changes', paused: 'changes' },
        ...{ cancelling: 'done', cancelled: 'done' },
      },
    ],
  ])('%s means what it is allowed to do', (verb, meanings) => {
    for (const status of STATUSES) {
      const meaning = meanings[status] ?? 'wrong_state';
      expect(effectOf(verb, status)).toBe(meaning);
      expect(LEADS[verb][status] !== undefined, status).toBe(meaning === 'changes');
    }
  });

  it('takes all that the lanes have counted into the row of a batch that ends', () => {
    let state = after(3, 'begin');
    for (const [second, number] of [2, 4, 6].map((at) => [at, at % LANES] as const)) {
      const next = addDays(FIRST, second);
      state = stepped(state, { number, next }, instant(second));
      state = stepped(state, { number, next: null }, instant(second + 1));
    }
    const before = progressOf(state);
    const ended = moved(state, { type: 'end', at: instant(8) });
    expect(ended.batch).toMatchObject({
      success: 3,
      current_day: '2025-10-07',
      rev: before.rev + 1,
    });
    expect(progressOf(ended)).toMatchObject({
      ...{ success: 3, current: 3, running: 0, current_date: '2025-10-07' },
    });
  });

  it('does not go back in time with a clock that was set back', () => {
    const state = stepped(after(3, 'begin'), { number: 1, next: FIRST }, instant(60));
    const row = transition(state, { type: 'pause', at: instant(30), error: null });
    expect(row.updated_at).toBe(instant(60));
  });
});
