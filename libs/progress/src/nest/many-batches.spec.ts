import { expect, it } from 'vitest';
import { BOUNDS, runBatches } from './many-batches.fixture.js';

it.each(BOUNDS)('thousands of batches are not kept: %s bounds them', (_, options, size) => {
  const sizes = runBatches(options, { early: 2_000, all: 6_000 }, (registry) => registry.size);
  expect(sizes).toEqual([size, size]);
});
