import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';
import type { DatasetCatalog } from '../../datasets/dataset-catalog.js';
import { redactThrown } from '../../config/redact.js';

/** The dataset whose source is running, also in the asynchronous work that its code starts. */
export const datasetAtWork = new AsyncLocalStorage<string>();

/**
 * Logs unhandled rejections instead of ending the process. They are easily left behind in the user's own code, and would
 * stop the days of every other dataset. This concerns the whole process: the program's entry calls it, once. An uncaught
 * exception still ends the process, whose state is unknown then.
 */
export function logStrayRejections(logger: Logger, catalog: DatasetCatalog): void {
  process.on('unhandledRejection', (reason) => {
    const error = redactThrown(reason, catalog.first.variables);
    logger.error({ error, dataset: datasetAtWork.getStore() ?? null }, 'unhandled rejection');
  });
}
