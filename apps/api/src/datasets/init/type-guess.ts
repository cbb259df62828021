import { writtenForm } from '../../sources/values/column-values.js';
import { candidateFormats } from '../../sources/values/day-format-candidates.js';
import { followPointer } from '../../sources/json-pointer.js';
import type { SourceRow } from '../../sources/day-source.js';
import { createTimeReader, type TimeReader } from '../../sources/values/time-format.js';
import type { ValueDialect } from '../../sources/values/value-dialect.js';
import type { ColumnType } from '../../targets/column-types.js';
import { TypeInference } from '../check/type-inference.js';
import type { DayReading } from './day-column-guess.js';
import { showSteps, type SeenColumn } from './seen-columns.js';

/** From how many different values the formats of a column are taken. */
const MOST_VALUES = 100;
/** Formats of numbers: such a column is a number, unless it has the day. */
const OF_NUMBERS = ['epoch_s', 'epoch_ms', 'year', 'year_month'];

/** A column of the source as one of the target. */
export interface ColumnGuess {
  /** Its name, or the pointer to it. */
  readonly source: string;
  readonly steps: readonly string[];
  /** Undefined where no type takes all values. */
  readonly type: ColumnType | undefined;
  /** How a date or a time is written, where that is not the type's own way. */
  readonly format?: string;
  readonly nullable: boolean;
  /** Whether some rows don't have it at all. */
  readonly isOptional: boolean;
  /** Several formats that read its values as different days: it stays a text. */
  readonly ambiguous: readonly string[];
  readonly hasValues: boolean;
  /** A value that keeps it a text, because it would be another one as a number. */
  readonly code?: string | undefined;
}

/** A format that reads all values so far. */
interface FormatTrial {
  readonly format: string;
  readonly reader: TimeReader;
  /** The same for two formats that read each value as the same instant. */
  sum: string;
}

/** Finds the type of a column by reading all its values as a sync would. */
export class TypeGuess {
  private readonly inference: TypeInference;
  private formats: readonly FormatTrial[];
  private hasTime = false;

  constructor(
    private readonly seen: SeenColumn,
    dialect: ValueDialect | null,
    timeZone: string,
  ) {
    this.inference = new TypeInference(dialect);
    const nulls = new Set<unknown>(dialect?.nulls ?? []);
    const filled = seen.values.filter((value) => !isMissing(value) && !nulls.has(value));
    const [first, ...others] = filled.slice(0, MOST_VALUES).map(candidateFormats);
    // Of a day without a zero, only some values show that it has none.
    const all = [...new Set([...(first ?? []), ...others.flat()])];
    this.nulls = nulls;
    this.formats = all.map((format) => ({
      ...{ format, sum: '' },
      reader: createTimeReader({ format, timeZone }),
    }));
  }

  private readonly nulls: ReadonlySet<unknown>;

  add({ values, typed = false }: SourceRow): void {
    const pointed = followPointer(values, this.seen.steps);
    const value = pointed.kind === 'value' ? pointed.value : undefined;
    this.inference.add(value, typed);
    if (this.formats.length === 0 || isMissing(value) || this.nulls.has(value)) return;
    this.hasTime ||= (writtenForm(value) ?? '').trim().length > 'yyyy-MM-dd'.length;
    this.formats = this.formats.filter((trial) => {
      const day = trial.reader.day(value);
      if (day !== undefined) trial.sum = digest(trial.sum, day);
      return day !== undefined;
    });
  }

  /**
   * @param rowCount of the sample
   * @param day the column with the day of a row
   */
  result(rowCount: number, day: DayReading): ColumnGuess {
    const { seen, inference } = this;
    const dayFormat = day.name === showSteps(seen.steps) ? day.column.format : undefined;
    const { code, type, hasGaps, hasValues } = inference.found;
    const isOptional = seen.present < rowCount;
    const guess = {
      source: showSteps(seen.steps),
      steps: seen.steps,
      nullable: hasGaps || isOptional || !hasValues,
      isOptional,
      ambiguous: [],
      hasValues,
    };
    if (seen.isMixed) return { ...guess, type: 'json' };
    if (!hasValues) return { ...guess, type: 'text' };
    if (dayFormat !== undefined) return { ...guess, ...this.ofDay(type, dayFormat) };
    if (type !== 'text') return { ...guess, type };
    const formats = this.formats.filter(({ format }) => !OF_NUMBERS.includes(format));
    const different = formats.filter(
      ({ sum }, index) => formats.findIndex((one) => one.sum === sum) === index,
    );
    const [first] = different;
    if (first === undefined) return { ...guess, type, code };
    if (different.length > 1) {
      return { ...guess, type, ambiguous: different.map(({ format }) => format) };
    }
    return { ...guess, ...this.ofFormat(first.format) };
  }

  /** The column with the day keeps its numbers where they are a year or a month. */
  private ofDay(
    type: ColumnType | undefined,
    format: string,
  ): Pick<ColumnGuess, 'type' | 'format'> {
    if (['year', 'year_month'].includes(format)) return { type };
    // Read as it is: a timestamp of another type has an offset.
    if (format === 'iso' && (type === 'date' || type === 'timestamp')) return { type };
    const isRead = this.formats.some((trial) => trial.format === format);
    return isRead ? this.ofFormat(format) : { type };
  }

  private ofFormat(format: string): Pick<ColumnGuess, 'type' | 'format'> {
    if (format.startsWith('epoch_')) return { type: 'timestamp', format };
    const hasTime = format === 'iso' ? this.hasTime : /[Hh]/.test(format.replace(/'[^']*'/g, ''));
    return { type: hasTime ? 'timestamp' : 'date', format };
  }
}

function isMissing(value: unknown): boolean {
  return (
    value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
  );
}

function digest(sum: string, day: string): string {
  let hash = Number(sum);
  for (const character of day) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return String(hash);
}
