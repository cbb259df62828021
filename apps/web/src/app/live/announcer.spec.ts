import { describe, expect, it } from 'vitest';
import type { Progress } from '@daysync/progress';
import { nextAnnouncement, type Said } from './announcer';
import { completed, progressOf } from '../design/progress.fixture';

/** What is spoken, when each progress comes at its second. */
function spoken(...updates: readonly (readonly [second: number, progress: Progress])[]): string[] {
  const announced: string[] = [];
  let said: Said | undefined;
  for (const [second, progress] of updates) {
    const next = nextAnnouncement(said, progress, { now: second * 1_000, language: 'zh' });
    if (next === undefined) continue;
    said = next.said;
    const words = next.phrases.map((phrase) =>
      'sentence' in phrase ? phrase.sentence : `${phrase.key} ${Object.values(phrase.params)}`,
    );
    announced.push(`${second}s: ${words.join('; ').replaceAll('speak.', '').trim()}`);
  }
  return announced;
}

const at = (finished: number, failed = 0): Progress => progressOf({ total: 100, finished, failed });

describe('nextAnnouncement', () => {
  it('speaks at the start, at each tenth and at the end', () => {
    expect(
      spoken([0, at(0)], [10, at(9)], [20, at(10)], [30, at(14)], [40, at(30)], [50, completed()]),
    ).toEqual([
      '0s: start 100',
      '20s: percent 10',
      '40s: percent 30',
      '50s: 批量同步完成: 成功9, 失败0, 跳过1',
    ]);
  });

  it('keeps quiet for 5 s, then says the newest', () => {
    expect(spoken([0, at(0)], [2, at(20)], [4, at(40)], [5, at(50)])).toEqual([
      '0s: start 100',
      '5s: percent 50',
    ]);
  });

  it('does not lose the end in the quiet time', () => {
    expect(spoken([0, at(0)], [2, completed()], [5, completed()], [11, completed()])).toEqual([
      '0s: start 100',
      '5s: 批量同步完成: 成功9, 失败0, 跳过1',
    ]);
  });

  it('announces the first failure once', () => {
    expect(spoken([0, at(1)], [10, at(5, 1)], [20, at(8, 2)])).toEqual([
      '0s: start 100',
      '10s: first_failure',
    ]);
  });

  it('says where a batch stands that got more days', () => {
    const more = progressOf({ total: 200, finished: 90 });
    expect(
      spoken([0, at(0)], [10, at(90)], [20, more], [30, more], [40, { ...more, finished: 100 }]),
    ).toEqual(['0s: start 100', '10s: percent 90', '20s: percent 45', '40s: percent 50']);
  });

  it('restarts with another batch', () => {
    const other = { ...at(0), task_id: 'other' };
    expect(spoken([0, at(0)], [1, other])).toEqual(['0s: start 100', '1s: start 100']);
  });
});
