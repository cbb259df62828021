import { describe, expect, it } from 'vitest';
import { calendarDay } from './calendar-day.js';
import { applyChange, applyEvent, IllegalStepError, type ProgressEvent } from './apply-event.js';
import {
  ACTIVE_STATUSES,
  newProgress,
  restoreProgress,
  OUTCOMES,
  REPEATED_ERROR,
  TERMINAL_STATUSES,
  WAITING_KINDS,
  type BatchStatus,
  type Progress,
} from './progress.js';
import { batchOf } from './progress.fixture.js';

const DAY = calendarDay('2025-10-01');
const AT = '2025-10-01T08:00:00.000Z';
const LATER = '2025-10-01T08:00:02.000Z';
const ERROR = { code: 'SOURCE_DOWN', text: 'the source refuses connections' };

function after(total: number, ...events: readonly ProgressEvent[]): Progress {
  return events.reduce(applyEvent, batchOf({ total }));
}

const started: ProgressEvent = { type: 'batch_started' };
const dayStarted: ProgressEvent = { type: 'day_started', day: DAY };
const daySucceeded: ProgressEvent = { type: 'day_finished', day: DAY, outcome: 'success' };
const paused: ProgressEvent = { type: 'batch_paused', error: null };
const cancelling: ProgressEvent = { type: 'batch_cancelling' };
const failed: ProgressEvent = { type: 'batch_failed', error: ERROR };

/** A batch of three days in each status, with a day in flight where the status allows one. */
const IN: Record<BatchStatus, Progress> = {
  queued: after(3),
  running: after(3, started, dayStarted),
  paused: after(3, started, dayStarted, paused),
  cancelling: after(3, started, dayStarted, cancelling),
  cancelled: after(3, cancelling, { type: 'days_skipped', count: 3 }, { type: 'batch_cancelled' }),
  completed: after(3, started, { type: 'days_skipped', count: 3 }, { type: 'batch_completed' }),
  failed: after(3, { type: 'days_skipped', count: 3 }, failed),
};

/** The same with every day done, which the steps to a terminal state need. */
const DONE_IN: Record<(typeof ACTIVE_STATUSES)[number], Progress> = {
  queued: after(3, { type: 'days_skipped', count: 3 }),
  running: after(3, started, { type: 'days_skipped', count: 3 }),
  paused: after(3, paused, { type: 'days_skipped', count: 3 }),
  cancelling: after(3, cancelling, { type: 'days_skipped', count: 3 }),
};

describe('newProgress', () => {
  it('is queued, with nothing done and the note’s first message', () => {
    expect(batchOf({ total: 10 })).toMatchObject({
      status: 'queued',
      total: 10,
      current: 0,
      finished: 0,
      running: 0,
      percent: 0,
      current_date: null,
      message: '同步任务已启动',
      started_at: null,
      finished_at: null,
      verify: null,
      order: 'asc',
      chosen_days: false,
      retry_of: null,
      started_by: null,
      last_control: null,
      rev: 1,
      poll_after_ms: 2_000,
    });
  });

  it('is new, whatever else it is made from', () => {
    const { task_id, dataset, total, start_date, end_date, mode } = IN.completed;
    const range = { task_id, dataset, total, start_date, end_date, mode };
    const at = '2025-10-18T00:00:00.000Z';
    const made = newProgress({ ...IN.completed, order: 'desc', at });
    expect(made).toEqual({ ...newProgress({ ...range, at }), order: 'desc' });
    expect(made).toMatchObject({ status: 'queued', rev: 1, finished: 0, finished_at: null });
  });

  it('has an empty plan at 100 percent', () => {
    expect(batchOf({ total: 0 }).percent).toBe(100);
  });

  it.each([-1, 1.5, Number.NaN, Infinity])('refuses a total of %d', (total) => {
    expect(() => batchOf({ total })).toThrow(RangeError);
  });
});

describe('restoreProgress', () => {
  it.each(Object.entries(IN))('restores a %s batch exactly', (_, progress) => {
    expect(JSON.stringify(restoreProgress(progress))).toBe(JSON.stringify(progress));
  });

  it('has defaults, and nothing that is not stored', () => {
    const { order, rows, skip_reasons, ...stored } = IN.running;
    expect([order, rows, skip_reasons]).toEqual(['asc', 0, []]);
    const estimate = { eta: { likely: '2025-10-17T16:03:25Z', late: '2025-10-17T16:05:00Z' } };
    const row = { ...stored, ...estimate, days_per_minute: 3, poll_after_ms: 9, secret: 'x' };
    expect(restoreProgress(row)).toEqual(IN.running);
  });
});

describe('the note’s own example', () => {
  it('shows 1/3 (33%), 2/3 (67%), 3/3 (100%) while the days run, and the sum at the end', () => {
    const seen: string[] = [];
    let progress = applyEvent(batchOf({ total: 3 }), started);
    for (const [date, outcome] of [
      ['2025-10-01', 'success'],
      ['2025-10-02', 'success'],
      ['2025-10-03', 'skipped'],
    ] as const) {
      const day = calendarDay(date);
      progress = applyEvent(progress, { type: 'day_started', day });
      seen.push(
        `${progress.message} ${progress.current}/${progress.total} (${progress.percent}%) ${progress.finished}`,
      );
      progress = applyEvent(progress, { type: 'day_finished', day, outcome });
    }
    progress = applyEvent(progress, { type: 'batch_completed' });
    expect(seen).toEqual([
      '正在同步 2025-10-01... 1/3 (33%) 0',
      '正在同步 2025-10-02... 2/3 (67%) 1',
      '正在同步 2025-10-03... 3/3 (100%) 2',
    ]);
    expect(progress.message).toBe('批量同步完成: 成功2, 失败0, 跳过1');
  });
});

describe('percent', () => {
  it('rounds, but is 100 only when every day has started', () => {
    const percents = [1, 2, 199, 200].map(
      (count) => after(200, started, { type: 'days_skipped', count }).percent,
    );
    expect(percents).toEqual([1, 1, 99, 100]);
  });
});

describe('steps between the states', () => {
  const STEPS: readonly [ProgressEvent, Partial<Record<BatchStatus, BatchStatus>>][] = [
    [started, { queued: 'running' }],
    [dayStarted, { running: 'running' }],
    [daySucceeded, { running: 'running', paused: 'paused', cancelling: 'cancelling' }],
    [{ type: 'day_returned' }, { running: 'running', paused: 'paused', cancelling: 'cancelling' }],
    [
      { type: 'days_skipped', count: 1 },
      { queued: 'queued', running: 'running', paused: 'paused', cancelling: 'cancelling' },
    ],
    [{ type: 'days_failed', count: 1 }, { running: 'running' }],
    [paused, { queued: 'paused', running: 'paused' }],
    [{ type: 'batch_resumed' }, { paused: 'queued' }],
    [cancelling, { queued: 'cancelling', running: 'cancelling', paused: 'cancelling' }],
    [
      { type: 'waiting_changed', waiting_for: { kind: 'throttle', until: LATER, detail: null } },
      { queued: 'queued', running: 'running', paused: 'paused', cancelling: 'cancelling' },
    ],
    [
      { type: 'estimate_changed', eta: { likely: LATER, late: LATER } },
      { queued: 'queued', running: 'running', paused: 'paused', cancelling: 'cancelling' },
    ],
    [{ type: 'batch_cancelled' }, {}],
    [{ type: 'batch_completed' }, {}],
    [failed, {}],
  ];
  const cases = STEPS.flatMap(([event, allowed]) =>
    [...ACTIVE_STATUSES, ...TERMINAL_STATUSES].map(
      (from) => [event.type, from, allowed[from], event] as const,
    ),
  );

  it.each(cases)('%s in %s leads to %s', (_type, from, to, event) => {
    const before = IN[from];
    if (to === undefined) expect(() => applyEvent(before, event)).toThrow(IllegalStepError);
    else expect(applyEvent(before, event).status).toBe(to);
  });

  const ENDS: readonly [ProgressEvent, BatchStatus, readonly BatchStatus[]][] = [
    [{ type: 'batch_cancelled' }, 'cancelled', ['cancelling']],
    [{ type: 'batch_completed' }, 'completed', ['running', 'paused']],
    [failed, 'failed', ['queued', 'running', 'paused']],
  ];
  const ends = ENDS.flatMap(([event, to, from]) =>
    ACTIVE_STATUSES.map(
      (status) => [event.type, status, from.includes(status) ? to : undefined, event] as const,
    ),
  );

  it.each(ends)('%s with every day done in %s leads to %s', (_type, from, to, event) => {
    if (to === undefined) expect(() => applyEvent(DONE_IN[from], event)).toThrow(IllegalStepError);
    else expect(applyEvent(DONE_IN[from], event).status).toBe(to);
  });
});

describe('steps of a day', () => {
  it.each(OUTCOMES)('a day that is %s is counted there alone', (outcome) => {
    const progress = applyEvent(IN.running, { type: 'day_finished', day: DAY, outcome });
    expect(progress).toMatchObject({ success: 0, failed: 0, skipped: 0, [outcome]: 1 });
    expect(progress).toMatchObject({ running: 0, finished: 1, current: 1 });
  });

  it('a day brings its rows, and a skipped one its reason', () => {
    const success = { type: 'day_finished', day: DAY, outcome: 'success', rows: 12 } as const;
    const skipped = {
      type: 'day_finished',
      day: DAY,
      outcome: 'skipped',
      reason: 'no_data',
    } as const;
    const cancelled = { type: 'days_skipped', count: 2, reason: 'cancelled' } as const;
    const progress = after(5, started, dayStarted, success, dayStarted, skipped, cancelled);
    expect(progress).toMatchObject({
      ...{ rows: 12, skipped: 3 },
      skip_reasons: [
        { reason: 'no_data', count: 1 },
        { reason: 'cancelled', count: 2 },
      ],
    });
    // Without a reason it is only counted.
    expect(after(5, started, { type: 'days_skipped', count: 2 }).skip_reasons).toEqual([]);
  });

  it('a requeued day is neither running nor done', () => {
    const progress = applyEvent(IN.running, { type: 'day_returned' });
    expect(progress).toMatchObject({ running: 0, finished: 0, current: 0, current_date: DAY });
  });

  it.each([0, -1, 0.5, 3, Number.NaN])('%d of two open days cannot be skipped', (count) => {
    expect(() => applyEvent(IN.running, { type: 'days_skipped', count })).toThrow(IllegalStepError);
  });
});

describe('what a batch waits for', () => {
  it.each(WAITING_KINDS)('%s shows until a day begins', (kind) => {
    const idle = after(3, started);
    const waiting = { kind, until: LATER, detail: null };
    const before = applyEvent(idle, { type: 'waiting_changed', waiting_for: waiting });
    expect(before.waiting_for).toEqual(waiting);
    expect(applyEvent(before, dayStarted).waiting_for).toBeNull();
  });

  it('days that fail alike wait for a fix, not for the source', () => {
    const error = { code: REPEATED_ERROR, text: '20 days in a row failed' };
    const progress = applyEvent(IN.running, { type: 'batch_paused', error });
    expect(progress.waiting_for).toEqual({ kind: 'failures', until: null, detail: error.text });
  });

  it('shows no estimate and no pace in a pause', () => {
    const pace = { days_per_minute: 3, rows_per_minute: 150 };
    const eta = { likely: LATER, late: LATER };
    const running = applyEvent(IN.running, { type: 'estimate_changed', eta, pace });
    expect(running).toMatchObject({ eta, ...pace });
    const none = { eta: null, days_per_minute: null, rows_per_minute: null };
    expect(applyEvent(running, paused)).toMatchObject(none);
    expect(applyEvent(running, cancelling)).toMatchObject(none);
    expect(applyEvent(running, { type: 'estimate_changed', eta: null })).toMatchObject(none);
  });

  it('an automatic pause has an error, which a resume clears', () => {
    const progress = applyEvent(IN.running, { type: 'batch_paused', error: ERROR });
    expect(progress.error).toEqual(ERROR);
    expect(progress.waiting_for).toEqual({ kind: 'source', until: null, detail: ERROR.text });
    expect(applyEvent(progress, { type: 'batch_resumed' })).toMatchObject({
      error: null,
      waiting_for: { kind: 'queue', until: null, detail: null },
      message: '排队等待中',
    });
  });
});

describe('applyChange', () => {
  it('counts a commit of several events once and sets the time', () => {
    const progress = applyChange(batchOf({ total: 3 }), {
      at: LATER,
      events: [started, dayStarted],
    });
    expect(progress).toMatchObject({ rev: 2, updated_at: LATER, started_at: LATER, running: 1 });
    expect(progress.finished_at).toBeNull();
  });

  it('keeps its first start over a pause and a resume', () => {
    const first = applyChange(batchOf({ total: 1 }), { at: AT, events: [started] });
    const again = applyChange(first, {
      at: LATER,
      events: [paused, { type: 'batch_resumed' }, started],
    });
    expect(again).toMatchObject({ started_at: AT, updated_at: LATER, status: 'running' });
  });

  it('sets the time of its end', () => {
    const progress = applyChange(after(1, started, dayStarted), {
      at: LATER,
      events: [daySucceeded, { type: 'batch_completed' }],
    });
    expect(progress).toMatchObject({ finished_at: LATER, status: 'completed', percent: 100 });
  });

  it('applies all of its events or none', () => {
    const before = Object.freeze(after(1, started, dayStarted));
    const copy = structuredClone(before);
    const change = { at: LATER, events: [daySucceeded, daySucceeded] };
    expect(() => applyChange(before, change)).toThrow(
      'day_finished of batch t1 expected a day in flight, got status running, total 1, finished 1, running 0',
    );
    expect(before).toEqual(copy);
  });
});
