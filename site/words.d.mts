/** The words of a text, as the search of the site splits it. */
export function wordsOf(text: string): string[];
