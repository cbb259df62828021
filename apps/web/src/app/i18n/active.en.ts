import type { activeZh } from './active.zh';

/** The words of the list of active batches, which load with it. */
export const activeEn: Readonly<Record<keyof typeof activeZh, string>> = {
  'active.heading': 'Active batches',
  'active.close': 'Close',
  'active.none': 'No batch is active.',
  'active.more': 'There are more; see the list of batches.',
  'active.all': 'All batches',
};
