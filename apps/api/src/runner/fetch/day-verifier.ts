import type { CalendarDay, VerifyAction } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { countRows, type DayAnswer, type Verification } from '../../batches/day-outcome.js';
import { Database } from '../../database/database.js';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { compareRows } from '../../targets/row-difference.js';
import { TargetReader } from '../../targets/target-reader.js';
import { PreparedTargets } from '../../targets/prepared-targets.js';
import { TargetRefusedError } from '../../targets/target-rows.js';
import { currentVersion, readTargetState } from '../../targets/target-version.js';

/** Compares what a source has for a day with what it had when the day was synced, and with what the target has. */
@Injectable()
export class DayVerifier {
  private readonly reader: TargetReader;

  constructor(
    private readonly database: Database,
    private readonly targets: PreparedTargets,
  ) {
    this.reader = new TargetReader(database);
  }

  /**
   * @throws {TargetRefusedError} if the target can't be read, such as without one of its columns
   * @throws {DatabaseUnavailableError} and the signal's reason
   */
  async verify(
    dataset: Dataset,
    day: CalendarDay,
    fetched: DayAnswer,
    action: VerifyAction,
    signal: AbortSignal,
  ): Promise<Verification> {
    const { columns, table } = dataset.target;
    const of = { table, columns, day };
    try {
      const target = await this.reader.fingerprint(of, fetched, signal);
      const source = { rows: countRows(fetched), fingerprint: fetched.fingerprint };
      if (source.fingerprint === target.fingerprint && source.rows === target.rows) {
        // A day without rows may be in no table.
        const version = source.rows === 0 ? null : (await this.targets.current(dataset)).id;
        return { kind: 'unchanged', version };
      }
      const { added, removed, before, after } = await compareRows(
        columns,
        fetched.rows,
        (take) => this.reader.read(of, take, signal),
        { signal },
      );
      // Without a fingerprint in the record it is not known which side has changed.
      const recorded = await this.recordedFingerprint(dataset, day);
      const code = recorded === source.fingerprint ? 'TARGET_CHANGED' : 'SOURCE_CHANGED';
      const sample = { columns: columns.map(({ name }) => name), before, after };
      return { kind: 'changed', action, finding: { code, added, removed, sample } };
    } catch (error) {
      if (error instanceof DatabaseUnavailableError || signal.aborted) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new TargetRefusedError(table, `its rows can not be read: ${why}`, error);
    }
  }

  /** The fingerprint of a day in its record, null if it has none or one of other columns. */
  private async recordedFingerprint(dataset: Dataset, day: CalendarDay): Promise<string | null> {
    const { dialect, read } = this.database;
    const record = await read
      .selectFrom('sync_record')
      .select(['fingerprint', 'status', 'target_version'])
      .where('dataset', '=', dataset.name)
      .where('day', '=', day)
      .executeTakeFirst();
    if (record === undefined) return null;
    // A day without data is in no table.
    if (record.status === 'skipped') return record.fingerprint;
    const version = currentVersion(await readTargetState(read, dialect, dataset));
    return version?.id === record.target_version ? record.fingerprint : null;
  }
}
