import { createHash } from 'node:crypto';
import type { PlanInput, PlannedDay } from './plan.js';

type Planned = Pick<PlanInput, 'start' | 'end' | 'order' | 'mode'> & {
  readonly dataset: string;
  /** The dataset's fingerprint. */
  readonly fingerprint: string;
};

/**
 * Names a plan: the same for the same request, dataset and days, 16 hexadecimal digits of a SHA-256. Why a day runs
 * is not part of it: a missing day that has failed meanwhile runs all the same.
 */
export function planHash(request: Planned, days: readonly PlannedDay[]): string {
  const { dataset, fingerprint, start, end, order, mode } = request;
  const hash = createHash('sha256').update(
    JSON.stringify([dataset, fingerprint, start, end, order, mode]),
  );
  for (const planned of days) {
    hash.update(`${planned.day} ${planned.action === 'run' ? 'run' : planned.reason}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
