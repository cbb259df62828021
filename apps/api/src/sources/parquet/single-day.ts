import type { CalendarDay } from '@daysync/progress';
import type { ParquetReader, ParquetRowGroup } from '../../parquet/parquet-file.js';
import type { DayIndexBuilder } from '../day-index/day-index-builder.js';
import { DEFAULT_FORMAT } from '../values/time-format.js';
import { dayEnd, dayStart } from '../values/zone-clock.js';
import { onlyColumn } from './parquet-rows.js';
import { parquetConverter } from './parquet-values.js';

const DAY_MS = 86_400_000;
/** Writers cut long texts in statistics. */
const MOST_TEXT = 64;

/**
 * The day that all rows of a row group have, where its statistics tell it; undefined where they don't, or may not.
 */
export function singleDay(
  file: ParquetReader,
  group: ParquetRowGroup,
  { column: dayColumn, reader }: Pick<DayIndexBuilder, 'column' | 'reader'>,
): CalendarDay | undefined {
  const { from, pointer, format, timeZone } = dayColumn;
  if (typeof from !== 'string' || pointer !== undefined) return undefined;
  const column = onlyColumn(file, from);
  if (column === null || group.rows === 0) return undefined;
  const { type, node } = column;
  const nulls = column.isNullable ? group.chunks[node.firstLeaf]?.nulls : 0;
  const range = nulls === 0 ? file.range(group, column) : null;
  if (range === null) return undefined;
  const convert = parquetConverter(node);
  const [least, most] = [range.least, range.most].map((value) => convert?.(value) ?? value);
  const isInstant = type.kind === 'timestamp' && type.isUtc;
  // Times of a wall clock are counted where a clock change skips or repeats them: each has to be read.
  const mayBeUnclear = timeZone !== 'UTC' && !isInstant && type.kind !== 'date';
  if (mayBeUnclear || type.kind === 'float') return undefined;
  if (least === most) {
    const mayBeCut = typeof least === 'string' && least.length > MOST_TEXT;
    return mayBeCut ? undefined : reader.day(least);
  }
  if (type.kind !== 'timestamp' || format !== DEFAULT_FORMAT) return undefined;
  if (typeof least !== 'string' || typeof most !== 'string') return undefined;
  const day = reader.day(least);
  if (day === undefined || day !== reader.day(most)) return undefined;
  return isWholeDay(day, least, most, timeZone) ? day : undefined;
}

/** Whether all instants between two belong to their day: where a clock is set back around midnight, some may not. */
function isWholeDay(day: CalendarDay, least: string, most: string, timeZone: string): boolean {
  if (timeZone === 'UTC') return true;
  const [start, end] = [dayStart(day, timeZone), dayEnd(day, timeZone)];
  return end - start === DAY_MS && Date.parse(least) >= start && Date.parse(most) < end;
}
