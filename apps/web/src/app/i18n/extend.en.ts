import type { ExtendWordKey } from './extend-words';

/** The words of the form that adds days to a batch, in English. */
export const extendEn: Readonly<Record<ExtendWordKey, string>> = {
  'extend.heading': 'Add days to this batch',
  'extend.quick': 'Quick choices',
  'extend.after': '{{count}} days after',
  'extend.before': '{{count}} days before',
  'extend.until_today': 'Up to today',
  'extend.submit': 'Add {{count}} {count|day|days}',
  'extend.submit_none': 'Add days',
  'extend.submitting': 'Adding…',
  'extend.keep': 'Don’t add',
  'extend.has':
    'The batch has {{start}} to {{end}}. Choose an earlier start date or a later end date.',
  'extend.shrinks': 'The range can only grow: {{start}} to {{end}} are in the batch already.',
  'extend.loading': 'Loading the preview…',
  'extend.overlaps': 'Another batch has some of these days.',
  'extend.open': 'Show that batch',
  'error.RANGE_SHRINKS': 'The range of the batch has grown meanwhile. Choose the dates again.',
  'error.BATCH_NOT_EXTENDABLE':
    'This batch has chosen days, so none can be added. Start a new batch for other days.',
};
