import type { Language } from '@daysync/progress';

/** The language of the messages: Chinese where the system is set to it, and English everywhere else. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  // POSIX: the first that is set, and not empty, holds.
  const set = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => env[name] ?? '');
  return /^zh/i.test(set.find((value) => value !== '') ?? '') ? 'zh' : 'en';
}
