import { EXPECTED_TIME_ZONE, isTimeZone } from '../../config/expectation.js';
import { EXPECTED_FORMAT, formatFault } from '../../sources/values/time-format.js';
import { InitError } from './init-failure.js';

export interface InitOptions {
  readonly name?: string | undefined;
  readonly table?: string | undefined;
  readonly dayColumn?: string | undefined;
  readonly dayFormat?: string | undefined;
  readonly timeZone?: string | undefined;
}

/**
 * Checks what does not depend on the source, before that is read.
 * @throws {InitError} for a format or a time zone that there is not
 */
export function checkOptions({ dayFormat, timeZone }: InitOptions): void {
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
}
