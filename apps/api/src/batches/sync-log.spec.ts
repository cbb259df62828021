import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import {
  appendBatchLog,
  appendLog,
  appendToAttempt,
  batchLog,
  dayLog,
  MOST_DAY_ENTRIES,
  type BatchLogRow,
  type DayLogRow,
} from './sync-log.js';

const AT = '2025-10-17T16:00:00.000Z';
const LATER = '2025-10-17T16:00:05.000Z';
const DAY: DayLogRow = {
  ...{ day: calendarDay('2025-10-01'), state: 'pending', reason: null, attempts: 0, rows: null },
  ...{ started_at: null, finished_at: null, error_code: null, error_text: null, log: null },
};
const BATCH: BatchLogRow = {
  ...{ created_at: AT, started_by: 'ana', started_at: null, finished_at: null, status: 'queued' },
  ...{ error_code: null, error_text: null, control_verb: null, control_by: null },
  ...{ control_at: null, log: null },
};

function kinds(row: Partial<DayLogRow>): string[] {
  return dayLog({ ...DAY, ...row }).map(({ at, attempt, code, kind, rows }) =>
    [at === AT ? '' : 'later', kind, attempt, code, rows].filter(Boolean).join(' '),
  );
}

describe('the log of a day', () => {
  it.each<[string, Partial<DayLogRow>, string[]]>([
    ['has not begun', {}, []],
    ['runs', { state: 'running', started_at: AT, attempts: 1 }, ['started 1']],
    [
      'succeeded at once',
      { state: 'success', started_at: AT, finished_at: LATER, attempts: 1, rows: 24 },
      ['started 1', 'later succeeded 1 24'],
    ],
    [
      'was a planned skip',
      { state: 'skipped', finished_at: AT, reason: 'already_synced' },
      ['skipped already_synced'],
    ],
    [
      'failed while it waited',
      { state: 'failed', finished_at: AT, attempts: 2, error_code: 'E' },
      ['failed 2 E'],
    ],
  ])('of one that %s comes from its columns', (_what, row, expected) => {
    expect(kinds(row)).toEqual(expected);
  });

  it('has what was stored before, and not its start twice', () => {
    const log = appendLog(
      null,
      [
        { at: AT, kind: 'started', attempt: 1 },
        { at: AT, kind: 'failed_attempt', attempt: 1, code: 'E' },
      ],
      MOST_DAY_ENTRIES,
    );
    const waits = appendLog(log, [{ at: AT, kind: 'waiting', code: 'retry' }], MOST_DAY_ENTRIES);
    const running = { state: 'running', attempts: 2, started_at: LATER } as const;
    expect(kinds({ ...running, log: waits })).toEqual([
      ...['started 1', 'failed_attempt 1 E', 'waiting retry', 'later started 2'],
    ]);
    // A day that waits for its target stays in flight.
    const away = appendToAttempt({ ...DAY, ...running, log: waits }, [
      { at: LATER, kind: 'waiting', code: 'target' },
    ]);
    const twice = appendToAttempt({ ...DAY, ...running, log: away }, [
      { at: LATER, kind: 'failed_attempt', attempt: 2, code: 'E' },
    ]);
    expect(kinds({ ...running, log: twice }).slice(2)).toEqual([
      ...['waiting retry', 'later started 2', 'later waiting target', 'later failed_attempt 2 E'],
    ]);
    // A source that repeats requests by itself has stored its start before them.
    const ended = { ...running, state: 'success', finished_at: LATER, rows: 1 } as const;
    expect(kinds({ ...ended, log, started_at: AT })).toEqual([
      ...['started 1', 'failed_attempt 1 E', 'later succeeded 2 1'],
    ]);
  });

  it('keeps its latest 20 entries, and 500 characters of a text', () => {
    let log: string | null = null;
    for (let n = 1; n <= 30; n++) {
      log = appendLog(log, [{ at: AT, kind: 'waiting', attempt: n, text: 'x'.repeat(900) }], 20);
    }
    const text = 'y'.repeat(900);
    const entries = dayLog({
      ...DAY,
      ...{ log, state: 'failed', finished_at: LATER, attempts: 31, error_text: text },
    });
    expect(entries.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 12),
    );
    expect(entries.every((entry) => entry.text?.length === 500)).toBe(true);
    expect(log?.length).toBeLessThan(20 * 600);
  });
});

describe('the log of a batch', () => {
  it('begins with who created it, and ends with how it ended', () => {
    const log = JSON.stringify([{ at: AT, kind: 'started' }]);
    const ended = { ...BATCH, log, status: 'failed', finished_at: LATER, error_code: 'E' } as const;
    expect(batchLog(ended)).toMatchObject([
      { at: AT, kind: 'created', by: 'ana', day: null },
      { at: AT, kind: 'started' },
      { at: LATER, kind: 'ended', code: 'E' },
    ]);
    expect(batchLog({ ...ended, status: 'cancelled', error_code: null }).at(-1)).toMatchObject({
      code: 'cancelled',
    });
  });

  it('of a version without one has what its columns keep', () => {
    const old: Partial<BatchLogRow> = {
      ...{ started_at: LATER, control_at: AT, control_verb: 'pause', control_by: 'bo' },
    };
    expect(batchLog({ ...BATCH, ...old }).map(({ kind, by }) => [kind, by])).toEqual([
      ['created', 'ana'],
      ['paused', 'bo'],
      ['started', null],
    ]);
  });

  it('of a version without one keeps that when more happens', () => {
    const old: BatchLogRow = {
      ...BATCH,
      ...{ started_at: AT, control_at: AT, control_verb: 'pause', control_by: 'bo' },
    };
    const log = appendBatchLog(old, { at: LATER, kind: 'resumed', by: 'cy' });
    const now: BatchLogRow = { ...old, control_verb: 'resume', control_by: 'cy', log };
    const more = { ...now, log: appendBatchLog(now, { at: LATER, kind: 'cancelled', by: null }) };
    expect(batchLog(more).map(({ kind, by }) => [kind, by])).toEqual([
      ['created', 'ana'],
      ['started', null],
      ['paused', 'bo'],
      ['resumed', 'cy'],
      ['cancelled', null],
    ]);
  });
});
