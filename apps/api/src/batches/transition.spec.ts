import {
  ACTIVE_STATUSES,
  addDays,
  addSkips,
  applyChange,
  calendarDay,
  isTerminal,
  TERMINAL_STATUSES,
  type BatchStatus,
  type ControlVerb,
  type Progress,
  type ProgressEvent,
  type SkipCount,
  type SkipReason,
} from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawUntilMet, draws } from '../../../../test/draws.js';
import {
  inFlight,
  instant,
  moved,
  openDays,
  queuedBatch,
  ROWS_OF_DAY,
  stepped,
  withLanes,
} from './store/batch-model.fixture.js';
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

/** An input as the program makes it of a batch: those of many days take `count` of them, or all that are left. */
function inputOf(type: InputType, state: BatchState, at: string, count = 1): BatchInput {
  const open = openDays(state);
  switch (type) {
    case 'begin':
    case 'resume':
    case 'end':
      return { type, at };
    case 'pause':
      return { type, at, error: count % 2 === 0 ? ERROR : null };
    case 'cancel':
      return {
        type,
        at,
        skipped: skips('cancelled', open),
        control: { verb: 'cancel', by: 'ana' },
      };
    case 'skip_days':
      return { type, at, skipped: skips('not_run', Math.min(count, open)) };
    case 'fail_days':
      return { type, at, count: Math.min(count, open) };
    case 'meet_unreadable':
      return { type, at, count };
    case 'extend': {
      const { end_date, start_date } = state.batch;
      return { type, at, start: start_date, end: addDays(end_date, count), count, skips: 0 };
    }
    case 'fail':
      return { type, at, error: ERROR, skipped: skips('not_run', open + inFlight(state).length) };
  }
}

function skips(reason: SkipReason, count: number): readonly SkipCount[] {
  return addSkips([], [{ reason, count }]);
}

/** A batch that has come through these inputs, one a second. */
function after(total: number, ...types: readonly InputType[]): BatchState {
  return types.reduce(
    (state, type, index) => moved(state, inputOf(type, state, instant(index + 1), total)).state,
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
      const { row } = transition(state, input);
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

  it.each<[ControlVerb, Record<BatchStatus, string>]>([
    ['pause', { ...refused(), queued: 'changes', running: 'changes', paused: 'done' }],
    ['resume', { ...refused(), paused: 'changes', queued: 'done', running: 'done' }],
    [
      'cancel',
      {
        ...{ ...refused(), queued: 'changes', running: 'changes', paused: 'changes' },
        ...{ cancelling: 'done', cancelled: 'done' },
      },
    ],
  ])('%s means what it is allowed to do', (verb, meanings) => {
    for (const status of STATUSES) expect(effectOf(verb, status)).toBe(meanings[status]);
    for (const [status, meaning] of Object.entries(meanings)) {
      const leads = LEADS[verb][status as BatchStatus];
      expect(leads !== undefined, status).toBe(meaning === 'changes');
    }
  });

  it('takes all that the lanes have counted into the row of a batch that ends', () => {
    let state = after(3, 'begin');
    for (const [second, number] of [2, 4, 6].map((at) => [at, at % LANES] as const)) {
      const next = addDays(FIRST, second);
      state = stepped(state, { number, outcome: null, next }, instant(second));
      state = stepped(state, { number, outcome: 'success', next: null }, instant(second + 1));
    }
    const before = progressOf(state);
    const { row, state: ended } = moved(state, { type: 'end', at: instant(8) });
    expect(row).toMatchObject({ success: 3, current_day: '2025-10-07', rev: before.rev + 1 });
    expect(progressOf(ended)).toMatchObject({
      ...{ success: 3, current: 3, running: 0, current_date: '2025-10-07' },
    });
  });

  it('does not go back in time with a clock that was set back', () => {
    const state = stepped(
      after(3, 'begin'),
      { number: 1, outcome: null, next: FIRST },
      instant(60),
    );
    const { row } = transition(state, { type: 'pause', at: instant(30), error: null });
    expect(row.updated_at).toBe(instant(60));
  });
});

function refused(): Record<BatchStatus, string> {
  return Object.fromEntries(STATUSES.map((status) => [status, 'wrong_state'])) as Record<
    BatchStatus,
    string
  >;
}

/** One thing that is tried with a batch. */
type Move =
  | { readonly type: InputType; readonly count: number }
  | {
      readonly type: 'step';
      readonly number: number;
      readonly outcome: 'success' | 'failed' | 'skipped' | null;
      readonly goesOn: boolean;
    };

/** Most batches run for a while. */
const OFTEN: Partial<Record<InputType, number>> = { begin: 20, pause: 5, resume: 10, end: 5 };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      type: fc.constant('step' as const),
      number: fc.nat(LANES - 1),
      outcome: fc.constantFrom('success', 'failed', 'skipped', null),
      goesOn: fc.boolean(),
    }),
  },
  ...INPUTS.map((type) => ({
    weight: OFTEN[type] ?? 1,
    arbitrary: fc.record({ type: fc.constant(type), count: fc.integer({ min: 1, max: 3 }) }),
  })),
);

/** A batch by its rows, and by the events of its inputs. */
interface TrackedBatch {
  readonly state: BatchState;
  readonly progress: Progress;
}

/** Null where an input is refused. */
function tryInput({ progress, state }: TrackedBatch, input: BatchInput): TrackedBatch | null {
  const before = structuredClone(state);
  try {
    const { events, row, state: next } = moved(state, input);
    const { control } = input;
    const change = { at: row.updated_at, events, ...(control === undefined ? {} : { control }) };
    return { state: next, progress: applyChange(progress, change) };
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalTransitionError);
    expect(state).toEqual(before);
    return null;
  }
}

/** A commit in a lane, as far as the batch allows it; null where it is none. */
function tryStep(
  { progress, state }: TrackedBatch,
  { goesOn, number, outcome }: Extract<Move, { type: 'step' }>,
  at: string,
): TrackedBatch | null {
  const lane = state.lanes.find((one) => one.number === number);
  if (lane === undefined) return null;
  const events: ProgressEvent[] = [];
  if (lane.day !== null) {
    const { day } = lane;
    const made = {
      success: { rows: ROWS_OF_DAY },
      skipped: { reason: 'no_data' },
      failed: {},
    } as const;
    events.push(
      outcome === null
        ? { type: 'day_returned' }
        : { type: 'day_finished', day, outcome, ...made[outcome] },
    );
  }
  const open = openDays(state) + (lane.day !== null && outcome === null ? 1 : 0);
  const mayClaim = goesOn && state.batch.status === 'running' && open > 0;
  const next = mayClaim ? addDays(FIRST, (lane.rev * 7 + number) % 30) : null;
  if (next !== null) events.push({ type: 'day_started', day: next });
  if (events.length === 0) return null;
  const ended = lane.day === null ? null : outcome;
  return {
    state: stepped(state, { number, outcome: ended, next }, at),
    progress: applyChange(progress, { at, events }),
  };
}

/** Whether a batch allows an input. */
function isLegal(state: BatchState, type: InputType): boolean {
  if (LEADS[type][state.batch.status] === undefined) return false;
  return type !== 'end' || (openDays(state) === 0 && inFlight(state).length === 0);
}

/** What is never made of a batch: deferred days that fail without being there, the end of a pause that had no turn. */
function isNeverMade(state: BatchState, type: InputType): boolean {
  const { started_at, status } = state.batch;
  if (type === 'fail_days') return openDays(state) === 0;
  return type === 'end' && status === 'paused' && started_at === null;
}

describe('a batch by random inputs', () => {
  it('is the same by its rows and by the events of its inputs', () => {
    const seen = new Set<string>();
    const meet = (known: TrackedBatch, one: Move, at: string): TrackedBatch => {
      if (one.type === 'step') return tryStep(known, one, at) ?? known;
      const { count, type } = one;
      if (isNeverMade(known.state, type)) return known;
      const next = tryInput(known, inputOf(type, known.state, at, count));
      const { status } = known.state.batch;
      expect(next !== null, `${type} in ${status}`).toBe(isLegal(known.state, type));
      if (next !== null) seen.add(`${type} ${status} ${next.progress.status}`);
      return next ?? known;
    };
    const agreement = fc.property(
      fc.nat(5),
      fc.array(move, { minLength: 20, maxLength: 40 }),
      (total, moves) => {
        const state = withLanes(queuedBatch(total), LANES);
        let known: TrackedBatch = { state, progress: progressOf(state) };
        moves.forEach((one, index) => {
          const next = meet(known, one, instant(index + 1));
          if (next === known) return;
          expect(isTerminal(known.progress.status)).toBe(false);
          expect(progressOf(next.state)).toEqual(next.progress);
          expect(next.progress.rev).toBe(known.progress.rev + 1);
          known = next;
        });
      },
    );
    const ways = CASES.filter(([, , to]) => to !== 'an error').map((way) => way.join(' '));
    drawUntilMet(
      () => ways.filter((way) => !seen.has(way)),
      () => {
        fc.assert(agreement, { numRuns: draws(100, 500) });
      },
    );
  });
});
