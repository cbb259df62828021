import type { RecordsWordKey } from './records-words';

/** The words of the records page, in English. */
export const recordsEn: Readonly<Record<RecordsWordKey, string>> = {
  'records.code': 'Error code',
  'records.text': 'Error contains',
  'records.marks': 'Data',
  'records.any_marks': 'All days',
  'records.only_unusual': 'Unusual days only',
  'resync.selected': '{{count}} {count|day|days} selected',
  'resync.none': 'Sync again',
  'resync.button': 'Sync {{count}} {count|day|days} again',
  'resync.clear': 'Clear selection',
  'resync.refused': 'Could not sync again: {{reason}}',
  'resync.batch': 'Show batch',
};
