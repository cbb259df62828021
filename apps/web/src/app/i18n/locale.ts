import type { Language } from '@daysync/progress';

/** How numbers and dates are written where the browser's own languages are all others. */
const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const satisfies Record<Language, string>;

/** The locale of numbers and dates: the browser's variant of the language of the page. */
export function localeOf(
  language: Language,
  languages: readonly string[] = navigator.languages,
): string {
  const isOf = (tag: string): boolean => tag.toLowerCase().split('-')[0] === language;
  return languages.find(isOf) ?? LOCALES[language];
}
