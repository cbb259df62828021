import { describe, expect, it } from 'vitest';
import { StartBatchDto } from '../../sync/sync.dto.js';
import { readInput } from './input.pipe.js';
import { PageQueryDto } from './page.dto.js';
import { Problem, type InputError } from '../problems/problem.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };

function errorsOf(value: unknown, shape: new () => object = StartBatchDto): readonly InputError[] {
  try {
    readInput(shape, value);
  } catch (error) {
    if (error instanceof Problem) return error.extras.errors ?? [];
    throw error;
  }
  return [];
}

describe('readInput', () => {
  it('fills in the defaults', () => {
    expect(readInput(StartBatchDto, RANGE)).toEqual({
      ...RANGE,
      mode: 'missing_and_failed',
      order: 'asc',
    });
  });

  it('reports all errors at once', () => {
    expect(errorsOf({ start_date: '2025-02-30', mode: 'some' })).toEqual([
      {
        pointer: '/start_date',
        expected: 'a date written YYYY-MM-DD',
        received: '"2025-02-30" (text)',
      },
      { pointer: '/end_date', expected: 'a date written YYYY-MM-DD', received: 'nothing' },
      {
        pointer: '/mode',
        expected: 'one of missing, missing_and_failed, incomplete, all, verify, move',
        received: '"some" (text)',
      },
    ]);
  });

  it.each(Object.getOwnPropertyNames(Object.prototype))('refuses the field %s once', (name) => {
    const query: unknown = JSON.parse(`{"page":"1","${name}":"1"}`);
    expect(errorsOf(query, PageQueryDto)).toEqual([
      { pointer: `/${name}`, expected: 'no field of this name', received: 'the field' },
    ]);
  });

  it.each([
    ['lists', '['.repeat(7_000) + ']'.repeat(7_000)],
    ['mappings', '{"a":'.repeat(7_000) + '1' + '}'.repeat(7_000)],
  ])('refuses a field of thousands of nested %s, and names it', (_what, json) => {
    for (const name of ['mode', 'other']) {
      const body: unknown = JSON.parse(`{"${name}":${json}}`);
      expect(errorsOf(body)).toEqual([
        { pointer: `/${name}`, expected: 'at most 8 levels', received: 'more' },
      ]);
    }
  });

  it.each([[[]], ['text'], [7], [null]])('refuses a body that is no object: %o', (body) => {
    expect(errorsOf(body)).toMatchObject([{ pointer: '', expected: 'an object' }]);
  });
});
