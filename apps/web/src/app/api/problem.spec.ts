import { describe, expect, it } from 'vitest';
import { HttpErrorResponse } from '@angular/common/http';
import { problemOf } from './problem';

describe('problemOf', () => {
  it('reads problem details', () => {
    const error = new HttpErrorResponse({
      status: 409,
      error: {
        code: 'BATCH_OVERLAPS',
        detail: 'overlaps',
        request_id: 'r',
        task_id: 't',
        errors: [{ pointer: '/x', expected: 'a', received: 3 }, 'junk'],
        lines: ['one', 'two'],
      },
    });
    expect(problemOf(error)).toEqual({
      status: 409,
      code: 'BATCH_OVERLAPS',
      detail: 'overlaps',
      requestId: 'r',
      batchId: 't',
      limit: null,
      errors: [{ pointer: '/x', expected: 'a', received: '3' }],
      lines: ['one', 'two'],
    });
  });

  it('distinguishes a missing answer from an unexpected one', () => {
    expect(problemOf(new HttpErrorResponse({ status: 0 })).code).toBe('UNREACHABLE');
    const proxy = new HttpErrorResponse({ status: 502, error: '<html>Bad Gateway</html>' });
    expect(problemOf(proxy)).toMatchObject({ code: 'UNKNOWN', status: 502, detail: null });
    expect(problemOf(new TypeError('bug')).code).toBe('UNKNOWN');
  });
});
