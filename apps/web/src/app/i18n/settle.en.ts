import type { SettleWordKey } from './settle-words';

/** The words of days that are marked as not expected, in English. */
export const settleEn: Readonly<Record<SettleWordKey, string>> = {
  'settle.open': 'Mark as not expected…',
  'settle.heading': 'Mark {{first}} to {{last}} ({{count}} {count|day|days}) as not expected',
  'settle.heading_day': 'Mark {{day}} as not expected',
  'settle.hint':
    'For days that the source will never have: batches skip them, and they are no gap. You can take this back.',
  'settle.reason': 'Reason',
  'settle.reason_required': 'Enter a reason',
  'settle.submit': 'Mark as not expected',
  'settle.discard': 'Don’t mark',
  'settle.refused': 'Could not mark the days: {{reason}}',
  'settle.batch': 'Show that batch',
  'settle.done': '{{count}} {count|day is|days are} marked as not expected.',
  'settle.at': 'Marked as not expected on {{at}}. Batches skip this day.',
  'settle.by': 'Marked as not expected by {{name}} on {{at}}. Batches skip this day.',
  'settle.why': 'Reason: {{reason}}',
  'settle.take_back': 'Take back',
  'settle.take_back_refused': 'Could not take it back: {{reason}}',
  'settle.cell': 'marked, reason: {{reason}}',
  'settle.cell_by': 'marked by {{name}}, reason: {{reason}}',
};
