import { parseCalendarDay, type CalendarDay, type Language } from '@daysync/progress';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import {
  createContext,
  DEFAULT_URL,
  reportFailure,
  type Context,
  type ServerOptions,
} from '../api/context.js';
import { EXIT } from '../terminal/exit-code.js';
import { MESSAGES, type CliMessages } from '../terminal/messages.js';
import type { Ports } from '../terminal/ports.js';
import { HELP_TEXTS } from './help-texts.js';

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
  addForServer(name: string, description: string): Command {
    const { help, parse } = this;
    return this.add(name, description)
      .addOption(
        new Option('--url <url>', help.url)
          .env('DAYSYNC_URL')
          .default(parse.url(DEFAULT_URL), DEFAULT_URL)
          .argParser(parse.url),
      )
      .option('--json', help.json);
  }

  day(name: string, description: string): Argument {
    return new Argument(`<${name}>`, description).argParser(this.parse.day);
  }

  /** Runs the work of a command that calls a server, and reports its failure. */
  async callServer(
    options: ServerOptions,
    work: (context: Context) => Promise<number>,
  ): Promise<void> {
    const context = createContext(this.ports, this.language, options);
    this.setExitCode(await work(context).catch((error: unknown) => reportFailure(context, error)));
  }

  /** @throws {CommanderError} if the range ends before it begins */
  checkRange(command: Command, from: CalendarDay, to: CalendarDay): void {
    if (to < from) this.misused(command, this.messages.reversed(from, to));
  }

  /** @throws {CommanderError} always */
  misused(command: Command, text: string): never {
    return command.error(`error: ${text}`, { exitCode: EXIT.usage });
  }
}

/** Commander prints the errors of these parsers beside the name of the argument. */
function argumentParsers(messages: CliMessages) {
  return {
    day: (text: string): CalendarDay => {
      const day = parseCalendarDay(text);
      if (day === undefined) throw new InvalidArgumentError(messages.expectedDay(text));
      return day;
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
