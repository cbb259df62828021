import type { CalendarDay, VerifyAction } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { countRows, type DayAnswer, type Verification } from '../../batches/day-outcome.js';
import { Database } from '../../database/database.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { compareRows } from '../../targets/row-difference.js';
import { DayReads } from '../../targets/day-reads.js';
import { PreparedTargets } from '../../targets/prepared-targets.js';
import { isStaged } from '../../targets/target.js';
import type { ExpectedDay } from '../../targets/target-fingerprint.js';
import type { CountedDay } from '../../sources/day-source.js';
import { currentVersion, readTargetState } from '../../targets/target-version.js';

type Unchanged = Extract<Verification, { readonly kind: 'unchanged' }>;

/** Compares what a source has for a day with what it had when the day was synced, and with what the target has. */
@Injectable()
export class DayVerifier {
  constructor(
    private readonly database: Database,
    private readonly targets: PreparedTargets,
    private readonly reads: DayReads,
  ) {}

  /**
   * Compares a day that its source has counted and hashed.
   * @returns undefined where they differ: which rows do, only the rows can say
   * @throws as {@link verify} does
   */
  verifyCounted(
    dataset: Dataset,
    day: CalendarDay,
    counted: CountedDay,
    signal: AbortSignal,
  ): Promise<Unchanged | undefined> {
    return this.unchanged(dataset, day, { ...counted, inMemory: null }, signal);
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
    const { columns } = dataset.target;
    const { fingerprint, rows: fetchedRows } = fetched;
    const inMemory = isStaged(fetchedRows) ? null : fetchedRows;
    const source = { rows: countRows(fetched), fingerprint, inMemory };
    const same = await this.unchanged(dataset, day, source, signal);
    if (same !== undefined) return same;
    const { shown, ...counts } = await compareRows(
      dataset.target,
      fetchedRows,
      (take) => this.reads.read(dataset, day, take, signal),
      { signal },
    );
    if (counts.added + counts.removed + (counts.changed ?? 0) === 0) {
      // The rows were put back meanwhile.
      return { kind: 'unchanged', ...{ rows: source.rows, fingerprint, version: null } };
    }
    // Without a fingerprint in the record it is not known which side has changed.
    const recorded = await this.recordedFingerprint(dataset, day);
    const code = recorded === fingerprint ? 'TARGET_CHANGED' : 'SOURCE_CHANGED';
    const sample = { columns: columns.map(({ name }) => name), ...shown };
    return { kind: 'changed', action, finding: { code, ...counts, sample } };
  }

  private async unchanged(
    dataset: Dataset,
    day: CalendarDay,
    source: ExpectedDay,
    signal: AbortSignal,
  ): Promise<Unchanged | undefined> {
    const { rows, fingerprint } = source;
    const target = await this.reads.fingerprint(dataset, day, source, signal);
    if (fingerprint !== target.fingerprint || rows !== target.rows) return undefined;
    // A day without rows may be in no table.
    const version = rows === 0 ? null : (await this.targets.current(dataset)).id;
    return { kind: 'unchanged', rows, fingerprint, version };
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
