import type { AdviceWordKey } from './advice-words';

/** The words of what a preview advises, in English. */
export const adviceEn: Readonly<Record<AdviceWordKey, string>> = {
  'advice.before':
    '{{days}} of {{total}} days {days|lies|lie} before the source’s first day ({{bound}}).',
  'advice.before_all':
    '{days|The|All} {{days}} {days|day lies|days lie} before the source’s first day ({{bound}}).',
  'advice.before_rest': 'Start at {{bound}}',
  'advice.after':
    '{{days}} of {{total}} days {days|lies|lie} after the source’s last day ({{bound}}).',
  'advice.after_all':
    '{days|The|All} {{days}} {days|day lies|days lie} after the source’s last day ({{bound}}).',
  'advice.after_rest': 'End at {{bound}}',
  'advice.replaces': 'Replaces the rows of {{count}} synced {count|day|days}.',
  'advice.split':
    '{{days}} days are more than the {{limit}} that a batch can have. They fit into {{count}} batches, which run one after another:',
  'advice.part': '{{range}} ({{days}} {days|day|days})',
  'advice.start_parts': 'Start these {{count}} batches',
};
