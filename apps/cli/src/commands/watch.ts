import { asProgress } from '../api/wire.js';
import type { Context } from './context.js';
import { follow } from './follow.js';

/** Watches a batch that is there: a wrong id or address is told at once, and what goes away later is waited for. */
export async function watchCommand(context: Context, taskId: string): Promise<number> {
  const path = '/api/v1/sync-status/sync/batch/progress/{task_id}';
  return follow(context, asProgress(await context.client.get(path, { path: { task_id: taskId } })));
}
