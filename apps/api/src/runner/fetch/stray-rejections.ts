import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';
import type { DatasetCatalog } from '../../datasets/dataset-catalog.js';
import { tellThrown } from '../../config/redact.js';

/** The dataset whose source is at work, for whatever its code sets off. */
export const datasetAtWork = new AsyncLocalStorage<string>();

/**
 * Logs promises that reject and that nobody waits for, and goes on: in the user's own code they are easily left
 * behind, and Node would end the process, with every other dataset's days. It concerns the whole process: the
 * program's entry calls it, once. An exception that nobody catches still ends the process, whose state is unknown then.
 */
export function logStrayRejections(logger: Logger, catalog: DatasetCatalog): void {
  process.on('unhandledRejection', (reason) => {
    const error = tellThrown(reason, catalog.first.variables);
    logger.error(
      { error, dataset: datasetAtWork.getStore() ?? null },
      'a promise was rejected that nobody waits for',
    );
  });
}
