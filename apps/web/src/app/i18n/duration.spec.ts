import { describe, expect, it } from 'vitest';
import { aboutWords, durationWords, secondsWords } from './duration';

describe('durations', () => {
  it.each([
    [0, 'duration.ms', { n: 0 }],
    [987.6, 'duration.ms', { n: 988 }],
    [1_234, 'duration.s', { s: '1.2' }],
    [42_900, 'duration.s', { s: 42 }],
    [61_000, 'duration.ms_long', { m: 1, s: 1 }],
    [3_660_000, 'duration.h', { h: 1, m: 1 }],
  ])('%d ms', (ms, key, params) => {
    expect(durationWords(ms)).toEqual({ key, params });
  });

  it.each([
    [40, 'duration.s', { s: 1 }],
    [59_400, 'duration.s', { s: 59 }],
    [59_600, 'duration.m', { m: 1 }],
    [3 * 60_000 + 20_000, 'duration.m', { m: 3 }],
    [3_599_000, 'duration.h', { h: 1, m: 0 }],
    [4_260_000, 'duration.h', { h: 1, m: 11 }],
  ])('about %d ms', (ms, key, params) => {
    expect(aboutWords(ms)).toEqual({ key, params });
  });

  it('never runs below zero', () => {
    expect(secondsWords(-5)).toEqual({ key: 'duration.s', params: { s: 0 } });
  });
});
