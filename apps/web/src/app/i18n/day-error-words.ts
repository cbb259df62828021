import type { Language } from '@daysync/progress';
import type { dayErrorsZh } from './day-errors.zh';

/** Why an error comes, and what to do about it; code stands in backticks. */
export interface CauseAndCure {
  readonly cause: string;
  readonly cure: string;
}

/** Those of every code that Daysync itself gives a day's error. */
export type DayErrorWords = Readonly<Record<keyof typeof dayErrorsZh, CauseAndCure>>;

/** Loads cause and cure of all errors of days in one language: few pages need them. */
export async function loadDayErrorWords(language: Language): Promise<DayErrorWords> {
  return language === 'en'
    ? (await import('./day-errors.en')).dayErrorsEn
    : (await import('./day-errors.zh')).dayErrorsZh;
}

/** Cause and cure of a code; none for one that a provider made up. */
export function causeAndCure(words: DayErrorWords, code: string): CauseAndCure | undefined {
  return Object.hasOwn(words, code) ? words[code as keyof DayErrorWords] : undefined;
}

/** A piece of a sentence: words, or code. */
export interface TextPart {
  readonly text: string;
  readonly isCode: boolean;
}

/** The pieces of a sentence whose code stands in backticks. */
export function textParts(sentence: string): readonly TextPart[] {
  return sentence
    .split('`')
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
