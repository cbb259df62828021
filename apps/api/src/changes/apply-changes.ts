// What a datasets file changes in the database, for a start and for a reload.
import type { Logger } from 'pino';
import type { Database, WriteTransaction } from '../database/database.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { writeVersions } from '../datasets/dataset-versions.js';
import { applyRenames, pendingRenames } from '../targets/target-renames.js';
import { differenceLines, prepareTarget, type TargetDifference } from '../targets/target-table.js';
import { readChangesAhead, storedName } from './changes-ahead.js';
import { renameDataset } from './dataset-rename.js';

/** What a start or a reload found in the targets, for the log. */
export interface TargetNotes {
  /** The statements that changed target tables. */
  readonly statements: readonly string[];
  /** What the datasets file changes; see {@link readChangesAhead}. */
  readonly warnings: readonly string[];
}

/** What belongs into the same transaction. */
interface SameTransaction {
  /** Before anything is changed; an error refuses the file. */
  readonly before?: (transaction: WriteTransaction) => Promise<void>;
  readonly after?: (transaction: WriteTransaction) => Promise<void>;
}

/**
 * Carries out what the datasets file changes in the database: gives new names, creates the target tables that are missing,
 * adds columns, and stores the versions of the datasets.
 * @returns how existing tables differ from the configuration: then nothing has changed, and the file is refused
 */
export async function applyChanges(
  database: Database,
  datasets: readonly Dataset[],
  { after, before }: SameTransaction = {},
): Promise<TargetNotes & { readonly differences: readonly TargetDifference[] }> {
  const { changes: warnings, differences } = await readChangesAhead(database, datasets);
  if (differences.length > 0) return { differences, statements: [], warnings: [] };
  try {
    const statements = await database.write('targets', async (transaction) => {
      // Of several processes that start together one changes the tables.
      await transaction.lockExclusive('boot');
      await before?.(transaction);
      const changes = [];
      for (const dataset of datasets) {
        await transaction.turn();
        const stored = await storedName(transaction.db, dataset);
        if (stored !== dataset.name) await renameDataset(transaction, stored, dataset.name);
        // A target elsewhere is prepared before its first day: it may be away now.
        if (dataset.target.place !== undefined) continue;
        const renames = await pendingRenames(transaction.db, transaction.dialect, dataset);
        changes.push(...(await applyRenames(transaction, dataset.target, renames)));
        const prepared = await prepareTarget(transaction, dataset);
        // Only what has changed since they were compared above.
        if (prepared.version === null) throw new DifferentTargetsError(prepared.differences);
        changes.push(...prepared.changes);
      }
      await writeVersions(transaction, datasets);
      await after?.(transaction);
      return changes;
    });
    return { differences: [], statements, warnings };
  } catch (error) {
    if (!(error instanceof DifferentTargetsError)) throw error;
    return { differences: error.differences, statements: [], warnings: [] };
  }
}

/** Undoes what was changed. */
class DifferentTargetsError extends Error {
  override readonly name = 'DifferentTargetsError';
  constructor(readonly differences: readonly TargetDifference[]) {
    super(differenceLines(differences).join('\n'));
  }
}

/** Logs what the datasets file has changed. */
export function logTargets(
  logger: Pick<Logger, 'info' | 'warn'>,
  { statements, warnings }: TargetNotes,
): void {
  for (const warning of warnings) logger.warn(warning);
  for (const statement of statements) logger.info({ statement }, 'a target table was changed');
}
