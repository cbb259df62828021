import { Problem } from '../http/problems/problem.js';

/** The answer to a `task_id` that no batch has. */
export function batchNotFound(taskId: string): Problem {
  return new Problem(
    'BATCH_NOT_FOUND',
    `there is no batch ${JSON.stringify(taskId.slice(0, 100))}`,
  );
}
