import { HttpErrorResponse } from '@angular/common/http';
import { TimeoutError } from 'rxjs';

export interface FieldProblem {
  readonly pointer: string;
  readonly expected: string;
  readonly received: string;
}

/** An RFC 9457 problem, or its substitute where the server sent none. */
export interface RequestProblem {
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  readonly requestId: string | null;
  /** The conflicting batch (`BATCH_OVERLAPS`, `DATASET_IN_USE`). */
  readonly batchId: string | null;
  /** The largest allowed number (`RANGE_TOO_LARGE`). */
  readonly limit: number | null;
  readonly errors: readonly FieldProblem[];
  /** The errors of a datasets file, or the batches in its way. */
  readonly lines: readonly string[];
}

/** The problem of a failed request. */
export function problemOf(error: unknown): RequestProblem {
  if (error instanceof TimeoutError) return { ...NO_PROBLEM, code: 'UNREACHABLE' };
  if (!(error instanceof HttpErrorResponse)) return { ...NO_PROBLEM, code: 'UNKNOWN' };
  if (error.status === 0) return { ...NO_PROBLEM, code: 'UNREACHABLE' };
  return { ...problemIn(error.error), status: error.status };
}

/** The problem in the body of an answer. */
export function problemIn(body: unknown): RequestProblem {
  if (!isObject(body)) return { ...NO_PROBLEM, code: 'UNKNOWN' };
  return {
    status: 0,
    code: stringIn(body, 'code') ?? 'UNKNOWN',
    detail: stringIn(body, 'detail') ?? stringIn(body, 'title'),
    requestId: stringIn(body, 'request_id'),
    batchId: stringIn(body, 'task_id'),
    limit: typeof body['limit'] === 'number' ? body['limit'] : null,
    errors: Array.isArray(body['errors']) ? body['errors'].filter(isObject).map(fieldProblem) : [],
    lines: Array.isArray(body['lines']) ? body['lines'].map(String) : [],
  };
}

const NO_PROBLEM: RequestProblem = {
  status: 0,
  code: '',
  detail: null,
  requestId: null,
  batchId: null,
  limit: null,
  errors: [],
  lines: [],
};

function fieldProblem(body: Record<string, unknown>): FieldProblem {
  return {
    pointer: stringIn(body, 'pointer') ?? '',
    expected: stringIn(body, 'expected') ?? '',
    received: stringIn(body, 'received') ?? JSON.stringify(body['received'] ?? null),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringIn(body: Record<string, unknown>, name: string): string | null {
  const value = body[name];
  return typeof value === 'string' ? value : null;
}
