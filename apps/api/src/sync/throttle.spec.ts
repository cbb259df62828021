import { describe, expect, it } from 'vitest';
import { Throttle } from './throttle.js';

describe('Throttle', () => {
  it('lets the first day start at once, and the next one after the spacing', () => {
    const throttle = new Throttle(500);
    expect(throttle.waitMs(10)).toBe(0);
    throttle.take(10);
    expect(throttle.waitMs(10)).toBe(500);
    expect(throttle.waitMs(300)).toBe(210);
    expect(throttle.waitMs(510)).toBe(0);
  });

  it('keeps the rate when timers fire late', () => {
    const throttle = new Throttle(500);
    throttle.take(0);
    throttle.take(520);
    expect(throttle.waitMs(520)).toBe(480);
  });

  it('does not catch up in a burst after a pause', () => {
    const throttle = new Throttle(500);
    throttle.take(0);
    throttle.take(10_000);
    expect(throttle.waitMs(10_000)).toBe(500);
  });

  it('never waits without a spacing', () => {
    const throttle = new Throttle(0);
    throttle.take(7);
    expect(throttle.waitMs(7)).toBe(0);
  });
});
