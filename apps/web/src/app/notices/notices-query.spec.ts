import { describe, expect, it } from 'vitest';
import {
  leavesOut,
  noticesAddress,
  noticesRequest,
  readNoticesQuery,
  type NoticesQueryText,
} from './notices-query';

describe('an address of notices', () => {
  it('is read, and written back as it was', () => {
    const text = { endpoint: 'ops', state: 'given_up', task_id: 'a', page: '3' };
    const query = readNoticesQuery(text);
    expect(query).toEqual({ endpoint: 'ops', state: 'given_up', taskId: 'a', page: 3 });
    expect(noticesAddress(query)).toEqual(text);
    expect(noticesRequest(query)).toEqual({ ...text, page_size: '20' });
    expect(leavesOut(query)).toBe(true);
  });

  it.each<NoticesQueryText>([{}, { state: 'lost', page: '0', endpoint: '' }])(
    'that says nothing, or nothing right, is all of them: %j',
    (text) => {
      const query = readNoticesQuery(text);
      expect(noticesAddress(query)).toEqual({});
      expect(noticesRequest(query)).toEqual({ page: '1', page_size: '20' });
      expect(leavesOut(query)).toBe(false);
    },
  );
});
