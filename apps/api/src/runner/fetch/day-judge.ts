import type { CalendarDay } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import type { DayMark, JudgedFigure } from '../../batches/day-marks.js';
import { countRows, type DayAnswer } from '../../batches/day-outcome.js';
import { DayHistory, figuresOf, type PastDay } from '../../batches/store/day-history.js';
import {
  BASELINE_DAYS,
  ENOUGH_DAYS,
  isUnusual,
  median,
  usualOf,
  type Usual,
} from '../../batches/unusual.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import type { DayError } from '../../sources/day-source.js';
import { checkRowCount, checkValues, type FailedCheck, type UsualRows } from './row-checks.js';

/** What is said of a day that was fetched, before it is committed. */
export interface Judgement {
  /** The error of a day that fails its checks; null if it may be written. */
  readonly failure: DayError | null;
  /** What it is marked for once it is written. */
  readonly marks: readonly DayMark[];
}

const NOTHING: Judgement = { failure: null, marks: [] };

/** Checks the rows of a day, and compares their number and its duration with those of earlier days of its weekday. */
@Injectable()
export class DayJudge {
  constructor(private readonly history: DayHistory) {}

  /**
   * A day that its source has no rows for is not judged: `on_empty` decides about it.
   * @throws {DatabaseUnavailableError} and the signal's reason
   */
  async judge(
    dataset: Dataset,
    day: CalendarDay,
    fetched: DayAnswer,
    { durationMs, signal }: { readonly durationMs: number; readonly signal: AbortSignal },
  ): Promise<Judgement> {
    const rows = countRows(fetched);
    if (rows === 0 && fetched.quarantined === undefined) return NOTHING;
    const failed = await this.failedChecks(dataset, day, fetched, signal);
    if (failed.length > 0 && dataset.checks?.action !== 'warn') {
      return { failure: errorOf(failed), marks: [] };
    }
    const past = await this.history.recentSameWeekday(dataset.name, day);
    const figures = { rows, duration: Math.round(durationMs) };
    return {
      failure: null,
      marks: [
        ...failed.map((check) => markOf(check, rows)),
        ...unusualFigure('rows', figures.rows, past),
        ...unusualFigure('duration', figures.duration, past),
      ],
    };
  }

  private async failedChecks(
    dataset: Dataset,
    day: CalendarDay,
    fetched: DayAnswer,
    signal: AbortSignal,
  ): Promise<readonly FailedCheck[]> {
    const { checks, name } = dataset;
    if (checks === null) return [];
    const usual =
      checks.rows.within === null ? null : usualRows(await this.history.sameWeekday(name, day));
    return [
      ...checkRowCount(checks.rows, countRows(fetched), usual),
      ...(await checkValues(dataset, day, fetched.rows, signal)),
    ];
  }
}

/** The median of the latest days, whatever is said of them; null with too few. */
function usualRows(past: readonly PastDay[]): UsualRows | null {
  const rows = figuresOf('rows', past)
    .slice(0, BASELINE_DAYS)
    .map(({ value }) => value);
  return rows.length < ENOUGH_DAYS ? null : { median: median(rows), days: rows.length };
}

function errorOf(failed: readonly FailedCheck[]): DayError {
  return {
    code: 'CHECK_FAILED',
    text: failed.map(({ text }) => text).join('; '),
    row: null,
    column: failed.find(({ column }) => column !== null)?.column ?? null,
  };
}

function markOf({ check, text }: FailedCheck, rows: number): DayMark {
  const value = check.startsWith('rows.') ? rows : null;
  return { kind: 'check_warned', of: check, text, value, median: null, days: null };
}

function unusualFigure(figure: JudgedFigure, value: number, past: readonly PastDay[]): DayMark[] {
  const usual = usualOf(figure, figuresOf(figure, past));
  if (usual === null || !isUnusual(value, usual)) return [];
  const { days, median: middle } = usual;
  const text = `expected ${rangeText(figure, usual)}, as on the ${days} days of this weekday before, got ${value}`;
  return [{ kind: 'unusual', of: figure, text, value, median: middle, days }];
}

function rangeText(figure: JudgedFigure, { low, high, median: middle }: Usual): string {
  if (figure === 'duration') return `at most ${high} ms (median ${middle})`;
  return `${low === null ? 'at most' : `${low} to`} ${high} rows (median ${middle})`;
}
