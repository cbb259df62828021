import { waitingIn, type BatchStatus, type WaitingFor } from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';

/** Who is in one of these has days in flight, or would begin some: it is their commits that wait. */
const WAITS: ReadonlySet<BatchStatus> = new Set(['running', 'cancelling']);

/**
 * Says of all batches that run what no commit can say: that the database is away, or its disk is full. Null takes it
 * back, to what each waits for by its state.
 */
export function tellDatabaseWait(
  registry: Pick<ProgressRegistry, 'listActive' | 'setWaiting'>,
  waiting: WaitingFor | null,
): void {
  for (const { error, status, task_id, waiting_for } of registry.listActive()) {
    const isTold = waiting_for?.kind === 'database' || waiting_for?.kind === 'disk';
    if (waiting === null ? isTold : WAITS.has(status)) {
      registry.setWaiting(task_id, waiting ?? waitingIn(status, error));
    }
  }
}
