import { describe, expect, it } from 'vitest';
import { addressParams, isFiltered, requestParams, type TextOf } from '../api/address-query';
import { ALL_DELIVERIES, readDeliveriesQuery, type DeliveriesQuery } from './webhooks-query';

describe('an address of deliveries', () => {
  it('is read, and written back as it was', () => {
    const text = { endpoint: 'ops', state: 'failed', task_id: 'a', page: '3' };
    const query = readDeliveriesQuery(text);
    expect(query).toEqual({ endpoint: 'ops', state: 'failed', task_id: 'a', page: 3 });
    expect(addressParams(query, ALL_DELIVERIES)).toEqual(text);
    expect(requestParams(query)).toEqual(text);
    expect(isFiltered(query)).toBe(true);
  });

  it.each<TextOf<DeliveriesQuery>>([{}, { state: 'lost', page: '0', endpoint: '' }])(
    'that says nothing, or nothing right, is all of them: %j',
    (text) => {
      const query = readDeliveriesQuery(text);
      expect(addressParams(query, ALL_DELIVERIES)).toEqual({});
      expect(requestParams(query)).toEqual({ page: '1' });
      expect(isFiltered(query)).toBe(false);
    },
  );
});
