import type { Language } from '@daysync/progress';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
] as const;
const MINUTE = ['minute', 60_000] as const;

/** How long ago it was, in the largest whole unit: `3 hours ago`, `3 小时前`. */
export function ageText(ms: number, language: Language): string {
  const [unit, length] = UNITS.find(([, least]) => ms >= least) ?? MINUTE;
  const text = new Intl.RelativeTimeFormat(language).format(-Math.floor(ms / length), unit);
  // Some data of Intl has no space between the number and the Chinese word.
  return text.replace(/(\d)(?=\p{Script=Han})/u, '$1 ');
}
