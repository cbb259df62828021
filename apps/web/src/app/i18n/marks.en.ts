import type { MarkWordKey } from './mark-words';

/** The words of marked days, in English. */
export const marksEn: Readonly<Record<MarkWordKey, string>> = {
  'marks.rows':
    'Unusual number of rows: usually about {{median}} (the median of the {{days}} days of this weekday before), this day {{value}}.',
  'marks.duration':
    'Unusually slow: usually about {{median}} (the median of the {{days}} days of this weekday before), this day {{value}}.',
  'marks.check': 'A check warned: {{detail}}',
  'marks.hint':
    'An accepted day is no longer marked, and counts as normal for the days after it. The next sync checks it again.',
  'marks.accept': 'Accept this day',
  'marks.accepted': 'Accepted on {{at}}.',
  'marks.accepted_by': 'Accepted by {{name}} on {{at}}.',
  'marks.refused': 'Could not accept the day: {{reason}}',
};
