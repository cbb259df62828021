import type { Language } from '@daysync/progress';
import { Command } from 'commander';
import type { Ports } from '../ports.js';
import { addBatchCommands } from './batch-commands.js';
import { CommandKit } from './command-kit.js';
import type { Handlers } from './handlers.js';
import { HELP_WORDS } from './help-words.js';
import { addMachineCommands } from './machine-commands.js';
import { addRecordCommands } from './record-commands.js';

/** Where there is no terminal; docs/cli.md has it so. */
const HELP_WIDTH = 100;

/**
 * What can be typed, and what each of it asks for. What can't be meant throws a `CommanderError`, once it is told.
 * @param ended told the exit code of what was asked for
 */
export function createProgram(
  { stdout, stderr, version }: Pick<Ports, 'stdout' | 'stderr' | 'version'>,
  language: Language,
  handlers: Handlers,
  ended: (exitCode: number) => void,
): Command {
  const help = HELP_WORDS[language];
  const program = new Command('daysync')
    .description(help.program)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => stderr.columns ?? HELP_WIDTH,
    })
    .configureHelp({ styleTitle: (title) => help.titles[title] ?? title })
    .version(version, '-V, --version', help.version)
    .helpOption('-h, --help', help.thisHelp)
    .helpCommand('help [command]', help.help)
    .addHelpText('after', `\n${help.environment}\n${help.exitCodes}`);
  const kit = new CommandKit(program, language, handlers, ended);
  addBatchCommands(kit);
  addRecordCommands(kit);
  addMachineCommands(kit);
  return program;
}
