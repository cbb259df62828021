import { describe, expect, it } from 'vitest';
import { faultPointsFrom, NO_FAULTS } from './fault-points.js';
import { classifyFailure, DatabaseUnavailableError } from './unavailable.js';

describe('faultPointsFrom', () => {
  it('breaks nothing unless it is asked to', () => {
    expect(faultPointsFrom(undefined)).toBe(NO_FAULTS);
    expect(faultPointsFrom('')).toBe(NO_FAULTS);
  });

  it('finds the disk full at one point, from the time that it names, as often as it says', () => {
    const faults = faultPointsFrom('step:before_commit@2=disk_full*2');
    const outcomes = Array.from({ length: 5 }, () => {
      faults.reach('step:after_commit');
      try {
        faults.reach('step:before_commit');
        return 'ok';
      } catch (error) {
        expect(classifyFailure(error)).toBeInstanceOf(DatabaseUnavailableError);
        return 'full';
      }
    });
    expect(outcomes).toEqual(['ok', 'full', 'full', 'ok', 'ok']);
  });

  it('refuses what it can not read', () => {
    expect(() => faultPointsFrom('step@3')).toThrow(RangeError);
  });
});
