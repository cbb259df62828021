import { isUtf8 } from 'node:buffer';
import type { CalendarDay } from '@daysync/progress';
import { parseExactly, writeJson } from '../../targets/exact-json.js';
import type { DayReader } from '../values/day-column.js';
import type { SourceRow } from '../day-source.js';
import type { DayIndexBuilder } from './day-index-builder.js';
import { beginningOf, isJsonObject, withoutPlace } from './json-slices.js';
import { FailedLine, NdjsonRows } from './ndjson-format.js';
import type { Scan, SliceReader } from './slices.js';

/** Finds the rows in lines of JSON for an index by day. A line that is no JSON object belongs to no day. */
export function ndjsonScan(): Scan {
  return async (chunks, base, builder, signal) => {
    const lines = new NdjsonRows(builder.limits.rowBytes, dayParser(builder.reader));
    let start = base;
    const add = (found: Iterable<SourceRow | FailedLine>): void => {
      for (const row of found) {
        const end = base + lines.lineEnd;
        addLine(builder, row, start, end);
        start = end;
      }
    };
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      add(lines.write(chunk));
      await builder.rest();
    }
    add(lines.end());
    return new NdjsonSlices(builder.newReader());
  };
}

/** A number that `JSON.parse` may change: one of more than 15 digits, or with an exponent. */
const INEXACT = /\d[\d.]{15}|\d[eE]/;

/**
 * Parses a line of which only the day is read: with `JSON.parse`, which takes half the time of {@link parseExactly}, where
 * both have the same day. `JSON.parse` may lose digits of a number, and Node gets names with escapes wrong.
 */
function dayParser(reader: DayReader): (line: string) => unknown {
  return (line) => {
    if (line.includes('\\')) return parseExactly(line);
    const row: unknown = JSON.parse(line);
    const day = isJsonObject(row) ? reader.valueOf(row) : undefined;
    return typeof day === 'number' && INEXACT.test(line) ? parseExactly(line) : row;
  };
}

function addLine(
  builder: DayIndexBuilder,
  row: SourceRow | FailedLine,
  start: number,
  end: number,
): void {
  if (row instanceof FailedLine) {
    const { failure, line } = row;
    // The end of a file that is still being written: its days are not complete.
    if (failure.kind === 'passing') throw failure;
    builder.addUnreadable(() => ({
      text: withoutPlace(failure.message),
      content: beginningOf(line),
    }));
    return;
  }
  const value = builder.reader.valueOf(row.values);
  builder.add(value, start, end, () => ({ content: beginningOf(writeJson(row.values)) }));
}

class NdjsonSlices implements SliceReader {
  readonly separator = '\n';

  constructor(private readonly reader: DayReader) {}

  read(bytes: Buffer, day: CalendarDay, numbers: readonly number[]): SourceRow[] | undefined {
    if (!isUtf8(bytes)) return undefined;
    const rows: SourceRow[] = [];
    const lines = new NdjsonRows(bytes.length);
    for (const found of lines.write(bytes)) {
      const row = numbers[rows.length];
      // A change within the resolution of the file's clock shows here.
      if (row === undefined || found instanceof FailedLine) return undefined;
      if (this.reader.day(this.reader.valueOf(found.values)) !== day) return undefined;
      rows.push({ ...found, row });
    }
    return rows.length === numbers.length ? rows : undefined;
  }
}
