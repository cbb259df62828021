import type { Language } from '@daysync/progress';
import { Command, CommanderError } from 'commander';
import { EXIT, signalExit } from '../terminal/exit-code.js';
import { languageOf } from '../terminal/messages.js';
import { StoppedError, type Ports } from '../terminal/ports.js';
import { addBatchCommands } from './batch-syntax.js';
import { CommandBuilder } from './command-builder.js';
import { HELP_TEXTS } from './help-texts.js';
import { addListCommands } from './list-syntax.js';
import { addLocalCommands } from './local-syntax.js';
import { addQuarantineCommands } from './quarantine-syntax.js';
import { usageError } from './usage-errors.js';

/** The width of the help where there is no terminal, as in docs/cli.md. */
const HELP_WIDTH = 100;

/** Parses the arguments and runs the command; returns the exit code. */
export async function run(args: readonly string[], ports: Ports): Promise<number> {
  let exitCode: number = EXIT.success;
  const program = createProgram(ports, languageOf(ports.env), (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args.map(withMinusSign), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    if (error instanceof StoppedError) return signalExit(error.signal);
    throw error;
  }
}

/** `-7d` with a minus sign: the parser takes a leading hyphen for an option. A day may be written with either. */
function withMinusSign(arg: string): string {
  return arg.replace(/^-(?=\d+d$)/, '−');
}

/**
 * The parser of all commands. On wrong usage it prints what was expected and throws a `CommanderError`.
 * @param setExitCode called with the exit code of the command
 */
export function createProgram(
  ports: Ports,
  language: Language,
  setExitCode: (exitCode: number) => void,
): Command {
  const { stdout, stderr, version } = ports;
  const help = HELP_TEXTS[language];
  const program = new Command('daysync')
    .description(help.program)
    .exitOverride()
    // An option belongs to the command that it stands after: a subcommand and its parent may have options of the same name.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(usageError(text, language)),
      getOutHelpWidth: () => stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => stderr.columns ?? HELP_WIDTH,
    })
    .configureHelp({ styleTitle: (title) => help.titles[title] ?? title })
    .version(version, '-V, --version', help.version)
    .helpOption('-h, --help', help.thisHelp)
    .helpCommand('help [command]', help.help)
    .addHelpText('after', `\n${help.environment}\n${help.exitCodes}`);
  const builder = new CommandBuilder(program, ports, language, setExitCode);
  addBatchCommands(builder);
  addListCommands(builder);
  addQuarantineCommands(builder);
  addLocalCommands(builder);
  return program;
}
