import { describe, expect, it } from 'vitest';
import type { Progress } from '../progress.js';
import { QUEUED } from '../progress.fixture.js';
import { nextWords, NOTHING_ANNOUNCED } from './announcements.js';

const running = (finished: number, failed = 0): Progress => ({
  ...QUEUED,
  ...{ status: 'running', finished, success: finished - failed, failed },
});
const COMPLETED: Progress = {
  ...running(10),
  status: 'completed',
  message_code: 'BATCH_COMPLETED',
};

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
    expect(announcements([...days, COMPLETED, COMPLETED])).toEqual([
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

  it('say a refusal once, and go on when the batch is shown after it', () => {
    const refused = { kind: 'refused', code: 'BATCH_NOT_FOUND' } as const;
    const seen = [
      [undefined, refused],
      [undefined, refused],
      [running(3), { kind: 'progress', progress: running(3) }],
      [running(3), refused],
      [running(3), { kind: 'progress', progress: running(3) }],
      [COMPLETED, { kind: 'progress', progress: COMPLETED }],
    ] as const;
    let before = NOTHING_ANNOUNCED;
    const texts = seen.map(([progress, update], index) => {
      const next = nextWords(before, progress, update, { now: index * 6_000, language: 'en' });
      before = next?.announced ?? before;
      return next?.text;
    });
    expect(texts).toEqual([
      'There is no such batch.',
      undefined,
      'connected again, sync of 10 days started, 30% done',
      'There is no such batch.',
      'connected again',
      'Sync completed: 10 succeeded, 0 failed, 0 skipped',
    ]);
  });
});
