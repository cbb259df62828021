import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import type { LogEntry } from '../api/wire';
import { entryOf } from './log.fixture';
import { errorCodeOf, isShown, phraseOf, readLogFilter, withLogChanges } from './log-view';

const D1 = calendarDay('2025-10-01');
const D2 = calendarDay('2025-10-02');
const at = (seconds: number): string => `2025-10-17T16:00:0${seconds}.000Z`;

describe('the filters of a log', () => {
  it.each<[Partial<LogEntry>, string]>([
    [{ kind: 'started' }, 'all'],
    [{ kind: 'failed_attempt' }, 'all problems'],
    [{ kind: 'waiting' }, 'all problems'],
    [{ kind: 'failed' }, 'all problems outcomes'],
    [{ kind: 'succeeded' }, 'all outcomes'],
    [{ kind: 'paused', day: null }, 'all batch'],
    [{ kind: 'paused', day: null, code: 'SOURCE_UNREACHABLE' }, 'all problems batch'],
  ])('of %j: %s', (entry, shown) => {
    const names = ['all', 'problems', 'outcomes', 'batch'];
    const filters = names.filter((name) => isShown(entryOf(entry), readLogFilter(name)));
    expect(filters.join(' ')).toBe(shown);
  });
});

describe('an entry', () => {
  it.each<[Partial<LogEntry>, string, string | null]>([
    [{ kind: 'started', day: null, attempt: null }, 'log.started', null],
    [{ kind: 'started' }, 'log.attempt', null],
    [{ kind: 'failed_attempt', code: 'TIMEOUT' }, 'log.failed_attempt', 'TIMEOUT'],
    [{ kind: 'waiting', code: 'disk' }, 'log.waiting.disk', null],
    [{ kind: 'requeued', code: 'process_crashed' }, 'log.requeued.process_crashed', null],
    [{ kind: 'paused', code: null }, 'log.paused', null],
    [{ kind: 'paused', code: 'TIMEOUT' }, 'log.paused_itself', 'TIMEOUT'],
    [{ kind: 'ended', code: 'cancelled' }, 'log.ended.cancelled', null],
    [{ kind: 'ended', code: 'DATASET_CHANGED' }, 'log.ended.failed', 'DATASET_CHANGED'],
    [{ kind: 'skipped', code: 'no_data' }, 'log.skipped', null],
  ])('%j has its sentence and its error', (changes, key, code) => {
    expect(phraseOf(entryOf(changes)).key).toBe(key);
    expect(errorCodeOf(entryOf(changes))).toBe(code);
  });
});

describe('a change of a log', () => {
  it('replaces all entries of the days that it has, and keeps the order of time', () => {
    const created = entryOf({ kind: 'created', day: null });
    const first = [created, entryOf({ at: at(1) }), entryOf({ at: at(2), day: D2 })];
    const known = { items: first, truncated: false };
    const items = [
      created,
      entryOf({ at: at(1) }),
      entryOf({ at: at(3), kind: 'succeeded', rows: 2 }),
      entryOf({ at: at(4), kind: 'ended', day: null }),
    ];
    const changed = withLogChanges(known, { items, truncated: true });
    expect(changed.truncated).toBe(true);
    expect(withLogChanges(changed, { items: [], truncated: false }).truncated).toBe(true);
    expect(changed.items.map(({ day, kind }) => [day, kind])).toEqual([
      ...[
        [null, 'created'],
        [D1, 'started'],
        [D2, 'started'],
      ],
      ...[
        [D1, 'succeeded'],
        [null, 'ended'],
      ],
    ]);
  });
});
