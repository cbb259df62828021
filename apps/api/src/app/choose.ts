import { createInterface } from 'node:readline/promises';
import { InitError } from '../datasets/init/init-failure.js';
import type { AskUser, InitQuestion } from '../datasets/init/init-options.js';

/** Asks on a terminal, by the number of a choice. No answer ends the command. */
export function askOnTerminal(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): AskUser {
  return async ({ question, choices }) => {
    const terminal = createInterface({ input, output, terminal: true });
    const closed = new Promise<undefined>((resolve) => {
      terminal.once('close', () => {
        resolve(undefined);
      });
    });
    try {
      output.write(`${question}\n`);
      choices.forEach(({ text }, index) => output.write(`  ${index + 1}  ${text}\n`));
      for (;;) {
        const answer = await Promise.race([terminal.question(`1 to ${choices.length}: `), closed]);
        if (answer === undefined) throw new InitError('Nothing was written.');
        const chosen = /^\d{1,3}$/.test(answer.trim()) ? choices[Number(answer) - 1] : undefined;
        if (chosen !== undefined) return chosen.value;
      }
    } finally {
      terminal.close();
    }
  };
}

/** Where there is no terminal: the question, and the options that answer it. */
export function askNowhere({ question, choices, option }: InitQuestion): Promise<string> {
  return Promise.reject(
    new InitError(
      question,
      ...choices.map(({ value, text }) => `  ${option} '${value}'  for ${text}`),
      'Run the command again with one of these options.',
    ),
  );
}
