import { describe, expect, it } from 'vitest';
import { StartBatchDto } from '../../sync/sync.dto.js';
import { readInput } from './input.pipe.js';
import { Problem, type InputError } from '../problems/problem.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };

function errorsOf(value: unknown): readonly InputError[] {
  try {
    readInput(StartBatchDto, value);
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
        expected: 'one of missing, missing_and_failed, all',
        received: '"some" (text)',
      },
    ]);
  });

  it.each(['__proto__', 'constructor', 'a/b~c'])('refuses the field %s', (name) => {
    const body: unknown = JSON.parse(
      `{"start_date":"2025-10-01","end_date":"2025-10-03","${name}":{}}`,
    );
    expect(errorsOf(body)).toHaveLength(1);
    expect(errorsOf(body)[0]).toMatchObject({ expected: 'no field of this name' });
  });

  it.each([[[]], ['text'], [7], [null]])('refuses a body that is no object: %o', (body) => {
    expect(errorsOf(body)).toMatchObject([{ pointer: '', expected: 'an object' }]);
  });
});
