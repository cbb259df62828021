import { parseDayWord, type DayWord, type Language } from '@daysync/progress';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  createContext,
  DEFAULT_URL,
  reportFailure,
  type Context,
  type ServerOptions,
} from '../api/context.js';
import type { LocalServer } from '../commands/local-programs.js';
import type { NamedRange } from '../commands/day-range.js';
import { runOnLocalServer, type LocalOptions } from '../commands/local-server.js';
import { EXIT } from '../terminal/exit-code.js';
import { MESSAGES, type CliMessages } from '../terminal/messages.js';
import type { Ports } from '../terminal/ports.js';
import { HELP_TEXTS } from './help-texts.js';

/** The options of a command that reads, on a server or on this machine. */
export interface ReadingOptions extends ServerOptions {
  readonly local?: true;
}

/** Adds commands to the parser, with the parts that several commands share. */
export class CommandBuilder {
  readonly help;
  readonly messages;
  readonly parse;

  constructor(
    private readonly program: Command,
    readonly ports: Ports,
    readonly language: Language,
    readonly setExitCode: (exitCode: number) => void,
  ) {
    this.help = HELP_TEXTS[language];
    this.messages = MESSAGES[language];
    this.parse = argumentParsers(this.messages);
  }

  add(name: string, description: string, parent = this.program): Command {
    const { thisHelp } = this.help;
    return parent.command(name).description(description).helpOption('-h, --help', thisHelp);
  }

  /** A command that calls a server. */
  addForServer(name: string, description: string, parent?: Command): Command {
    const { help, parse } = this;
    return this.add(name, description, parent)
      .addOption(
        new Option('--url <url>', help.url)
          .env('DAYSYNC_URL')
          .default(parse.url(DEFAULT_URL), DEFAULT_URL)
          .argParser(parse.url),
      )
      .option('--json', help.json);
  }

  /** The same for a command that only reads, which `--local` runs on this machine. */
  addForReading(name: string, description: string): Command {
    return this.addForServer(name, description).option('--local', this.help.readLocal);
  }

  /**
   * Completes a command that acts by itself and has subcommands: refuses an unknown subcommand, and options of the command
   * before a subcommand, which would not have them.
   */
  completeGroup(group: Command): void {
    // After its subcommands were added: they would inherit that excess arguments are allowed.
    group
      .helpCommand(false)
      .allowExcessArguments()
      .hook('preSubcommand', (_, subcommand) => {
        const given = group.options.find(
          (option) => group.getOptionValueSource(option.attributeName()) === 'cli',
        );
        if (given === undefined) return;
        this.misused(group, this.messages.optionBefore(given.long ?? '', subcommand.name()));
      })
      .hook('preAction', (_, acting) => {
        if (acting === group && group.args.length > 0) refuseUnknown(group);
      });
  }

  /** Runs the work of a command that calls a server, and reports its failure. */
  async callServer(
    options: ServerOptions,
    work: (context: Context) => Promise<number>,
  ): Promise<void> {
    const context = createContext(this.ports, this.language, options);
    this.setExitCode(await work(context).catch((error: unknown) => reportFailure(context, error)));
  }

  /** Runs work that only reads: on a server, or with `--local` on the data folder of this machine. */
  async read(
    command: Command,
    options: ReadingOptions,
    work: (context: Context) => Promise<number>,
  ): Promise<void> {
    if (options.local !== true) return this.callServer(options, work);
    await this.runLocally(command, { isJson: options.json === true, runsDays: false }, work);
  }

  /** @throws {CommanderError} if the command also names a server */
  async runLocally(
    command: Command,
    options: LocalOptions,
    work: (context: Context, server: LocalServer) => Promise<number>,
  ): Promise<void> {
    const { ports, language, messages } = this;
    if (command.getOptionValueSource('url') === 'cli') {
      this.misused(command, messages.notBoth('--local', '--url'));
    }
    this.setExitCode(await runOnLocalServer(ports, language, options, work));
  }

  /** @throws {CommanderError} if the range ends before it begins */
  checkRange(command: Command, { start_date: start, end_date: end }: NamedRange): void {
    if (start !== undefined && end !== undefined && end < start) {
      this.misused(command, this.messages.reversed(start, end));
    }
  }

  /** @throws {CommanderError} always */
  misused(command: Command, text: string): never {
    return command.error(`error: ${text}`, { exitCode: EXIT.usage });
  }
}

/**
 * Names the subcommand that may have been meant. Commander does so by itself where the parent has no action.
 * @throws {CommanderError} always
 */
function refuseUnknown(group: Command): void {
  (group as Command & { unknownCommand: () => void }).unknownCommand();
}

/** Commander prints the errors of these parsers beside the name of the argument. */
function argumentParsers(messages: CliMessages) {
  return {
    day: (text: string): DayWord => {
      const word = parseDayWord(text);
      if (word === undefined) throw new InvalidArgumentError(messages.expectedDay(text));
      return word;
    },
    /** An address that ends in `/`, so that paths are resolved below it. */
    url: (text: string): URL => {
      const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
      const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
      if (
        url === null ||
        !isHttp ||
        url.username !== '' ||
        url.password !== '' ||
        url.search !== ''
      ) {
        throw new InvalidArgumentError(messages.expectedUrl(text));
      }
      return url;
    },
    count:
      (least: number, most: number) =>
      (text: string): number => {
        const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
        if (count >= least && count <= most) return count;
        throw new InvalidArgumentError(messages.expectedCount(least, most, text));
      },
    list: (text: string): readonly string[] => text.split(',').map((part) => part.trim()),
  };
}

export function withoutUndefined<T extends object>(
  values: T,
): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: NonNullable<T[Key]> };
}
