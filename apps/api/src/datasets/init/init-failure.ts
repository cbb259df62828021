/** The source can't become a dataset, or not without an answer. The lines say why, and what to do. */
export class InitError extends Error {
  override readonly name = 'InitError';
  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
