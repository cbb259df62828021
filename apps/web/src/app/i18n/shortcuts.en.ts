import type { shortcutsZh } from './shortcuts.zh';

/** The words of the list of keyboard shortcuts, in English. */
export const shortcutsEn: Readonly<Record<keyof typeof shortcutsZh, string>> = {
  'shortcuts.title': 'Keyboard shortcuts',
  'shortcuts.everywhere': 'All pages',
  'shortcuts.list': 'Show the shortcuts',
  'shortcuts.tab': 'Go to the next button, link or field',
  'shortcuts.close_panel': 'Close the panel',
  'shortcuts.calendar': 'Calendar',
  'shortcuts.move': 'Go to a neighbouring day',
  'shortcuts.line': 'Go to the start or end of the line',
  'shortcuts.all': 'Go to the first or last day',
  'shortcuts.month': 'Move by a month',
  'shortcuts.year': 'Move by a year',
  'shortcuts.select': 'Select a range',
  'shortcuts.another': 'Select another range',
  'shortcuts.day': 'Open the day',
  'shortcuts.escape': 'Clear the selection or close the panel',
  'shortcuts.on': 'Show the shortcuts when ? is pressed',
};
