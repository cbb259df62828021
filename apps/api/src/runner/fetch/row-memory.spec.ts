import { expect, it } from 'vitest';
import { GatheredRows, RowMemory } from './row-memory.js';

it('rows that are given up count no longer, and take no more', () => {
  const memory = new RowMemory();
  const rows = new GatheredRows(memory);
  for (let row = 0; row < 5; row++) rows.add(['x'.repeat(1_000_000)]);
  expect(memory.reserve(30_000_000)).toBe(false);
  rows.giveUp();
  expect(rows.count).toBe(0);
  expect(() => rows.add(['late'])).toThrow('given up');
  expect(memory.reserve(33_554_432)).toBe(true);
});
