import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addressParams, isFiltered, requestParams } from '../api/address-query';
import { ALL_BATCHES, BATCH_STATES, readBatchesQuery } from './batches-query';

const anyQuery = fc.record({
  dataset: fc.option(fc.constantFrom('weather', 'birdstrikes'), { nil: undefined }),
  state: fc.option(fc.constantFrom(...BATCH_STATES), { nil: undefined }),
  page: fc.integer({ min: 1, max: 999 }),
});

describe('the query of batches', () => {
  it('is found again in its address', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(readBatchesQuery(addressParams(query, ALL_BATCHES))).toEqual(query);
      }),
    );
  });

  it.each([
    ...[{}, { page: '1' }, { page: 'x' }],
    ...[
      { state: 'done', page: '0' },
      { state: '', page: '1.5', dataset: '' },
    ],
  ])('takes %j as not said, and writes nothing of it into the address', (text) => {
    const query = readBatchesQuery(text);
    expect(query).toEqual({ dataset: undefined, state: undefined, page: 1 });
    expect(addressParams(query, ALL_BATCHES)).toEqual({});
    expect(isFiltered(query)).toBe(false);
  });

  it('asks the server for no more than it has', () => {
    expect(requestParams(readBatchesQuery({ state: 'paused', page: '3' }))).toEqual({
      state: 'paused',
      page: '3',
    });
    expect(isFiltered(readBatchesQuery({ state: 'paused' }))).toBe(true);
  });
});
