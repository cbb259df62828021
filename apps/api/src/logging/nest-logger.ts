import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own lines in the program's log; what it says of its start is for those who debug it. */
export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown) => {
      logger.debug({ nest: message });
    },
    warn: (message: unknown) => {
      logger.warn({ nest: message });
    },
    error: (message: unknown) => {
      logger.error(message instanceof Error ? { err: message } : { nest: message });
    },
  };
}
