import { describe, expect, it } from 'vitest';
import { calendarDay } from '../calendar-day.js';
import { newProgress, type Progress } from '../progress.js';
import { displayedState, languageOf, nextWords, NOTHING_ANNOUNCED, timeLeft } from './words.js';

const DAY = calendarDay('2025-10-01');
const QUEUED = newProgress({
  task_id: 't1',
  dataset: 'weather',
  total: 10,
  start_date: DAY,
  end_date: calendarDay('2025-10-10'),
  mode: 'all',
  at: '2025-10-01T08:00:00.000Z',
});
const running = (finished: number, failed = 0): Progress => ({
  ...QUEUED,
  status: 'running',
  finished,
  success: finished - failed,
  failed,
});

it.each([
  ['zh', 'zh'],
  ['zh-Hant-TW', 'zh'],
  ['ZH-CN', 'zh'],
  ['en-GB', 'en'],
  ['de', 'en'],
  ['zha', 'en'],
])('the language for %s is %s', (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});

it('a completed batch with failed days is partly failed, or all failed if no day was answered', () => {
  const ended = { ...QUEUED, status: 'completed' } as const;
  const skipped = (reason: 'no_data' | 'already_synced'): Progress => ({
    ...{ ...ended, failed: 1, skipped: 1 },
    skip_reasons: [{ reason, count: 1 }],
  });
  expect(displayedState(ended)).toBe('completed');
  expect(displayedState({ ...ended, success: 1, failed: 1 })).toBe('partly_failed');
  expect(displayedState(skipped('no_data'))).toBe('partly_failed');
  expect(displayedState({ ...ended, failed: 1 })).toBe('all_failed');
  expect(displayedState(skipped('already_synced'))).toBe('all_failed');
});

describe('the time left', () => {
  const until = (likely: string, status: Progress['status'] = 'running'): Progress => ({
    ...QUEUED,
    status,
    eta: { likely, late: likely },
  });
  it.each([
    ['2025-10-01T08:00:45.000Z', 0, 'en', 'Time left: 45 s'],
    ['2025-10-01T08:00:45.000Z', 30_000, 'zh', '预计剩余 15 秒'],
    ['2025-10-01T08:00:45.000Z', 90_000, 'en', 'Time left: 1 s'],
    ['2025-10-01T08:05:10.000Z', 0, 'zh', '预计剩余 5 分钟'],
    ['2025-10-01T10:30:00.000Z', 0, 'en', 'Time left: 2 h 30 min'],
  ] as const)('until %s after %d ms, in %s: %s', (likely, sinceMs, language, text) => {
    expect(timeLeft(until(likely), sinceMs, language)).toBe(text);
  });

  it('is empty while it is unknown, and for a paused batch', () => {
    expect(timeLeft(running(1), 0, 'en')).toBe('');
    expect(timeLeft(until('2025-10-01T08:00:45.000Z', 'paused'), 0, 'en')).toBe('');
  });
});

/** Everything that is announced of these progresses, one a second. */
function announcements(seen: readonly Progress[], stepMs = 1_000): readonly string[] {
  let before = NOTHING_ANNOUNCED;
  return seen.flatMap((progress, index) => {
    const update = { kind: 'progress', progress } as const;
    const next = nextWords(before, progress, update, { now: index * stepMs, language: 'en' });
    before = next?.announced ?? before;
    return next === undefined ? [] : [next.text];
  });
}

describe('announcements', () => {
  it('are few: the start, each tenth, the first failure and the end, with 5 s between', () => {
    const days = Array.from({ length: 11 }, (_, finished) => running(finished));
    const completed = {
      ...running(10),
      status: 'completed',
      message_code: 'BATCH_COMPLETED',
    } as const;
    expect(announcements([...days, completed, completed])).toEqual([
      'sync of 10 days started',
      '50% done',
      '100% done',
      'Sync completed: 10 succeeded, 0 failed, 0 skipped',
    ]);
  });

  it('say the first failure once', () => {
    expect(announcements([running(0), running(1, 1), running(1, 1), running(2, 2)], 6_000)).toEqual(
      ['sync of 10 days started', 'a day has failed, 10% done', '20% done'],
    );
  });

  it('say that the connection is lost, and that it is back', () => {
    const progress = running(1);
    const away = { kind: 'unreachable', failures: 1, retryInMs: 1_000 } as const;
    const started = nextWords(
      NOTHING_ANNOUNCED,
      progress,
      { kind: 'progress', progress },
      { now: 0, language: 'zh' },
    );
    expect(started?.text).toBe('开始同步，共 10 天，已完成 10%');
    const before = started?.announced ?? NOTHING_ANNOUNCED;
    const lost = nextWords(before, progress, away, { now: 6_000, language: 'zh' });
    expect(lost?.text).toMatch(/^与服务器的连接已断开/);
    const back = { now: 12_000, language: 'zh' } as const;
    const update = { kind: 'progress', progress } as const;
    expect(nextWords(lost?.announced ?? before, progress, update, back)?.text).toBe('连接已恢复');
  });
});
