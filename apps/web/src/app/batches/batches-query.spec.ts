import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addressParams, isFiltered, requestParams } from '../api/address-query';
import { ALL_BATCHES, BATCH_STATUSES, readBatchesQuery } from './batches-query';

const anyQuery = fc.record({
  dataset: fc.option(fc.constantFrom('weather', 'birdstrikes'), { nil: undefined }),
  status: fc.option(fc.constantFrom(...BATCH_STATUSES), { nil: undefined }),
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

  it('stands in the address only where it differs from all batches', () => {
    expect(addressParams(readBatchesQuery({}), ALL_BATCHES)).toEqual({});
    expect(addressParams(readBatchesQuery({ page: '1' }), ALL_BATCHES)).toEqual({});
  });

  it.each([{ status: 'done', page: '0' }, { status: '', page: '1.5', dataset: '' }, { page: 'x' }])(
    'takes %j as not said',
    (text) => {
      const all = { dataset: undefined, status: undefined, page: 1 };
      expect(readBatchesQuery(text)).toEqual(all);
      expect(isFiltered(readBatchesQuery(text))).toBe(false);
    },
  );

  it('asks the server for no more than it has', () => {
    expect(requestParams(readBatchesQuery({ status: 'paused', page: '3' }))).toEqual({
      status: 'paused',
      page: '3',
    });
    expect(isFiltered(readBatchesQuery({ status: 'paused' }))).toBe(true);
  });
});
