import type { Words } from '../i18n/words';

/** What the server calls whoever starts a batch that nobody has asked for; no token has that name. */
const SCHEDULE = 'schedule';

/** Who has started a batch, in words. */
export function startedBy(name: string, t: Words['t']): string {
  return name === SCHEDULE ? t('progress.by_schedule') : name;
}
