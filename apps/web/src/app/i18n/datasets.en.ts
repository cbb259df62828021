import type { DatasetWordKey } from './dataset-words';

/** The words of the pages of datasets, in English. */
export const datasetsEn: Readonly<Record<DatasetWordKey, string>> = {
  'datasets.table': 'Datasets; scrolls sideways',
  'datasets.last_success': 'Last success',
  'datasets.day_of': 'day {{day}}',
  'datasets.next_run': 'Next run',
  'datasets.unreadable': '{{count}} {count|row has|rows have} no readable day',
  'datasets.incomplete': 'Some days are not in the target table or lack columns',
  'datasets.failed_days': '{{dataset}}: {{count}} failed {count|day|days}',
  'dataset.all': 'All datasets',
  'dataset.unread': 'Could not load the dataset: {{reason}}',
  'dataset.last_success': 'Last success',
  'dataset.settings_heading': 'Source and settings',
  'dataset.target_heading': 'Target table {{table}}',
  'dataset.columns_heading': '{{count}} {count|column|columns}',
  'dataset.yaml': 'In the datasets file',
  'dataset.yaml_none': 'This dataset is defined in code and has no entry in a datasets file.',
  'dataset.copy': 'Copy',
  'dataset.copied': 'Copied.',
  'dataset.not_copied': 'Could not copy. Select the text and copy it by hand.',
};
