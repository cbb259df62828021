import type { Words } from '../i18n/words';
import type { CalendarCell } from './day-states';

type Say = Pick<Words, 't' | 'known'>;

/** The short names of the weekdays, Monday first. */
export function weekdayNames({ t }: Say): readonly string[] {
  return t('calendar.weekdays').split(' ');
}

/** The short names of the months. */
export function monthNames({ t }: Say): readonly string[] {
  return t('calendar.months').split(' ');
}

/** What a cell says: its day, its state, and what there is to say of that. */
export function cellLabel({ day, state, rows, error_code }: CalendarCell, words: Say): string {
  const parts: string[] = [day, words.t(`calendar.state.${state}`)];
  if (state === 'synced' && rows !== null) parts.push(words.t('calendar.rows', { rows }));
  if ((state === 'failed' || state === 'kept') && error_code !== null) {
    parts.push(words.known(`error.${error_code}`, error_code));
  }
  return parts.join(words.t('preview.comma'));
}
