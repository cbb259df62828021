import type { Language } from '@daysync/progress';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How long ago it was, in the largest whole unit: `3 hours ago`, `3小时前`; below a minute `now`. */
export function ageText(ms: number, language: Language): string {
  const format = new Intl.RelativeTimeFormat(language, {
    numeric: ms < 60_000 ? 'auto' : 'always',
  });
  const [unit, length] = UNITS.find(([, least]) => ms >= least) ?? (['second', Infinity] as const);
  return format.format(-Math.floor(ms / length) || 0, unit);
}
