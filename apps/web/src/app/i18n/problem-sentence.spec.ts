import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { problemIn } from '../api/problem';
import { fieldSentence, problemSentence } from './problem-sentence';
import { provideTestWords } from './test-words';
import { Words } from './words';

describe('problemSentence', () => {
  let words: Words;
  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    words = TestBed.inject(Words);
  });

  it.each([
    ['a code it knows', { code: 'DATASET_NOT_FOUND', detail: 'no dataset x' }, '数据集不存在。'],
    [
      'a range that is too long, with the limit',
      { code: 'RANGE_TOO_LARGE', limit: 3660 },
      '日期范围过大，请缩短后重试。最多 3,660 天。',
    ],
    ['a code it does not know', { code: 'NOT_YET_KNOWN', detail: '计划已变化' }, '计划已变化'],
    [
      'a request of which nothing else is known',
      { code: 'INTERNAL', request_id: 'r-7' },
      '服务器内部错误。（请求编号 r-7）',
    ],
  ])('has a sentence for %s', (_, body, sentence) => {
    expect(problemSentence(problemIn(body), words)).toBe(sentence);
  });

  it('calls a field as the page does', () => {
    const problem = { pointer: '/end_date', expected: 'YYYY-MM-DD', received: '"x"' };
    expect(fieldSentence(problem, words)).toBe('结束日期：应为 YYYY-MM-DD，实际为 "x"');
    expect(fieldSentence({ ...problem, pointer: '/plan_hash' }, words)).toMatch(/^plan_hash：/);
  });
});
