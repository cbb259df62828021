import { describe, expect, it } from 'vitest';
import { completed, progressWith } from './progress.fixture.js';
import { barFields, endLine, progressLine } from './progress-text.js';

const NOW = Date.parse('2026-01-01T00:00:30.000Z');

describe('barFields', () => {
  it('has the days, the time left and the message', () => {
    expect(barFields(progressWith(), NOW, 'en')).toEqual({
      count: '4/10 (40%)',
      tally: '2 succeeded, 0 failed, 1 skipped',
      time: '1 min 10 s left',
      doing: 'Syncing 2012-01-04...',
    });
    expect(barFields(progressWith(), NOW, 'zh')).toEqual({
      count: '4/10 (40%)',
      tally: '成功: 2, 失败: 0, 跳过: 1',
      time: '剩余 1 分 10 秒',
      doing: '正在同步 2012-01-04...',
    });
  });

  it('shows a dash for an unknown time, and no negative time', () => {
    expect(barFields(progressWith({ eta: null }), NOW, 'en').time).toBe('–');
    expect(barFields(progressWith(), NOW + 3_600_000, 'en').time).toBe('0 s left');
  });

  it('has what the batch waits for, and why', () => {
    const waiting_for = { kind: 'source', until: null, detail: 'got 401' } as const;
    const { doing } = barFields(progressWith({ waiting_for }), NOW, 'en');
    expect(doing).toBe('paused automatically after a source error: got 401');
  });
});

describe('progressLine', () => {
  it('is one line', () => {
    expect(progressLine(progressWith({ eta: null }), NOW, 'en')).toBe(
      '4/10 (40%) | 2 succeeded, 0 failed, 1 skipped | Syncing 2012-01-04...',
    );
  });
});

describe('endLine', () => {
  it.each([
    [completed(), '✓ Sync completed: 9 succeeded, 0 failed, 1 skipped | took 1 h 2 min'],
    [
      completed({ mode: 'verify', success: 1, skipped: 9 }),
      '✓ Sync completed: 1 succeeded, 0 failed, 9 skipped | took 1 h 2 min',
    ],
    [
      completed({ unreadable_rows: 2 }),
      '✗ Sync completed: 9 succeeded, 0 failed, 1 skipped | took 1 h 2 min',
    ],
    [
      completed({ success: 8, failed: 1 }),
      '✗ Sync completed: 8 succeeded, 1 failed, 1 skipped | took 1 h 2 min',
    ],
    [
      completed({ status: 'cancelled', message_code: 'BATCH_CANCELLED', started_at: null }),
      '✗ Sync cancelled: 9 succeeded, 0 failed, 1 skipped',
    ],
  ])('has a mark, the message and the duration', (progress, line) => {
    expect(endLine(progress, 'en')).toBe(line);
  });
});
