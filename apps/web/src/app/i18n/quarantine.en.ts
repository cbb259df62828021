import type { QuarantineWordKey } from './quarantine-words';

/** The words of the quarantine page, in English. */
export const quarantineEn: Readonly<Record<QuarantineWordKey, string>> = {
  'quarantine.heading': 'Rows in quarantine',
  'quarantine.filters': 'Filter rows',
  'quarantine.table': 'Rows in quarantine; scrolls sideways',
  'quarantine.code': 'Error code',
  'quarantine.any_code': 'All error codes',
  'quarantine.row': 'Row',
  'quarantine.file': 'Source',
  'quarantine.error': 'Error',
  'quarantine.content': 'Text of the row',
  'quarantine.no_day': 'No day',
  'quarantine.of_batch': 'Only rows of batch:',
  'quarantine.retry': 'Sync these days again…',
  'quarantine.retry_one': 'Choose a dataset to sync its days again.',
  'quarantine.retry_all_batches':
    'A new sync covers the days of all batches: clear the filters and choose the dataset first.',
  'quarantine.viewer': 'Your role is viewer: you can’t sync days again.',
  'quarantine.refused': 'Could not sync again: {{reason}}',
  'quarantine.loading': 'Loading rows in quarantine…',
  'quarantine.failed': 'Could not load the rows: {{reason}}',
  'quarantine.empty': 'No rows in quarantine.',
  'quarantine.empty_hint':
    'With on_bad_row: { quarantine: 100 }, a dataset puts up to 100 rows a day that do not fit here, and the day does not fail.',
  'quarantine.none_match': 'No rows match the filters.',
};
