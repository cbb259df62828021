import type { CalendarDay, Language } from '@daysync/progress';
import { Argument, Option, type Command } from 'commander';
import { DEFAULT_URL } from '../commands/context.js';
import { EXIT } from '../exit-code.js';
import { WORDS } from '../words.js';
import { argumentReaders } from './arguments.js';
import type { Handlers } from './handlers.js';
import { HELP_WORDS } from './help-words.js';

/** The longest page of a list. */
export const MOST_LISTED = 500;

/** What the commands are made with. */
export class CommandKit {
  readonly help;
  readonly words;
  readonly read;

  constructor(
    private readonly program: Command,
    language: Language,
    readonly handlers: Handlers,
    /** Told the exit code of what was asked for. */
    readonly ended: (exitCode: number) => void,
  ) {
    this.help = HELP_WORDS[language];
    this.words = WORDS[language];
    this.read = argumentReaders(this.words);
  }

  add(name: string, description: string, parent = this.program): Command {
    const { thisHelp } = this.help;
    return parent.command(name).description(description).helpOption('-h, --help', thisHelp);
  }

  /** A command that asks a server. */
  addForServer(name: string, description: string): Command {
    const { help, read } = this;
    return this.add(name, description)
      .addOption(
        new Option('--url <url>', help.url)
          .env('DAYSYNC_URL')
          .default(read.url(DEFAULT_URL), DEFAULT_URL)
          .argParser(read.url),
      )
      .option('--json', help.json);
  }

  day(name: string, description: string): Argument {
    return new Argument(`<${name}>`, description).argParser(this.read.day);
  }

  /** @throws {CommanderError} if the range ends before it begins */
  checkRange(command: Command, from: CalendarDay, to: CalendarDay): void {
    if (to < from) this.misused(command, this.words.reversed(from, to));
  }

  /** @throws {CommanderError} always */
  misused(command: Command, text: string): never {
    return command.error(`error: ${text}`, { exitCode: EXIT.usage });
  }
}

/** Without what was not given. */
export function given<T extends object>(options: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: NonNullable<T[Key]> };
}
