import type { freshnessZh } from './freshness.zh';

/** The words about deadlines, which load with the calendar and the pages of datasets. */
export const freshnessEn: Readonly<Record<keyof typeof freshnessZh, string>> = {
  'freshness.late': 'Late since {{since}}: {{day}} was due by {{due}}, and is not synced.',
  'freshness.next': 'Next deadline: {{day}} by {{due}}, in {{time}}.',
  'freshness.passed': 'The deadline of {{day}}, {{due}}, has passed. Waiting for the latest state.',
};
