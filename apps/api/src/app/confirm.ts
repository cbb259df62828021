import { createInterface } from 'node:readline/promises';

/** A question on a terminal: no answer, Ctrl+C and Ctrl+D mean no. */
export async function isConfirmed(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const terminal = createInterface({ input, output, terminal: true });
  const answer = new Promise<string>((resolve) => {
    terminal.once('close', () => {
      resolve('');
    });
    terminal.question(`${question} [y/N] `).then(resolve, () => {
      // The cursor still stands behind the question.
      output.write('\n');
      resolve('');
    });
  });
  try {
    return /^y(es)?$/i.test((await answer).trim());
  } finally {
    terminal.close();
  }
}
