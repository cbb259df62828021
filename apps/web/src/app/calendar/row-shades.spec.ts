import { describe, expect, it } from 'vitest';
import type { RecordedDay } from '../api/wire';
import { recorded } from './recorded-day.fixture';
import { shadeLimits, shadeOf } from './row-shades';

const synced = (rows: number | null): RecordedDay => recorded('2012-03-01', { rows });

describe('the shades of days', () => {
  it('have a quarter of the days each', () => {
    const rows = Array.from({ length: 100 }, (_, index) => 99 - index);
    const limits = shadeLimits(rows.map(synced));
    expect(limits).toEqual([24, 49, 74]);
    if (limits === undefined) return;
    const counts = [0, 0, 0, 0, 0];
    for (const one of rows) counts[shadeOf(one, limits)] = (counts[shadeOf(one, limits)] ?? 0) + 1;
    expect(counts).toEqual([0, 25, 25, 25, 25]);
  });

  it('are of synced days alone, and there are none without one', () => {
    expect(shadeLimits([{ ...synced(1), status: 'failed' }, synced(null)])).toBeUndefined();
    expect(shadeLimits([synced(7), { ...synced(900), status: 'failed' }])).toEqual([7, 7, 7]);
  });
});
