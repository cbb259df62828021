// `daysync datasets rename` and `daysync datasets reset`: change what is stored of a dataset, after a question.
import 'reflect-metadata';
import { SecretValues } from '../config/secret-values.js';
import { openInstallation, BootError, readConfiguration } from './boot.js';
import { isConfirmed } from './confirm.js';
import { ChangeRefusedError, renameOf, resetOf } from './stored-dataset-change.js';

/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;
const USAGE = [
  'daysync datasets rename <dataset> <new-name> [--yes]',
  'daysync datasets reset <dataset> [--yes]',
];
const YES = '--yes';

async function main(args: readonly string[]): Promise<number> {
  const [verb, name, ...rest] = args.filter((arg) => arg !== YES);
  const isComplete =
    name !== undefined &&
    ((verb === 'rename' && rest.length === 1) || (verb === 'reset' && rest.length === 0));
  if (!isComplete) {
    return complain(['expected one of these commands:', ...USAGE], USAGE_EXIT_CODE);
  }
  const { config, datasets } = readConfiguration(process.env, new SecretValues());
  const { installation, close } = await openInstallation(config);
  try {
    const { database } = installation;
    const [newName] = rest;
    const change =
      newName === undefined
        ? await resetOf(database, datasets, name)
        : await renameOf(database, datasets, name, newName);
    process.stdout.write(`${change.preview.join('\n')}\n`);
    if (!args.includes(YES) && !(await ask(change.question))) {
      return complain(['Nothing was changed.'], 1);
    }
    process.stdout.write(`${await change.carryOut()}\n`);
    return 0;
  } finally {
    await close();
  }
}

function ask(question: string): Promise<boolean> {
  const { stdin, stdout } = process;
  if (stdin.isTTY) return isConfirmed(question, stdin, stdout);
  throw new ChangeRefusedError(`expected an answer on a terminal, or ${YES}: ${question}`);
}

function complain(lines: readonly string[], exitCode: number): number {
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof BootError) process.exitCode = complain(error.lines, error.exitCode);
    else if (error instanceof ChangeRefusedError) process.exitCode = complain([error.message], 1);
    else process.exitCode = complain([error instanceof Error ? error.message : String(error)], 1);
  },
);
