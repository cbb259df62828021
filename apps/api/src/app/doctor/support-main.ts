// `daysync support-bundle [file] [--yes]`: shows what a report of a fault needs, and writes it after a question.
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { systemClock, toInstant } from '../../config/clock.js';
import { SecretValues } from '../../config/secret-values.js';
import { OWNER_ONLY } from '../../database/private-files.js';
import { isConfirmed } from '../confirm.js';
import { reasonOf } from './finding.js';
import { supportText } from './support-bundle.js';

const YES = '--yes';

async function main(args: readonly string[]): Promise<number> {
  const [file = defaultName()] = args.filter((arg) => arg !== YES);
  const ports = { env: process.env, clock: systemClock, secrets: new SecretValues() };
  const text = await supportText(ports);
  process.stdout.write(text);
  if (!args.includes(YES) && !(await ask(`Write this to ${file}?`))) {
    return complain('Nothing was written.');
  }
  try {
    writeFileSync(file, text, { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    return complain(`expected to write a new file ${file}: ${reasonOf(error)}`);
  }
  process.stderr.write(`Written to ${file}.\n`);
  return 0;
}

function defaultName(): string {
  return `daysync-support-${toInstant(systemClock.now()).replace(/[:.]/g, '')}.txt`;
}

async function ask(question: string): Promise<boolean> {
  const { stdin, stdout } = process;
  if (stdin.isTTY) return isConfirmed(`\n${question}`, stdin, stdout);
  complain(`expected an answer on a terminal, or ${YES}: ${question}`);
  return false;
}

function complain(line: string): number {
  process.stderr.write(`${line}\n`);
  return 1;
}

main(process.argv.slice(2)).then(
  (code) => process.stdout.write('', () => process.exit(code)),
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`, () => process.exit(1));
  },
);
