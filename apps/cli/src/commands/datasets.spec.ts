import { describe, expect, it } from 'vitest';
import type { Attention } from '../api/wire.js';
import { MESSAGES } from '../terminal/messages.js';
import { inOrder } from './datasets.js';

const NOTHING: Attention = {
  ...{ needed: false, rank: null, late: false, uncovered_days: 0, unusual_days: 0 },
  ...{ quarantined_rows: 0, drifted_days: 0 },
};
const attention = (changes: Partial<Attention>): Attention => ({
  ...NOTHING,
  needed: true,
  ...changes,
});

describe('inOrder', () => {
  it('has the most urgent first, and keeps the order of the file among those that are alike', () => {
    const items = [
      { name: 'fine', attention: NOTHING },
      { name: 'drifted', attention: attention({ rank: 4 }) },
      { name: 'quarantined', attention: attention({ rank: 3 }) },
      { name: 'unusual', attention: attention({ rank: 2 }) },
      { name: 'uncovered', attention: attention({ rank: 1 }) },
      { name: 'late', attention: attention({ rank: 0 }) },
      { name: 'late too', attention: attention({ rank: 0 }) },
      { name: 'fine too', attention: NOTHING },
    ];
    expect(inOrder(items).map(({ name }) => name)).toEqual([
      ...['late', 'late too', 'uncovered', 'unusual', 'quarantined', 'drifted'],
      ...['fine', 'fine too'],
    ]);
  });
});

describe('what needs attention, in words', () => {
  const all = attention({
    ...{ late: true, uncovered_days: 3, unusual_days: 2, quarantined_rows: 15, drifted_days: 1 },
  });
  const ones = attention({ uncovered_days: 1, unusual_days: 1, quarantined_rows: 1 });

  it.each([
    [all, 'late, 3 uncovered days, 2 unusual days, 15 rows in quarantine, 1 drifted day'],
    [ones, '1 uncovered day, 1 unusual day, 1 row in quarantine'],
    [attention({ drifted_days: 2 }), '2 drifted days'],
    [NOTHING, ''],
  ])('%#: %s', (of, text) => {
    expect(MESSAGES.en.attention(of)).toBe(text);
  });

  it('in Chinese', () => {
    expect(MESSAGES.zh.attention(all)).toBe(
      '已逾期，3 天缺失数据，2 天异常，15 行被隔离，1 天与来源不一致',
    );
  });
});
