import type { BatchStatus, ControlVerb } from '@daysync/progress';

/** The verbs that mean something in a state, in the order of their buttons. */
export function verbsIn(status: BatchStatus): readonly ControlVerb[] {
  switch (status) {
    case 'queued':
    case 'running':
      return ['pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'cancelling':
    case 'cancelled':
    case 'completed':
    case 'failed':
      return [];
  }
}
