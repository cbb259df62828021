import { describe, expect, it } from 'vitest';
import { addressParams, isFiltered, requestParams, type TextOf } from '../api/address-query';
import { ALL_NOTICES, readNoticesQuery, type NoticesQuery } from './webhooks-query';

describe('an address of notices', () => {
  it('is read, and written back as it was', () => {
    const text = { endpoint: 'ops', state: 'given_up', task_id: 'a', page: '3' };
    const query = readNoticesQuery(text);
    expect(query).toEqual({ endpoint: 'ops', state: 'given_up', task_id: 'a', page: 3 });
    expect(addressParams(query, ALL_NOTICES)).toEqual(text);
    expect(requestParams(query)).toEqual(text);
    expect(isFiltered(query)).toBe(true);
  });

  it.each<TextOf<NoticesQuery>>([{}, { state: 'lost', page: '0', endpoint: '' }])(
    'that says nothing, or nothing right, is all of them: %j',
    (text) => {
      const query = readNoticesQuery(text);
      expect(addressParams(query, ALL_NOTICES)).toEqual({});
      expect(requestParams(query)).toEqual({ page: '1' });
      expect(isFiltered(query)).toBe(false);
    },
  );
});
