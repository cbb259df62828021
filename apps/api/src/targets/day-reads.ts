import type { CalendarDay } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { TakeRows } from './day-target.js';
import { OpenTargets } from './open-targets.js';
import type { ExpectedDay, TargetDay } from './target-fingerprint.js';
import { TargetReader } from './target-reader.js';
import { targetHasRows } from './target-rows.js';
import type { WithTarget } from './target.js';

/**
 * Reads what targets have for a day, in Daysync's own database and elsewhere.
 *
 * Its methods throw what {@link TargetReader} throws, and of targets elsewhere what `DayTarget` does.
 */
@Injectable()
export class DayReads {
  private readonly reader: TargetReader;

  constructor(
    private readonly database: Database,
    private readonly open: OpenTargets,
  ) {
    this.reader = new TargetReader(database);
  }

  async hasRows(dataset: WithTarget, day: CalendarDay): Promise<boolean> {
    const { target } = dataset;
    if (target.place === undefined) return targetHasRows(this.database, dataset, day);
    return this.open.use(target, (open) => open.hasRows(day));
  }

  /**
   * Counts the rows of a day, and takes their fingerprint.
   * @throws the signal's reason
   */
  async fingerprint(
    { target }: WithTarget,
    day: CalendarDay,
    expected: ExpectedDay,
    signal: AbortSignal,
  ): Promise<TargetDay> {
    const { columns, place, table } = target;
    if (place === undefined)
      return this.reader.fingerprint({ table, columns, day }, expected, signal);
    return this.open.use(target, (open) => open.fingerprint(day, expected, signal));
  }

  /**
   * Reads the rows of a day, some at a time.
   * @throws the signal's reason
   */
  async read(
    { target }: WithTarget,
    day: CalendarDay,
    take: TakeRows,
    signal: AbortSignal,
  ): Promise<void> {
    const { columns, place, table } = target;
    if (place === undefined) await this.reader.read({ table, columns, day }, take, signal);
    else await this.open.use(target, (open) => open.read(day, take, signal));
  }
}
