// How the search splits a text into words, in the index and in the browser.

/** Characters of Chinese, which has no blanks between words. */
const HAN_RUN = /\p{Script=Han}+/gu;
const SEPARATORS = /[\s\p{P}\p{S}]+/u;

/**
 * The words of a text: of Chinese each two neighbouring characters, of everything else what stands between blanks and
 * punctuation. `同步进度` has `同步`, `步进` and `进度`.
 * @param {string} text
 * @returns {string[]}
 */
export function wordsOf(text) {
  const pairs = [];
  const rest = text.replaceAll(HAN_RUN, (run) => {
    if (run.length === 1) pairs.push(run);
    for (let at = 0; at + 1 < run.length; at += 1) pairs.push(run.slice(at, at + 2));
    return ' ';
  });
  return [...pairs, ...rest.split(SEPARATORS).filter((word) => word !== '')];
}
