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

  it('has a sentence for a code it knows', () => {
    const problem = problemIn({ code: 'DATASET_NOT_FOUND', detail: 'no dataset x' });
    expect(problemSentence(problem, words)).toBe('数据集不存在。');
  });

  it('says the limit of a range', () => {
    const problem = problemIn({ code: 'RANGE_TOO_LARGE', limit: 3660 });
    expect(problemSentence(problem, words)).toBe('日期范围过大，请缩短后重试。最多 3,660 天。');
  });

  it('gives what the server says for a code it does not know', () => {
    const problem = problemIn({ code: 'NOT_YET_KNOWN', detail: '计划已变化' });
    expect(problemSentence(problem, words)).toBe('计划已变化');
  });

  it('names the request where nothing else is known', () => {
    const problem = problemIn({ code: 'INTERNAL', request_id: 'r-7' });
    expect(problemSentence(problem, words)).toBe('服务器内部错误。（请求编号 r-7）');
  });

  it('calls a field as the page does', () => {
    const problem = { pointer: '/end_date', expected: 'YYYY-MM-DD', received: '"x"' };
    expect(fieldSentence(problem, words)).toBe('结束日期：应为 YYYY-MM-DD，实际为 "x"');
    expect(fieldSentence({ ...problem, pointer: '/plan_hash' }, words)).toMatch(/^plan_hash：/);
  });
});
