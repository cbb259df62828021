import { Problem } from '../http/problems/problem.js';

/** The answer to a `task_id` that no batch has. */
export function batchNotFound(batchId: string): Problem {
  return new Problem(
    'BATCH_NOT_FOUND',
    `there is no batch ${JSON.stringify(batchId.slice(0, 100))}`,
  );
}
