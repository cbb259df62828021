import type { startHereZh } from './start-here.zh';

/** The words of a start in place, which load with it. */
export const startHereEn: Readonly<Record<keyof typeof startHereZh, string>> = {
  'here.label': 'Sync {{name}}',
  'here.ranges': '{{name}} · {{ranges}} ranges, {{count}} {count|day|days}',
  'here.start_all': 'Start {{count}} {count|batch|batches}',
  'here.discard': 'Don’t sync',
  'here.close': 'Close',
};
