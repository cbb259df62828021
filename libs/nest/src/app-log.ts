import { Logger } from '@nestjs/common';
import type { Logger as PinoLogger } from 'pino';
import type { LogLevel } from '../../../apps/api/src/config/environment.js';
import { createLogger } from '../../../apps/api/src/logging/logger.js';
import type { SecretValues } from '../../../apps/api/src/config/secret-values.js';

/** The numbers of pino's levels. */
const [DEBUG, INFO, WARN, ERROR] = [20, 30, 40, 50];

/** Writes Daysync's log to the app's Nest logger, with secrets redacted: the message, then its fields as JSON. */
export function appLog(level: LogLevel, secrets: SecretValues): PinoLogger {
  const log = new Logger('Daysync');
  return createLogger(level, secrets, [
    {
      write: (line) => {
        const { level: number, msg, time, pid, ...fields } = JSON.parse(line) as PinoRecord;
        const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
        writeAt(log, number, `${msg ?? ''}${rest}`.trim());
      },
    },
  ]);
}

interface PinoRecord extends Readonly<Record<string, unknown>> {
  readonly level: number;
  readonly msg?: string;
}

function writeAt(log: Logger, level: number, text: string): void {
  if (level >= ERROR) log.error(text);
  else if (level >= WARN) log.warn(text);
  else if (level >= INFO) log.log(text);
  else if (level >= DEBUG) log.debug(text);
  else log.verbose(text);
}
