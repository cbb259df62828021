const MOST_SHOWN = 100;

/** A header's text as an error shows it: quoted, and no longer than a line. */
export function quoteHeader(text: string): string {
  return JSON.stringify(text.slice(0, MOST_SHOWN));
}
