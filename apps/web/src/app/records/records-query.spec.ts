import { describe, expect, it } from 'vitest';
import { addressParams, isFiltered, requestParams } from '../api/address-query';
import {
  DEFAULT_QUERY,
  directionOf,
  exportParams,
  readQuery,
  resizedTo,
  sortedBy,
} from './records-query';

describe('the query of the records', () => {
  it('survives the way through an address', () => {
    const text = {
      ...{ dataset: 'weather', status: 'failed', code: 'TIMEOUT', text: 'no answer' },
      ...{ unusual: 'true', start_date: '2025-10-01', end_date: '2025-10-03' },
      ...{ sort: '-rows', page: '3', page_size: '100' },
    };
    const query = readQuery(text);
    expect(readQuery(addressParams(query, DEFAULT_QUERY))).toEqual(query);
    expect(requestParams(query)).toEqual(text);
  });

  it('leaves the address bare where nothing was chosen', () => {
    expect(addressParams(DEFAULT_QUERY, DEFAULT_QUERY)).toEqual({});
    expect(requestParams(DEFAULT_QUERY)).toEqual({ sort: '-day', page: '1', page_size: '50' });
  });

  it('takes what an address says wrong for not said', () => {
    const query = readQuery({
      ...{ dataset: '', status: 'lost', unusual: 'perhaps', start_date: '2025-02-30' },
      ...{ sort: 'secret', page: '-1', page_size: '1000' },
    });
    expect(query).toEqual(DEFAULT_QUERY);
    expect(isFiltered(query)).toBe(false);
  });

  it('turns a column around at the second click, from the first page', () => {
    const first = sortedBy({ ...DEFAULT_QUERY, page: 4 }, 'rows');
    expect(first).toMatchObject({ sort: 'rows', page: 1 });
    expect(sortedBy(first, 'rows').sort).toBe('-rows');
    expect(directionOf(first, 'rows')).toBe('ascending');
    expect(directionOf(DEFAULT_QUERY, 'day')).toBe('descending');
    expect(directionOf(DEFAULT_QUERY, 'rows')).toBe('none');
  });

  it('exports the same records in the same order, without pages', () => {
    const query = readQuery({ dataset: 'weather', sort: 'rows', page: '3', page_size: '20' });
    expect(exportParams(query)).toEqual({ dataset: 'weather', sort: 'rows' });
  });

  it('stays where it is when its pages get another size', () => {
    const third = { ...DEFAULT_QUERY, page: 3, page_size: 50 };
    expect(resizedTo(third, 20)).toMatchObject({ page: 6, page_size: 20 });
    expect(resizedTo(third, 200)).toMatchObject({ page: 1, page_size: 200 });
  });
});
