import { isName, MOST_NAME } from '../../config/expectation.js';

/** Letters that no decomposition turns into those of a name. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' },
  ...{ '%': ' percent ', '°': ' deg ', '&': ' and ', '€': ' eur ', '£': ' gbp ', $: ' usd ' },
};

/** A text as a name of a dataset, table or column: `Flight Date` becomes `flight_date`. Undefined where nothing is left. */
export function nameFrom(text: string): string | undefined {
  const plain = text
    // `camelCase` and `HTTPStatus`.
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[ßæœøłđðþı%°&€£$]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (plain === '') return undefined;
  const begun = /^\d/.test(plain) ? `n${plain}` : plain;
  const name = begun.slice(0, MOST_NAME).replace(/_+$/, '');
  return isName(name) ? name : undefined;
}

/**
 * A name that is not taken: the same with a number where it is.
 * @param isFree whether a name may be used
 */
export function freeName(name: string, isFree: (name: string) => boolean): string {
  if (isFree(name)) return name;
  for (let number = 2; ; number += 1) {
    const end = `_${number}`;
    const numbered = name.slice(0, MOST_NAME - end.length) + end;
    if (isFree(numbered)) return numbered;
  }
}
