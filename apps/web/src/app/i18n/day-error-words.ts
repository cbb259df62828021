import type { Language } from '@daysync/progress';
import type { dayErrorsZh } from './day-errors.zh';

/** The cause of an error and its fix; code is in backticks. */
interface ErrorAdviceText {
  readonly cause: string;
  readonly fix: string;
}

/** The texts of every error code of Daysync itself. */
type DayErrorWords = Readonly<Record<keyof typeof dayErrorsZh, ErrorAdviceText>>;

/** Loads the texts in one language: few pages need them. */
export async function loadDayErrorWords(language: Language): Promise<DayErrorWords> {
  return language === 'en'
    ? (await import('./day-errors.en')).dayErrorsEn
    : (await import('./day-errors.zh')).dayErrorsZh;
}

/** The text of a code; none for the own code of a provider. */
export function adviceFor(words: DayErrorWords, code: string): ErrorAdviceText | undefined {
  return Object.hasOwn(words, code) ? words[code as keyof DayErrorWords] : undefined;
}

/** A part of a sentence: text or code. */
interface TextPart {
  readonly text: string;
  readonly isCode: boolean;
}

/** Splits a sentence at its backticks. */
export function textParts(sentence: string): readonly TextPart[] {
  return sentence
    .split('`')
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
