import { describe, expect, it } from 'vitest';
import { calendarDay } from './calendar-day.js';
import { describeProgress, displayedState, languageOf, timeLeft } from './describe-progress.js';
import type { Progress } from './progress.js';
import { QUEUED } from './progress.fixture.js';

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
    expect(timeLeft({ ...QUEUED, status: 'running' }, 0, 'en')).toBe('');
    expect(timeLeft(until('2025-10-01T08:00:45.000Z', 'paused'), 0, 'en')).toBe('');
  });
});

describe('the description of a batch', () => {
  const progressUpdate = (progress: Progress) =>
    describeProgress({ progress, update: { kind: 'progress', progress } }, { language: 'en' });

  it('is loading before the first answer', () => {
    const nothing = { progress: undefined, update: undefined };
    expect(describeProgress(nothing, { language: 'zh' })).toMatchObject({
      lang: 'zh-CN',
      displayed: null,
      state: '正在加载…',
      notice: '',
      percent: null,
      days: '',
      counts: [],
    });
  });

  it('has the days as widths, counts and words', () => {
    const progress = {
      ...QUEUED,
      status: 'running',
      message_code: 'DAY_STARTED',
      current_date: calendarDay('2025-10-05'),
      ...{ success: 2, failed: 1, skipped: 1, finished: 4, running: 1 },
    } as const;
    expect(progressUpdate(progress)).toEqual({
      lang: 'en',
      displayed: 'running',
      state: 'Running',
      timeLeft: '',
      message: 'Syncing 2025-10-05...',
      notice: '',
      label: 'Sync progress: weather',
      percent: 40,
      days: '4/10 days (40%)',
      parts: [
        { name: 'success', percent: 20 },
        { name: 'failed', percent: 10 },
        { name: 'skipped', percent: 10 },
        { name: 'running', percent: 10 },
      ],
      counts: [
        { name: 'success', text: 'Succeeded 2' },
        { name: 'failed', text: 'Failed 1' },
        { name: 'skipped', text: 'Skipped 1' },
      ],
    });
  });

  it('counts the days that a cancelled batch has left out as skipped, and not as done', () => {
    const progress: Progress = {
      ...QUEUED,
      status: 'cancelled',
      ...{ success: 2, skipped: 8, finished: 10 },
      skip_reasons: [
        { reason: 'already_synced', count: 1 },
        { reason: 'cancelled', count: 7 },
      ],
    };
    const { percent, parts, counts } = progressUpdate(progress);
    expect([percent, parts[2]?.percent, counts[2]?.text]).toEqual([30, 10, 'Skipped 8']);
  });

  it.each(['en', 'zh'] as const)(
    'in %s, has the words of a newer server for its states',
    (language) => {
      const sent = { status: 'draining', message_code: 'BATCH_DRAINING', message: '即将结束' };
      const progress = { ...QUEUED, ...(JSON.parse(JSON.stringify(sent)) as Partial<Progress>) };
      const update = { kind: 'progress', progress } as const;
      expect(describeProgress({ progress, update }, { language })).toMatchObject({
        state: 'draining',
        message: '即将结束',
        timeLeft: '',
      });
    },
  );

  it('has a bar without width for a batch without days', () => {
    const { parts } = progressUpdate({ ...QUEUED, total: 0 });
    expect(parts.map(({ percent }) => percent)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    [{ kind: 'unreachable', failures: 1, retryInMs: 1 }, /^Connection to the server lost/],
    [{ kind: 'busy', failures: 1, retryInMs: 1 }, /^The server is busy/],
    [{ kind: 'refused', code: 'FORBIDDEN' }, /^Can’t show this batch: FORBIDDEN$/],
    [{ kind: 'expired' }, /^Updates stopped/],
  ] as const)('after %j it says why instead of the time left', (update, notice) => {
    const eta = { likely: '2025-10-01T08:00:45.000Z', late: '2025-10-01T08:00:45.000Z' };
    const progress = { ...QUEUED, status: 'running', eta } as const;
    const described = describeProgress({ progress, update }, { language: 'en' });
    expect(described.notice).toMatch(notice);
    expect([described.timeLeft, described.state]).toEqual(['', 'Running']);
    const unknown = describeProgress({ progress: undefined, update }, { language: 'en' });
    expect([unknown.state, unknown.notice]).toEqual(['', described.notice]);
  });
});
