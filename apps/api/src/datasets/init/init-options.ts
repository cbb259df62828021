import { EXPECTED_TIME_ZONE, isTimeZone } from '../../config/expectation.js';
import { EXPECTED_FORMAT, formatFault } from '../../sources/values/time-format.js';
import { InitError } from './init-failure.js';

/** A question that only a person can answer. */
export interface InitQuestion {
  readonly question: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  /** The option of the command that answers it. */
  readonly option: string;
}

/** @returns the value of the choice */
export type AskUser = (question: InitQuestion) => Promise<string>;

export interface InitOptions {
  readonly name?: string | undefined;
  readonly table?: string | undefined;
  readonly dayColumn?: string | undefined;
  readonly dayFormat?: string | undefined;
  readonly timeZone?: string | undefined;
  /** The decimal mark of the numbers: `.` or `,`. */
  readonly decimal?: string | undefined;
}

/**
 * Checks what does not depend on the source, before that is read.
 * @throws {InitError} for a format, a time zone or a decimal mark that there is not
 */
export function checkOptions({ dayFormat, decimal, timeZone }: InitOptions): void {
  const fault = dayFormat === undefined ? undefined : formatFault(dayFormat);
  if (fault !== undefined) {
    throw new InitError(
      `expected --day-format as ${EXPECTED_FORMAT}, got ${JSON.stringify(dayFormat)}: ${fault}`,
      'Leave the option out: the format is then found from the values.',
    );
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new InitError(
      `expected --time-zone as ${EXPECTED_TIME_ZONE}, got ${JSON.stringify(timeZone)}`,
      'Leave the option out for UTC.',
    );
  }
  if (decimal !== undefined && decimal !== '.' && decimal !== ',') {
    throw new InitError(
      `expected --decimal as '.' or ',', got ${JSON.stringify(decimal)}`,
      'Leave the option out: it is then found from the values.',
    );
  }
}
